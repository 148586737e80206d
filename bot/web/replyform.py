"""The form of a saved reply: what was typed, what is wrong with it, and how it reads when it is filled in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from gettext import NullTranslations

from starlette.responses import Response

from bot.dialogue.texts import FIELDS, Filled, unknown_fields
from bot.language.phrases import Phrases
from bot.language.text import MAX_CHARACTERS
from bot.model.library import LANGUAGES
from bot.store.replies import Draft, SavedReply
from bot.web.inside import Inside
from bot.web.savedtexts import Saved, field_name, may_keep
from bot.web.sessions import Me

_LONGEST_NAME = 80
#: What stands for the code of a case in a preview.
_SAMPLE_CODE = "AB12-CD34"


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a field of the form, by its name."""

    field: str
    text: str


def drafted(fields: Mapping[str, str]) -> Draft:
    """Return what the form holds. What is too long stays as long, so that nothing is lost; it is tidied when it is sent."""
    texts = {language: fields.get(f"text_{language}", "").strip() for language in LANGUAGES}
    name = " ".join(fields.get("name", "").split())
    return Draft(name, fields.get("point") or None, {language: text for language, text in texts.items() if text})


def problems_of(draft: Draft, me: Me, saved: Saved, say: NullTranslations) -> list[Problem]:
    """Return why a draft cannot be kept, in the order of the form."""
    found = []
    if not draft.name or len(draft.name) > _LONGEST_NAME:
        most = {"most": _LONGEST_NAME}
        found.append(Problem("name", say.gettext("Give it a name of at most %(most)s characters.") % most))
    if not may_keep(me.member, draft.point) or (draft.point is not None and saved.point(draft.point) is None):
        found.append(Problem("point", say.gettext("Choose an info point whose replies you may write.")))
    if not draft.texts:
        found.append(Problem(f"text_{LANGUAGES[0]}", say.gettext("Write it in one language at least.")))
    fields = ", ".join(f"{{{field}}}" for field in FIELDS)
    for language, text in draft.texts.items():
        unknown = unknown_fields(text)
        if unknown:
            told = say.gettext("This is no field: %(unknown)s. Fields are: %(fields)s.")
            found.append(Problem(f"text_{language}", told % {"unknown": " ".join(unknown), "fields": fields}))
        if len(text) > MAX_CHARACTERS:
            told = say.gettext("This is too long. At most %(most)s characters can be sent at once.") % {"most": MAX_CHARACTERS}
            found.append(Problem(f"text_{language}", told))
    return found


class ReplyForm:
    """Draws the form."""

    def __init__(self, inside: Inside, phrases: Phrases) -> None:
        self._inside = inside
        self._phrases = phrases

    async def show(
        self,
        me: Me,
        draft: Draft,
        saved: Saved,
        *,
        reply: SavedReply | None = None,
        version: int | None = None,
        problems: Sequence[Problem] = (),
        problem: str = "",
        previewed: bool = False,
        theirs: SavedReply | None = None,
        gone: bool = False,
        status: int = 200,
    ) -> Response:
        """Return the form with ``draft`` in it.

        ``reply`` is what is changed, None for a new one, ``version`` the one that was opened. ``problem`` is one of the whole
        form. ``theirs`` is what somebody else saved meanwhile, shown beside; ``gone``: somebody deleted it meanwhile.
        """
        say = self._phrases.into(me.language)
        point = draft.point or (next(iter(sorted(me.member.points)), None) if me.member.points else None)
        sample = point if saved.point(point) is not None else next(iter(saved.library.points), None)
        points = [each for each in saved.library.points if may_keep(me.member, each)]
        return await self._inside.page(
            me,
            "reply.html",
            say.gettext("Change a reply") if reply else say.gettext("New reply"),
            status=status,
            problem=problem,
            draft=draft,
            reply=reply,
            version=(version or reply.version) if reply is not None else 0,
            points={each: point_name(saved, each, me.language) for each in points},
            for_all=may_keep(me.member, None),
            fields={field: field_name(field, say) for field in FIELDS},
            problems={problem.field: problem.text for problem in reversed(problems)},
            previews=self._previews(draft, saved, sample) if previewed else {},
            sample=point_name(saved, sample, me.language),
            theirs=theirs,
            gone=gone,
            most_name=_LONGEST_NAME,
        )

    def _previews(self, draft: Draft, saved: Saved, point: str | None) -> dict[str, Filled]:
        texts = draft.texts.items()
        return {language: saved.filled(text, point, language, case_code=_SAMPLE_CODE) for language, text in texts}


def point_name(saved: Saved, point: str | None, language: str) -> str:
    """Return the name of an info point in ``language`` or its own; its id when the library does not know it (any more)."""
    its = saved.point(point)
    return (point or "") if its is None else its.name(language)
