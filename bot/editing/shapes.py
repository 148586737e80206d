"""What each knowledge file may hold. Shapes of files, not nouns: `bot.editing.files` makes the nouns from them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, RootModel
from pydantic_core import PydanticCustomError

from bot.editing.problems import sentence
from bot.model.library import COUNTRIES, LANGUAGES, PAIRS, FactKind
from bot.model.verdict import Act

#: The type of the faults that our own rules tell; their context holds the template of a `bot.editing.problems.Problem`.
MISFIT = "misfit"

#: The most days for which a check may hold: ten years.
_MOST_DAYS = 3660
_MOST_DIGITS = len(str(_MOST_DAYS))


def _misfit(template: str, **values: object) -> PydanticCustomError:
    return PydanticCustomError(MISFIT, "{template}", {"template": template, "values": values})


def _one_of(known: tuple[str, ...], template: str) -> Callable[[str], str]:
    def check(value: str) -> str:
        if value not in known:
            raise _misfit(template, value=value, known=", ".join(known))
        return value

    return check


def _day(value: object) -> date:
    try:
        return date.fromisoformat(str(value))
    except ValueError as error:
        raise _misfit("'%(name)s': '%(value)s' is no date; write it like 2026-11-21", value=value) from error


def _year(value: object) -> int:
    text = str(value)
    if len(text) != len("2026") or not text.isdecimal():
        raise _misfit("'%(name)s': '%(value)s' is no year; write it like 2026", value=value)
    return int(text)


def _days(value: object) -> int:
    text = str(value)
    # The length first: no more digits are ever made a number than a person would write.
    if not text.isdecimal() or len(text) > _MOST_DIGITS or not 1 <= int(text) <= _MOST_DAYS:
        raise _misfit("'%(name)s': '%(value)s' is no number of days; write it like 180", value=value)
    return int(text)


def _yes_or_no(value: object) -> bool:
    if value not in {"true", "false"}:
        raise _misfit("'%(name)s': write true or false")
    return value == "true"


_NO_LANGUAGE = sentence("'%(name)s': '%(value)s' is no language; known are %(known)s")
_NO_COUNTRY = sentence("'%(name)s': '%(value)s' is no country; known are %(known)s")
_NO_WHERE = sentence("'%(name)s': '%(value)s' is no country or pair of countries; known are %(known)s")
_NO_ACT = sentence("'%(name)s': '%(value)s' is no act; known are %(known)s")

Language = Annotated[str, AfterValidator(_one_of(LANGUAGES, _NO_LANGUAGE))]
Country = Annotated[str, AfterValidator(_one_of(COUNTRIES, _NO_COUNTRY))]
Where = Annotated[str, AfterValidator(_one_of((*COUNTRIES, *PAIRS), _NO_WHERE))]
ActId = Annotated[str, AfterValidator(_one_of(tuple(Act), _NO_ACT))]
Day = Annotated[date, BeforeValidator(_day)]
Year = Annotated[int, BeforeValidator(_year)]
DayCount = Annotated[int, BeforeValidator(_days)]
YesNo = Annotated[bool, BeforeValidator(_yes_or_no)]
Texts = dict[Language, str]


def _or_none(value: object) -> object:
    """Take a section that an editor left open for one that holds nothing."""
    return {} if value is None else value


Sources = Annotated[dict[str, "SourceShape"], BeforeValidator(_or_none)]


class Shape(BaseModel):
    """A shape knows all its names; one that it does not know is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True, str_min_length=1)


class SourceShape(Shape):
    """Where something was seen."""

    record: str
    url: str
    date: str


class TopicFile(Shape):
    """``topics/<topic>.yaml``."""

    group: str
    countries: tuple[Country, ...]
    names: Texts
    related: tuple[str, ...] = ()
    sensitive: YesNo = False
    border: YesNo = False
    fresh_days: DayCount = 365


class SituationFile(Shape):
    """``situations/<situation>.yaml``."""

    topics: tuple[str, ...]
    sensitive: YesNo = False


