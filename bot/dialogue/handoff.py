"""Handing a conversation to a person and taking it back; the truth about when somebody will answer."""

from __future__ import annotations

from dataclasses import replace

from bot.dialogue import buttons
from bot.dialogue.promise import place_in_line, promise
from bot.dialogue.scene import Reply, Scene, language_of
from bot.language.phrases import Phrases
from bot.model.case import CaseOpening, Reason
from bot.model.codes import CASE_CODE
from bot.model.conversation import Conversation, Holder
from bot.model.library import HOME, Library, Point
from bot.model.message import Author, Outgoing
from bot.model.verdict import Verdict


def hand_over(scene: Scene, conversation: Conversation, reason: Reason, topic: str | None = None) -> Reply:
    """Put the conversation before staff and tell the resident truly what happens next."""
    say = scene.say(conversation)
    if conversation.waiting:
        first = say.gettext("I have added this for the person at the info point who will read your question.")
    else:
        first = {
            Reason.ASKED: say.gettext("I have called a person at the info point. What you wrote here is passed on."),
            Reason.NOT_HELPFUL: say.gettext("I am sorry that I could not help. I have passed your question to a person."),
        }.get(
            reason,
            say.gettext("I have no checked answer to this. I have passed your question to a person at the info point."),
        )
    point = waiting_at(scene, conversation)
    paragraphs = [
        first,
        when(scene, conversation, point),
        place_in_line(scene, conversation, point),
        say.gettext("The answer will come here. You can go on writing."),
    ]
    if not conversation.waiting:
        paragraphs.append(
            say.gettext(
                "Your case has the code %(code)s. With it you can go on from another channel or at the counter: "
                "write it or say it there."
            )
            % {"code": CASE_CODE}
        )
    return Reply(
        conversation.put_in_line(),
        (Outgoing("\n\n".join(filter(None, paragraphs)), language_of(conversation), buttons=((buttons.call_me_back(say),),)),),
        opens=opening(scene, conversation, reason, topic),
    )


def opening(scene: Scene, conversation: Conversation, reason: Reason, topic: str | None = None) -> CaseOpening:
    """Return the case that is asked for, at the info point that serves the resident."""
    point = point_for(scene, conversation)
    promised_at = promise(scene, conversation, point).at
    return CaseOpening(reason, topic, None if point is None else point.id, promised_at)


def when(scene: Scene, conversation: Conversation, point: Point | None = None) -> str:
    """Say when the info point (``point``, else the one that serves the resident) can answer; not known hours are told as such."""
    return promise(scene, conversation, point or point_for(scene, conversation)).text


def waiting_at(scene: Scene, conversation: Conversation) -> Point | None:
    """Return the info point in whose line the conversation stands, else the one that serves the resident."""
    theirs = (each.point for each in scene.desk.in_line if each.conversation_id == conversation.id)
    return scene.library.points.get(next(theirs, None) or "") or point_for(scene, conversation)


def point_for(scene: Scene, conversation: Conversation) -> Point | None:
    """Return the info point that speaks the resident's language and serves their place, or the region that it lies in.

    Without such a one it is the first in their country, else the first that serves it. Who named no country is taken to be in
    the home of their language, as for answers.
    """
    return point_serving(scene.library, language_of(conversation), conversation.country, conversation.place)


def point_serving(library: Library, language: str, country: str | None, place: str | None) -> Point | None:
    """Return what `point_for` does, for who speaks ``language`` and named ``country`` and ``place``."""
    speaking = [point for point in library.points.values() if language in point.languages]
    country = country or HOME[language]
    here = [point for nearby in _upwards(place, library) for point in speaking if nearby in point.area]
    at_home = [point for point in speaking if point.country == country]
    in_country = [point for point in speaking if country in point.countries]
    return next(iter([*here, *at_home, *in_country]), None)


def _upwards(place: str | None, library: Library) -> list[str]:
    """Return a place and what it lies in, nearest first."""
    found: list[str] = []
    while place is not None and place in library.places and place not in found:
        found.append(place)
        place = library.places[place].within
    return found


def relay(conversation: Conversation, verdict: Verdict | None = None) -> Reply:
    """Pass a message to the staff who hold the conversation; the bot stays silent."""
    return Reply(conversation, verdict=verdict, relayed=True)


def claimed(conversation: Conversation, phrases: Phrases) -> tuple[Conversation, Outgoing]:
    """Return the conversation in the hands of staff, and the line that tells the resident so."""
    say = phrases.into(language_of(conversation))
    text = say.gettext("From now on a person at the info point writes to you here.")
    return conversation.held_by(Holder.STAFF), Outgoing(text, language_of(conversation))


def staff_reply(conversation: Conversation, text: str) -> Outgoing:
    """Return what a member of staff writes, marked as written by a person."""
    return Outgoing(text, language_of(conversation), author=Author.STAFF)


def failure_reply(conversation: Conversation, phrases: Phrases) -> tuple[Conversation, Outgoing]:
    """Return the conversation in line for staff after the program failed on a message, and what the resident is told."""
    say = phrases.into(language_of(conversation))
    text = say.gettext("Something went wrong on our side and I could not answer. I have passed your message to a person.")
    return replace(conversation, waiting=True), Outgoing(text, language_of(conversation))
