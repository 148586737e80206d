"""The truth about when somebody answers, in words and as a moment that staff are held to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.dialogue.scene import Scene, language_of
from bot.language import formats
from bot.language.hours import Opening, local
from bot.language.schedule import state
from bot.model.conversation import Conversation
from bot.model.library import Point
from bot.model.schedule import Schedule

#: What is asked so shortly before closing may not be answered before it, and the resident is told so.
SOON = timedelta(minutes=30)
#: For so many days the day of the week says which day is meant.
_THIS_WEEK = 6
#: A point that stays open longer than this promises no moment.
_LONG = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Promise:
    """What the resident is told, and the moment that it names: the end of today's hours, or when the point opens next."""

    text: str
    at: datetime | None = None


def promise(scene: Scene, conversation: Conversation, point: Point | None) -> Promise:
    """Say when somebody at ``point`` answers; where its hours are not known, say that."""
    say = scene.say(conversation)
    hours = _hours(scene, point)
    if hours is None:
        return Promise(
            say.gettext("I cannot say when somebody will answer, because the hours of the info point are not entered here.")
        )
    schedule, now = hours
    ends = now.changes_at
    if not now.is_open and ends is not None:
        return _closed(scene, conversation, schedule, ends)
    if ends is None or ends - scene.now > _LONG:
        return Promise(say.gettext("The info point is open now. Somebody will answer as soon as possible."))
    until = formats.clock_time(ends, language_of(conversation))
    if ends - scene.now > SOON:
        text = say.gettext("The info point is open until %(time)s. Somebody will answer as soon as possible.") % {"time": until}
        return Promise(text, ends)
    again = state(schedule, ends).changes_at
    if again is None:
        return Promise(say.gettext("The info point closes at %(time)s.") % {"time": until}, ends)
    text = say.gettext(
        "The info point closes at %(time)s. If nobody can answer before that, somebody will when it opens again: %(moment)s."
    ) % {"time": until, "moment": _on(scene, conversation, again)}
    return Promise(text, again)


def truth_in_a_crisis(scene: Scene, conversation: Conversation, point: Point | None) -> str:
    """Say when somebody reads what a resident in a crisis wrote; never to wait for it while nobody may."""
    hours = _hours(scene, point)
    if hours is None or hours[1].is_open:
        return promise(scene, conversation, point).text
    say = scene.say(conversation)
    return say.gettext("The info point is closed now, so it may be that nobody reads this before it opens. Do not wait for it.")


def place_in_line(scene: Scene, conversation: Conversation, point: Point | None) -> str:
    """Say how many people stand in line before the resident; empty when nobody does."""
    count = scene.desk.before(conversation.id, None if point is None else point.id)
    if count == 0:
        return ""
    say = scene.say(conversation)
    told = say.ngettext("There is %(count)s person before you.", "There are %(count)s people before you.", count)
    return told % {"count": count}


def schedule_of(scene: Scene, point: Point) -> Schedule:
    """Return when a point answers: as its coordinators keep it, else as the library has it."""
    return scene.desk.schedules.get(point.id) or Schedule(point.country, point.hours)


def _hours(scene: Scene, point: Point | None) -> tuple[Schedule, Opening] | None:
    schedule = None if point is None else schedule_of(scene, point)
    if schedule is None or schedule.hours is None:
        return None
    now = state(schedule, scene.now)
    return (schedule, now) if now.is_open or now.changes_at is not None else None


def _closed(scene: Scene, conversation: Conversation, schedule: Schedule, opens: datetime) -> Promise:
    say, language = scene.say(conversation), language_of(conversation)
    days = (opens.date() - local(scene.now, schedule.country).date()).days
    time = formats.clock_time(opens, language)
    if days == 0:
        text = say.gettext("The info point is closed now. Somebody will answer from %(time)s today.") % {"time": time}
    elif days == 1:
        text = say.gettext("The info point is closed now. Somebody will answer from %(time)s tomorrow.") % {"time": time}
    else:
        text = say.gettext("The info point is closed now. Somebody will answer when it opens: %(moment)s.") % {
            "moment": _on(scene, conversation, opens)
        }
    return Promise(text, opens)


def _on(scene: Scene, conversation: Conversation, opens: datetime) -> str:
    """Return a moment, in the info point's own time, as people say it: "on Monday at 8.00", with the date when it is far."""
    say, language = scene.say(conversation), language_of(conversation)
    weekdays = (
        say.pgettext("when", "on Monday"),
        say.pgettext("when", "on Tuesday"),
        say.pgettext("when", "on Wednesday"),
        say.pgettext("when", "on Thursday"),
        say.pgettext("when", "on Friday"),
        say.pgettext("when", "on Saturday"),
        say.pgettext("when", "on Sunday"),
    )
    away = (opens.date() - scene.now.astimezone(opens.tzinfo).date()).days
    near = {0: say.pgettext("when", "today"), 1: say.pgettext("when", "tomorrow")}
    day, time = near.get(away, weekdays[opens.weekday()]), formats.clock_time(opens, language)
    if away <= _THIS_WEEK:
        return say.gettext("%(day)s at %(time)s") % {"day": day, "time": time}
    date = formats.day_and_month(opens.date(), language)
    return say.gettext("%(day)s, %(date)s, at %(time)s") % {"day": day, "date": date, "time": time}
