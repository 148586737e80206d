"""The knowledge folder read into a library. Bad content is told, never raised."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath

from pydantic import BaseModel

from bot.editing import layout, shapes
from bot.editing.assembling import assemble
from bot.editing.checks import check, placed, stolen
from bot.editing.clashes import clashes
from bot.editing.documents import Document, parse
from bot.editing.problems import Problem, Severity
from bot.editing.shaping import shaped
from bot.matching.linear import Floats
from bot.model.library import COUNTRIES, LANGUAGES, PAIRS, Library

#: No knowledge file comes near this; a larger one is something else that was dropped into the folder.
LARGEST_FILE = 2_000_000

_GRAVEST_FIRST = tuple(Severity)

#: Files that every knowledge folder has.
REQUIRED = (
    *(layout.PLACES, layout.POINTS, layout.LINES),
    *(layout.offices(country) for country in COUNTRIES),
    *(f"{language}/{stem}.yaml" for language in LANGUAGES for stem in (layout.ACTS, layout.CRISIS, layout.OUTSIDE)),
)


@dataclass(frozen=True, slots=True)
class Reading:
    """What was found in a folder.

    ``library`` is None when there is an error among ``problems``: half a library is not handed out. ``source_hash`` is a
    SHA-256 over the names and contents of the files, in hexadecimal.
    """

    library: Library | None
    problems: tuple[Problem, ...]
    source_hash: str

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that keep it from being used."""
        return self.of(Severity.ERROR)

    def of(self, severity: Severity) -> tuple[Problem, ...]:
        """Return the problems of one ``severity``."""
        return tuple(problem for problem in self.problems if problem.severity is severity)


@dataclass(frozen=True, slots=True)
class CloseLook:
    """What the slow checks need: known ``vectors`` of examples by `bot.matching.material.key`, and whom to tell of progress."""

    vectors: Mapping[int, Floats]
    progress: Callable[[str, float], None]


def read_folder(folder: Path, *, today: date | None = None, close_look: CloseLook | None = None) -> Reading:
    """Read and check the knowledge files under ``folder`` (see ``knowledge/README.md``). Reports all problems at once.

    ``today`` decides which facts are past their year; it is the clock's day when None. With a ``close_look`` each example is
    left out in turn, too, which takes seconds.
    """
    problems: list[Problem] = []
    documents: dict[str, Document] = {}
    formed: dict[str, BaseModel] = {}
    broken: set[str] = set()
    digest = hashlib.sha256()
    for file, content in _contents(folder, problems):
        if content is None:
            broken.add(file)
            continue
        digest.update(_told(file, content))
        shape = shape_of(file)
        if shape is None:
            problems.append(Problem(Severity.WARNING, file, None, "this file is not read: no rule says what it holds"))
            continue
        document, faults = parse(file, content)
        value = None
        if document is not None and not faults:
            documents[file] = document
            value, faults = shaped(shape, document)
        problems.extend(faults)
        if value is None:
            broken.add(file)
        else:
            formed[file] = value
    for file in REQUIRED:
        if file not in formed and file not in broken:
            broken.add(file)
            problems.append(Problem(Severity.ERROR, file, None, "this file is missing"))
    library = assemble(formed)
    problems.extend(placed(clashes(formed, library), documents, frozenset(broken)))
    problems.extend(check(library, documents, broken=frozenset(broken), today=today))
    if close_look is not None:
        problems.extend(placed(stolen.check(library, close_look.vectors, close_look.progress), documents, frozenset(broken)))
    sound = all(problem.severity is not Severity.ERROR for problem in problems)
    return Reading(library if sound else None, in_order(problems), digest.hexdigest())


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return the problems, the gravest first, then by file and line."""
    return tuple(sorted(problems, key=lambda each: (_GRAVEST_FIRST.index(each.severity), each.file, each.line or 0)))


def source_hash(folder: Path) -> str:
    """Return what tells the contents of ``folder`` apart, as `read_folder` does, without understanding them."""
    digest = hashlib.sha256()
    for file, content in _contents(folder, []):
        if content is not None:
            digest.update(_told(file, content))
    return digest.hexdigest()


def _told(file: str, content: bytes) -> bytes:
    return f"{file}\0{len(content)}\0".encode() + content


def _contents(folder: Path, problems: list[Problem]) -> Iterator[tuple[str, bytes | None]]:
    """Yield each YAML file's name (relative, with slashes) and content, None if unreadable, in the order of the names."""
    for path in sorted(folder.rglob("*")):
        if path.suffix not in {".yaml", ".yml"} or not path.is_file():
            continue
        file = path.relative_to(folder).as_posix()
        why = ""
        content = None
        try:
            if path.stat().st_size > LARGEST_FILE:
                why = "it is too large to be knowledge"
            else:
                content = path.read_bytes()
        except OSError as error:
            why = error.strerror or "no reason is given"
        if why:
            problems.append(Problem(Severity.ERROR, file, None, "the file cannot be read: %(why)s", {"why": why}))
        yield file, content


def shape_of(file: str) -> type[BaseModel] | None:
    """Return what the file of that name is to hold, or None for a name that means nothing."""
    whole: dict[str, type[BaseModel]] = {
        layout.PLACES: shapes.PlacesFile,
        layout.POINTS: shapes.PointsFile,
        layout.LINES: shapes.LinesFile,
    }
    if file in whole:
        return whole[file]
    path = PurePosixPath(file)
    match path.parts:
        case ("topics", _):
            return shapes.TopicFile
        case ("situations", _):
            return shapes.SituationFile
        case ("crisis", _):
            return shapes.CrisisFile
        case ("offices", name) if PurePosixPath(name).stem in COUNTRIES:
            return shapes.OfficesFile
        case ("facts", name) if PurePosixPath(name).stem in (*COUNTRIES, layout.COMMON):
            return shapes.SharedFactsFile
        case ("facts", where, _) if where in (*COUNTRIES, *PAIRS):
            return shapes.FactsFile
        case (language, _) if language in LANGUAGES:
            special: dict[str, type[BaseModel]] = {
                layout.ACTS: shapes.ActsFile,
                layout.CRISIS: shapes.CrisisExamplesFile,
                layout.GOLDEN: shapes.GoldenFile,
                layout.OUTSIDE: shapes.OutsideFile,
                layout.SITUATIONS: shapes.SituationsFile,
            }
            return special.get(path.stem, shapes.WordsFile)
        case _:
            return None
