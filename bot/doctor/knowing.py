"""Whether it knows what it should: the edition, what was learned from it, the knowledge folder, and who answers at the desk."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import datetime

from bot.doctor.findings import Finding, look, ok, wrong
from bot.knowledge import KnowledgeFolder
from bot.matching.embedder import EmbedderError
from bot.model.library import Library
from bot.model.staff import Role
from bot.settings import Settings
from bot.store import editions, schedules, shifts, shipped, staff, vectors
from bot.store.database import Transaction
from bot.store.packing import EditionError, unpack
from bot.threads import in_thread
from bot.work.encoders import chosen, load
from bot.work.kept_weights import fits
from bot.work.uncovered import outlook

#: How many of many are named.
_NAMED = 4


async def examined(tx: Transaction, settings: Settings, now: datetime) -> AsyncIterator[Finding]:
    """Yield what is found of the newest edition and of the desk."""
    for finding in await _of_staff(tx):
        yield finding
    edition = await editions.newest(tx)
    if edition is None:
        yield look("edition", "There is none yet.", "`infopoint run` makes the first from the knowledge folder.")
        return
    try:
        library = await in_thread(lambda: unpack(edition))
    except EditionError as error:
        yield wrong(
            "edition", f"{str(error).rstrip('.')}.", "Publish another: `infopoint import`, or an older one under History."
        )
        return
    yield ok("edition", f"Edition {edition.number} is of {edition.published_at:%Y-%m-%d %H:%M} UTC.")
    folder = KnowledgeFolder(settings.knowledge)
    yield await _folder(tx, folder)
    for finding in await _learned(tx, library, folder, settings):
        yield finding
    for finding in _help_lines(library):
        yield finding
    for finding in await _desk(tx, library, now):
        yield finding


async def _folder(tx: Transaction, folder: KnowledgeFolder) -> Finding:
    try:
        hashed = await in_thread(lambda: folder.hash)
    except OSError as error:
        return wrong("knowledge folder", f"{folder.folder} cannot be read: {error.strerror}.", "See INFOPOINT_KNOWLEDGE.")
    if not await shipped.is_known(tx, hashed):
        return look(
            "knowledge folder", "It says otherwise than what was last taken from it.", "The next start takes the difference."
        )
    if told := await shipped.contradictions(tx):
        return look(
            "knowledge folder", f"{len(told)} places were changed by an editor and by an update.", "Editors decide under Tasks."
        )
    return ok("knowledge folder", "It was taken.")


async def _learned(tx: Transaction, library: Library, folder: KnowledgeFolder, settings: Settings) -> list[Finding]:
    found: list[Finding] = []
    encoder = None
    try:
        embedder = await in_thread(lambda: load(chosen(settings)))
        encoder = None if embedder is None else embedder.name
        if embedder is None and settings.encoder != "none":
            found.append(
                look("encoder", "This processor cannot run it: words decide.", "Understanding is better on one with AVX2.")
            )
        else:
            found.append(ok("encoder", "None is wanted: words decide." if encoder is None else "It runs."))
    except EmbedderError as error:
        found.append(wrong("encoder", f"{str(error).capitalize()}: words decide.", "See INFOPOINT_ENCODER."))
    kept = [*await vectors.all_weights(tx), *filter(None, [await in_thread(folder.weights)])]
    fitting = [each for each in kept if await in_thread(lambda each=each: fits(each, library, encoder))]  # type: ignore[misc]
    if fitting:
        found.append(ok("learning", "It has learned from the examples of this edition."))
    else:
        found.append(
            look(
                "learning",
                "It has not learned from these examples yet.",
                "`infopoint run` does so, or `infopoint train` beforehand.",
            )
        )
    return found


def _help_lines(library: Library) -> Iterator[Finding]:
    unheard = [line for line in library.help_lines if line.confirmed_on is None]
    if unheard:
        named = _some([f"{line.number} ({line.country})" for line in unheard])
        yield look(
            "help lines",
            f"Nobody has phoned {len(unheard)} yet: {named}.",
            "Do so before going live, and note it under Tasks.",
        )
    else:
        yield ok("help lines", "Somebody has phoned each.")


async def _of_staff(tx: Transaction) -> list[Finding]:
    members = [each for each in await staff.everyone(tx) if each.disabled_at is None]
    if not members:
        return [wrong("accounts", "Nobody can answer residents: there is no account.", "infopoint staff add NAME --role admin")]
    if not any(each.role is Role.ADMIN for each in members):
        return [look("accounts", "There is no admin.", "infopoint staff add NAME --role admin")]
    return [ok("accounts", f"{len(members)} can sign in.")]


async def _desk(tx: Transaction, library: Library, now: datetime) -> list[Finding]:
    found = []
    kept = await schedules.of_points(tx)
    unknown = [point.id for point in library.points.values() if not (kept[point.id].hours if point.id in kept else point.hours)]
    if unknown:
        says = f"The hours of {len(unknown)} info points are not known: {_some(unknown)}."
        found.append(look("hours", says, "Coordinators enter them at the desk; residents are told no time until then."))
    else:
        found.append(ok("hours", "Every info point says when it answers."))
    ahead = await outlook(tx, library.points, now)
    if not await shifts.everyone(tx, now):
        found.append(
            look("duty", "There is no duty roster: of a case that waits all are told who answer there.", "Coordinators make one.")
        )
    elif ahead.gaps:
        found.append(
            look(
                "duty",
                f"Within three days nobody is on duty for a time at {_some(sorted(ahead.gaps))}.",
                "See the roster at the desk.",
            )
        )
    else:
        found.append(ok("duty", "Somebody is on duty whenever it is open, for three days."))
    return found


def _some(names: Sequence[str]) -> str:
    return ", ".join([*names[:_NAMED], *(["..."] if len(names) > _NAMED else [])])
