"""Going on at an info point of another country: the resident is asked, and nothing is passed on before they say so."""

from __future__ import annotations

from hashlib import sha256

from bot.dialogue import buttons
from bot.dialogue.handoff import relay
from bot.dialogue.promise import promise
from bot.dialogue.scene import Reply, Scene, language_of
from bot.language.phrases import Phrases
from bot.language.text import words
from bot.model.conversation import Asked, Conversation, Pending
from bot.model.library import Point
from bot.model.message import Button, Outgoing
from bot.model.turn import Consent

#: How residents begin a yes or a no in words, folded. It moves nothing, but shows that they did not see the buttons.
_YES_OR_NO = frozenset(
    {
        *("da", "ja", "ne", "ok", "okej", "lahko", "seveda", "nocem", "nikakor"),
        *("moze", "naravno", "necu", "si", "no", "certo", "va", "volentieri"),
        *("да", "не", "добре", "може", "искам", "разбира"),
    }
)
#: Longer messages say something else besides, which is for the person to read.
_MOST_WORDS = 3


def ask(conversation: Conversation, case_id: str, point: Point, phrases: Phrases) -> tuple[Conversation, Outgoing]:
    """Return the conversation waiting for what the resident says to ``point``, and the question."""
    say = phrases.into(language_of(conversation))
    text = say.gettext(
        "The info point %(point)s is in another country and could help you with this. Shall I pass on to it what you wrote here?"
        " Nothing is passed on unless you press the button."
    ) % {"point": name(point, language_of(conversation))}
    asked = conversation.asking(Pending(Asked.CONSENT, case_id, point.id))
    return asked, Outgoing(text, language_of(conversation), buttons=_buttons(asked, phrases))


def moved(conversation: Conversation, point: Point, phrases: Phrases) -> tuple[Conversation, Outgoing]:
    """Return the conversation in the line of another info point, and what the resident reads when staff moved it there."""
    say = phrases.into(language_of(conversation))
    text = say.gettext("Your question is now with the info point %(point)s. Somebody there will answer you here.")
    line = Outgoing(text % {"point": name(point, language_of(conversation))}, language_of(conversation))
    return conversation.put_back_in_line(), line


def press(scene: Scene, conversation: Conversation, rest: str, *, given: bool) -> Reply | None:
    """Do what the resident said to the question that a button with ``rest`` stood under; None when it is asked no longer."""
    pending = conversation.pending
    if pending is None or pending.asked is not Asked.CONSENT or rest != question_of(pending.text, str(pending.topic)):
        return None
    case_id = pending.text
    if not given:
        text = scene.say(conversation).gettext("Nothing is passed on. The person at the info point goes on writing to you here.")
        line = Outgoing(text, language_of(conversation))
        return Reply(conversation.asking(None), (line,), consent=Consent(case_id, None))
    point = scene.library.points.get(str(pending.topic))
    if point is None:
        return None
    say, promised = scene.say(conversation), promise(scene, conversation, point)
    paragraphs = (
        say.gettext("Thank you. I have passed on what you wrote here to the info point %(point)s.")
        % {"point": name(point, language_of(conversation))},
        promised.text,
        say.gettext("The answer will come here. You can go on writing."),
    )
    line = Outgoing("\n\n".join(paragraphs), language_of(conversation))
    consent = Consent(case_id, point.id, promised.at)
    return Reply(conversation.put_back_in_line(), (line,), consent=consent)


def question_of(case_id: str, point_id: str) -> str:
    """Return what the buttons under the question carry: who agreed to one info point has not agreed to another one.

    Of the point a mark, since a button takes no more than 64 bytes on some channels.
    """
    return f"{case_id}/{sha256(point_id.encode()).hexdigest()[:8]}"


def heard(scene: Scene, conversation: Conversation, text: str) -> Reply:
    """Pass a message on to the staff who hold the conversation; to a yes or no in words, say that the button counts."""
    pending, said = conversation.pending, words(text)
    if pending is None or pending.asked is not Asked.CONSENT or len(said) > _MOST_WORDS or said[0] not in _YES_OR_NO:
        return relay(conversation)
    if pending.topic not in scene.library.points:
        return relay(conversation)  # no button would help: that info point is no more
    answer = scene.say(conversation).gettext(
        "Please press one of the two buttons. Nothing is passed on unless you agree by the button."
    )
    line = Outgoing(answer, language_of(conversation), buttons=_buttons(conversation, scene.phrases))
    return Reply(conversation, (line,), relayed=True)


def name(point: Point, language: str) -> str:
    """Return what an info point is called in ``language``, else in whichever it has a name in."""
    return point.name(language)


def _buttons(conversation: Conversation, phrases: Phrases) -> buttons.Rows:
    say, pending = phrases.into(language_of(conversation)), conversation.pending
    asked = "" if pending is None else question_of(pending.text, str(pending.topic))
    yes = Button(say.gettext("Yes, pass it on"), f"consent:{asked}")
    no = Button(say.gettext("No, do not pass it on"), f"refuse:{asked}")
    return ((yes,), (no,))
