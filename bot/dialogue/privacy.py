"""What residents are told of what is kept of them: what it is, how to get it, and what is deleted when they want it so."""

from __future__ import annotations

import gettext

from bot.dialogue import buttons
from bot.dialogue.scene import Reply, Scene, language_of
from bot.model.conversation import Conversation
from bot.model.message import Button, Outgoing

#: Channels on which nobody carries the messages but us.
_OWN_CHANNELS = frozenset({"web", "command-line"})


def is_our_own(conversation: Conversation) -> bool:
    """Tell whether nobody but us carries the messages of the conversation."""
    return conversation.channel in _OWN_CHANNELS


def privacy(scene: Scene, conversation: Conversation) -> Reply:
    """Return what is kept, for how long, who reads it, and the buttons to get, hide and delete it."""
    rows = (
        (my_data(scene.say(conversation)),),
        (discretion(scene.say(conversation), conversation),),
        (Button(scene.say(conversation).gettext("Delete everything"), "forget"),),
    )
    return _reply(conversation, told(scene, conversation), rows)


def told(scene: Scene, conversation: Conversation) -> str:
    """Return what is kept, for how long, who reads it and how to have it deleted, in short."""
    say = scene.say(conversation)
    days = scene.days_kept.conversations
    sentences = [
        say.gettext("We keep what you write here so that we can answer you."),
        say.ngettext(
            "It is deleted %(count)s day after the last word, or after your case was closed.",
            "It is deleted %(count)s days after the last word, or after your case was closed.",
            days,
        )
        % {"count": days},
        say.gettext(
            "You do not have to give your name. An automatic program reads what you write, and the staff of the info point when "
            "you need a person. It is used to answer you and to improve the answers, and for nothing else. You can have "
            "everything sent to you or deleted at any time: press the button or write /mydata or /forget."
        ),
    ]
    if scene.days_kept.encoder:
        text = say.gettext(
            "To be understood, each message is also sent to another service, at %(host)s, as you wrote it and without telling "
            "who you are."
        )
        sentences.append(text % {"host": scene.days_kept.encoder})
    if not is_our_own(conversation):
        sentences.append(
            say.gettext("This channel belongs to another company, which carries your messages, too. The web page does not.")
        )
    return " ".join(sentences)


def send_my_data(scene: Scene, conversation: Conversation) -> Reply:
    """Return everything that is kept of the resident: as a file, or as the way to it where the resident fetches it."""
    say = scene.say(conversation)
    if is_our_own(conversation):
        return _reply(conversation, say.gettext("On this page you get everything that is kept of you, as a file: /mydata"))
    text = say.gettext(
        "Here is everything that is kept of this conversation, as a file. It holds what you wrote: "
        "delete it when somebody else uses your device."
    )
    return Reply(conversation, (Outgoing(text, language_of(conversation), with_data=True),))


def ask_to_forget(scene: Scene, conversation: Conversation) -> Reply:
    """Ask whether everything is to be deleted, and say what that does not reach."""
    say = scene.say(conversation)
    sentences = [
        say.gettext("Shall I delete everything that is kept of this conversation? It cannot be brought back."),
        say.gettext("Messages, files, cases, numbers to call back: all goes at once."),
        backups(scene, say),
    ]
    if not is_our_own(conversation):
        sentences.append(
            say.gettext("What stands in this chat stays with you and the company that carries it: delete it there, too.")
        )
    return _reply(conversation, " ".join(sentences), ((Button(say.gettext("Yes, delete everything"), "forget"),),))


def forget(scene: Scene, conversation: Conversation) -> Reply:
    """Have everything deleted."""
    say = scene.say(conversation)
    text = say.gettext("Everything that was kept of this conversation is deleted. If you write again, we begin anew.")
    return Reply(conversation, (Outgoing(f"{text} {backups(scene, say)}", language_of(conversation)),), forget=True)


def backups(scene: Scene, say: gettext.NullTranslations) -> str:
    """Say when what was deleted is gone from the backups, too."""
    days = scene.days_kept.backups
    return say.ngettext(
        "Copies in backups are deleted after %(count)s day.", "Copies in backups are deleted after %(count)s days.", days
    ) % {"count": days}


def my_data(say: gettext.NullTranslations) -> Button:
    """Offer everything that is kept."""
    return Button(say.gettext("Send me what is kept"), "mydata")


def discretion(say: gettext.NullTranslations, conversation: Conversation) -> Button:
    """Offer to be discreet, or not to be any more."""
    if conversation.discreet:
        return Button(say.gettext("Nobody else reads my messages any more"), "discreet:off")
    return Button(say.gettext("Somebody else may read my messages"), "discreet:on")


def _reply(conversation: Conversation, text: str, rows: buttons.Rows = ()) -> Reply:
    return Reply(conversation, (Outgoing(text, language_of(conversation), buttons=rows),))
