"""What staff are told outside the desk: that a case waits, or that nobody will be on duty. Never a word of a resident's."""

from __future__ import annotations

from collections.abc import Sequence
from gettext import NullTranslations

from bot.language import formats
from bot.language.duty import Gap
from bot.language.phrases import Phrases
from bot.model.case import Case
from bot.model.library import HOME, LANGUAGES, Point
from bot.model.staff import Member
from bot.work.escalation import Step
from bot.work.post import Notice

#: So many times without anybody on duty are named one by one.
MOST_NAMED = 4


def language_of(member: Member, point: Point | None) -> str:
    """Return the language that ``member`` is written to in: their own, else that of the info point."""
    return member.language or (next(iter(point.languages), LANGUAGES[0]) if point else LANGUAGES[0])


def of_case(case: Case, step: str, member: Member, point: Point | None, phrases: Phrases, *, url: str, reads: bool) -> Notice:
    """Return what ``member`` is told of a waiting ``case``.

    ``reads`` says whether they may read it: of a confidential case the others hear only that it waits, without its code.
    ``url`` is the address of this server, empty when it is not known.
    """
    language = language_of(member, point)
    say = phrases.into(language)
    subject = _subject(case, say) if reads else say.gettext("A confidential case waits")
    where = point.name(language) if point else say.gettext("not known")
    country = point.country if point else HOME[language]
    since = formats.moment(case.waiting_since or case.opened_at, language, country)
    lines = [
        say.gettext("Info point: %(point)s") % {"point": where},
        say.gettext("Waiting since: %(since)s") % {"since": since},
    ]
    told = [
        say.gettext("Somebody in danger waits for a person at the info point.")
        if case.urgent
        else say.gettext("A resident waits for a person at the info point."),
        "\n".join(lines),
    ]
    if not step.endswith(Step.DUTY):
        told.append(say.gettext("Nobody has answered yet."))
    if url:
        address = f"{url}/desk/case/{case.id}" if reads else f"{url}/desk"
        told.append(say.gettext("The desk: %(address)s") % {"address": address})
    return Notice(subject, "\n\n".join([*told, _why(say)]), language)


def of_gaps(gaps: Sequence[Gap], member: Member, point: Point, phrases: Phrases, *, url: str) -> Notice:
    """Return what ``member`` is told of times in which nobody will be on duty at ``point``."""
    language = language_of(member, point)
    say = phrases.into(language)
    subject = say.gettext("Nobody on duty: %(point)s") % {"point": point.name(language)}
    told = ["\n".join(in_words(gaps, point, language, say))]
    told += [say.gettext("The duty roster: %(address)s") % {"address": f"{url}/desk/roster"}] if url else []
    return Notice(subject, "\n\n".join([*told, _why(say)]), language)


def in_words(gaps: Sequence[Gap], point: Point, language: str, say: NullTranslations) -> list[str]:
    """Return the first of ``gaps`` in a sentence each, and how many more there are."""
    name = point.name(language)
    told = [
        say.gettext("%(point)s: nobody is on duty from %(begins)s to %(ends)s.")
        % {
            "point": name,
            "begins": formats.moment(gap.begins, language, point.country),
            "ends": formats.moment(gap.ends, language, point.country),
        }
        for gap in gaps[:MOST_NAMED]
    ]
    more = len(gaps) - MOST_NAMED
    if more > 0:
        told.append(
            say.ngettext("%(point)s: and %(count)s more time.", "%(point)s: and %(count)s more times.", more)
            % {"point": name, "count": more}
        )
    return told


def _subject(case: Case, say: NullTranslations) -> str:
    if case.urgent:
        return say.gettext("Crisis: the case %(code)s waits") % {"code": case.code}
    return say.gettext("The case %(code)s waits") % {"code": case.code}


def _why(say: NullTranslations) -> str:
    return say.gettext("This message was written automatically. Where you are told is set at the desk under “My account”.")
