"""Asking what is wrong with an answer: what sort of thing by a button, then one message in the resident's own words."""

from __future__ import annotations

import gettext

from bot.dialogue import buttons
from bot.dialogue.scene import Reply, Scene, language_of
from bot.language.masking import masked
from bot.language.text import words
from bot.model.conversation import Asked, Conversation, Holder, Pending
from bot.model.message import Button, Outgoing
from bot.model.turn import Wrong, WrongAbout
from bot.model.verdict import Act, Verdict, VerdictKind

#: What such a message is taken for: no question, and nothing that a case is about.
UNDERSTOOD = Verdict(VerdictKind.ACT, 1.0, act=Act.THANKS)

#: More of a message is not kept.
MOST_CHARACTERS = 1000

#: What somebody wants who no longer thinks of what is wrong.
_SOMETHING_ELSE = frozenset({Act.HUMAN, Act.FORGET_ME, Act.PRIVACY, Act.LANGUAGE, Act.HELP})
#: Words that somebody declines with, in our languages, and the longest text that is nothing else.
_NO = frozenset({"ne", "no", "не", "nocem", "nista", "niente", "nulla", "нищо", "nic"})
_SHORT = 2

#: In the place of words: send it without any.
_WORDLESS = "-"


def press(scene: Scene, conversation: Conversation, rest: str) -> Reply | None:
    """Do what a button ``wrong:<rest>`` says; None when there is no such answer any more, or it was never ours.

    ``<topic>/<where>`` asks what sort of thing is wrong, ``<topic>/<where>/<about>`` then for words,
    ``<topic>/<where>/<about>/-`` does without them, and ``no`` asks no more.
    """
    if rest == "no":
        text = scene.say(conversation).gettext("All right. You can go on writing here.")
        return _reply(conversation.asking(None), text)
    topic, _, more = rest.partition("/")
    where, _, more = more.partition("/")
    about, _, wordless = more.partition("/")
    if scene.library.answer(topic, where) is None or about not in {"", *WrongAbout} or wordless not in ("", _WORDLESS):
        return None
    if not about:
        return _ask_what(scene, conversation, topic, where)
    if not wordless:
        return _ask_for_words(scene, conversation, topic, where, WrongAbout(about))
    return _told(scene, conversation, topic, where, WrongAbout(about), "")


def is_asked(conversation: Conversation) -> bool:
    """Tell whether we wait for words about what is wrong."""
    pending = conversation.pending
    return conversation.holder is Holder.BOT and pending is not None and pending.asked is Asked.WRONG


def laid_aside(conversation: Conversation) -> Conversation:
    """Return the conversation without our question what is wrong, if we had asked."""
    return conversation.asking(None) if is_asked(conversation) else conversation


def heard(scene: Scene, conversation: Conversation, text: str, verdict: Verdict) -> Reply | None:
    """Take what somebody wrote who was asked; None when nobody was, or it is something else, such as a wish for a person.

    ``verdict`` is what it means as a message; a crisis is more urgent.
    """
    pending = conversation.pending
    if pending is None or not is_asked(conversation) or verdict.kind is VerdictKind.CRISIS or verdict.act in _SOMETHING_ELSE:
        return None
    said = words(text)
    if said and said[0] in _NO and len(said) <= _SHORT:
        return press(scene, conversation, "no")
    about, _, where = pending.text.partition("/")
    topic = pending.topic or ""
    if scene.library.answer(topic, where) is None:
        return None
    return _told(scene, conversation, topic, where, WrongAbout(about), masked(text)[:MOST_CHARACTERS])


def _ask_what(scene: Scene, conversation: Conversation, topic: str, where: str) -> Reply:
    say = scene.say(conversation)
    about = {
        WrongAbout.AMOUNT: say.gettext("A number or an amount"),
        WrongAbout.CONTACT: say.gettext("Address, phone or hours"),
        WrongAbout.FIT: say.gettext("It does not fit my case"),
        WrongAbout.HARD: say.gettext("It is hard to understand"),
        WrongAbout.OTHER: say.gettext("Something else"),
    }
    rows = tuple((Button(label, f"wrong:{topic}/{where}/{each}"),) for each, label in about.items())
    text = say.gettext("Thank you for telling us. What is wrong with this answer?")
    # Who writes instead of pressing a button has said in words what is wrong.
    asked = conversation.asking(Pending(Asked.WRONG, f"{WrongAbout.OTHER}/{where}", topic))
    return _reply(asked, text, (*rows, _never_mind(say)))


def _ask_for_words(scene: Scene, conversation: Conversation, topic: str, where: str, about: WrongAbout) -> Reply:
    say = scene.say(conversation)
    text = say.gettext(
        "Please write in one message what is wrong, and how it is right if you know. "
        "Leave names and numbers of persons out. Those who keep the answers read it; you get no reply to it."
    )
    wordless = Button(say.gettext("Send it without words"), f"wrong:{topic}/{where}/{about}/{_WORDLESS}")
    asked = conversation.asking(Pending(Asked.WRONG, f"{about}/{where}", topic))
    return _reply(asked, text, ((wordless,), _never_mind(say)))


def _told(scene: Scene, conversation: Conversation, topic: str, where: str, about: WrongAbout, said: str) -> Reply:
    say = scene.say(conversation)
    wrong = Wrong(topic, where, language_of(conversation), about, said, _enough(scene, conversation))
    text = say.gettext("Thank you. Those who keep the answers will look at it. If you need help yourself, ask for a person.")
    thanks = Outgoing(text, language_of(conversation), buttons=((buttons.person(say),),))
    return Reply(conversation.asking(None), (thanks,), verdict=UNDERSTOOD, wrong=wrong)


def _enough(scene: Scene, conversation: Conversation) -> Outgoing:
    """Return what is read instead of the thanks when no more can be taken today."""
    text = scene.say(conversation).gettext(
        "I cannot take more of this today. Please write again tomorrow, or ask for a person at the info point."
    )
    return Outgoing(text, language_of(conversation))


def _never_mind(say: gettext.NullTranslations) -> tuple[Button]:
    return (Button(say.gettext("Never mind"), "wrong:no"),)


def _reply(conversation: Conversation, text: str, rows: tuple[tuple[Button, ...], ...] = ()) -> Reply:
    return Reply(conversation, (Outgoing(text, language_of(conversation), buttons=rows),))