class FactShape(Shape):
    """One fact."""

    kind: FactKind
    value: str
    source: str
    valid_for: Year | None = None
    checked_on: Day | None = None


class SharedFactShape(FactShape):
    """A fact that several answers share: it carries the day of its own check."""

    checked_on: Day


class SharedFactsFile(Shape):
    """``facts/<country>.yaml`` and ``facts/common.yaml``."""

    facts: Annotated[dict[str, SharedFactShape], BeforeValidator(_or_none)] = {}
    sources: Sources = {}


class FactsFile(Shape):
    """``facts/<country or pair>/<topic>.yaml``."""

    confidence: Literal["good", "thin"]
    checked_on: Day
    whom: tuple[str, ...]
    facts: Annotated[dict[str, FactShape], BeforeValidator(_or_none)] = {}
    sources: Sources = {}


class WordingShape(Shape):
    """The answer of one country in one language."""

    title: str
    button: str
    what: str
    who: str = ""
    do: tuple[str, ...] = ()
    bring: tuple[str, ...] = ()
    cost: str = ""
    time: str = ""
    note: str = ""
    read_on: Day | None = None
    behind: Day | None = None


class WordsFile(Shape):
    """``<lang>/<topic>.yaml``."""

    examples: tuple[str, ...]
    wordings: dict[Where, WordingShape] = {}


class SituationShape(Shape):
    """A situation in one language."""

    name: str
    overview: str
    examples: tuple[str, ...]


class SituationsFile(RootModel[dict[str, SituationShape]]):
    """``<lang>/situations.yaml``."""


class ActsFile(RootModel[dict[ActId, tuple[str, ...]]]):
    """``<lang>/acts.yaml``: examples by act."""


class CrisisExamplesFile(RootModel[dict[str, tuple[str, ...]]]):
    """``<lang>/crisis.yaml``: examples by kind of crisis, and the look-alikes."""


class GoldenFile(RootModel[dict[str, tuple[str, ...]]]):
    """``<lang>/golden.yaml``: questions that must go on being understood, by what they mean."""


class OutsideFile(Shape):
    """``<lang>/outside.yaml``."""

    examples: tuple[str, ...]


class PlaceShape(Shape):
    """One entry of ``places.yaml``."""

    country: Country
    kind: Literal["country", "region", "settlement"]
    name: str
    names: Texts
    forms: dict[Language, tuple[str, ...]]
    latitude: float | None = None
    longitude: float | None = None
    within: str | None = None


class OfficeShape(Shape):
    """One entry of ``offices/<country>.yaml``."""

    kinds: tuple[str, ...]
    names: Texts
    area: tuple[str, ...]
    source: SourceShape
    checked_on: Day
    address: str | None = None
    place: str | None = None
    phones: tuple[str, ...] = ()
    email: str | None = None
    url: str | None = None
    hours: str | None = None
    languages: tuple[str, ...] = ()


class PointShape(Shape):
    """One entry of ``points.yaml``."""

    country: Country
    countries: tuple[Country, ...]
    names: Texts
    area: tuple[str, ...]
    languages: tuple[Language, ...]
    source: SourceShape
    hours: str | None = None
    address: str | None = None
    phone: str | None = None


class LineShape(Shape):
    """One entry of ``crisis/lines.yaml``."""

    country: Country
    number: str
    crises: tuple[str, ...]
    names: Texts
    source: SourceShape
    hours: str | None = None
    confirmed_on: Day | None = None


class CrisisFile(Shape):
    """``crisis/<kind>.yaml``."""

    care: Texts
    advice: Texts
    patterns: dict[Language, tuple[str, ...]] = {}


class PlacesFile(RootModel[dict[str, PlaceShape]]):
    """``places.yaml``."""


class PointsFile(RootModel[dict[str, PointShape]]):
    """``points.yaml``."""


class OfficesFile(RootModel[dict[str, OfficeShape]]):
    """``offices/<country>.yaml``."""


class LinesFile(RootModel[dict[str, LineShape]]):
    """``crisis/lines.yaml``."""
