"""Being discreet, for people whose phone is read by somebody else: neutral messages, hidden texts, and no trace left."""

from __future__ import annotations

from dataclasses import replace

from bot.dialogue import privacy
from bot.dialogue.scene import Reply, Scene, language_of
from bot.model.conversation import Conversation
from bot.model.message import Button, Outgoing, Veil

#: Crises in which the one to fear may hold the same phone.
NEAR = frozenset({"violence-now", "child-in-danger"})

#: More digits than a line of a transcript has.
_DIGITS = 18


def switch(scene: Scene, conversation: Conversation, *, on: bool) -> Reply:
    """Begin or end being discreet, and say truly what that means on this channel."""
    conversation = replace(conversation, discreet=on)
    say = scene.say(conversation)
    button = privacy.discretion(say, conversation)
    if not on:
        text = say.gettext("From now on you get all messages in full again.")
        return _reply(conversation, text, ((button,),))
    if privacy.is_our_own(conversation):
        text = say.gettext(
            "From now on the name and the picture of this page tell nothing, and who leaves it by the button at the top "
            "cannot come back to this conversation from this browser. Pressing Escape three times does the same. "
            "What the browser itself remembers we cannot delete: a private window remembers nothing."
        )
    else:
        text = say.gettext(
            "From now on what comes later only says that there is news for you. You read it by a button, and hide it again "
            "by another. What already stands in this chat stays, and so does the name of this chat in your list."
        )
    return _reply(conversation, text, ((_leave_no_trace(scene, conversation),), (button,)))


def turn_veil(conversation: Conversation, rest: str, outdated: Reply, *, drawn: bool) -> Reply:
    """Show or hide the message ``rest``; ``outdated`` is what the resident reads where that message is no more."""
    if not (rest.isascii() and rest.isdecimal() and len(rest) <= _DIGITS):
        return outdated
    return replace(outdated, conversation=conversation, veil=Veil(int(rest), drawn=drawn))


def leave_no_trace(scene: Scene, conversation: Conversation, *, sure: bool) -> Reply:
    """Ask whether the chat itself is to be emptied, too, saying what cannot be; then have it done."""
    if privacy.is_our_own(conversation):
        return privacy.forget(scene, conversation) if sure else privacy.ask_to_forget(scene, conversation)
    say = scene.say(conversation)
    if sure:
        # It stays in the chat, so it tells nothing.
        return Reply(conversation, (Outgoing(say.gettext("Done."), language_of(conversation)),), forget=True, traceless=True)
    text = " ".join(
        [
            say.gettext(
                "Shall I delete what stands in this chat, your messages and mine, and all that is kept of this conversation?"
            ),
            say.gettext(
                "What is older than 48 hours I cannot delete here, nor the chat in your list: delete the chat itself for that."
            ),
            privacy.backups(scene, say),
        ]
    )
    return _reply(conversation, text, ((Button(say.gettext("Yes, leave no trace"), "traceless:yes"),),))


def in_crisis(scene: Scene, conversation: Conversation, kind: str) -> tuple[tuple[Button, ...], ...]:
    """Return the button to be discreet under the numbers of a crisis in which somebody near is to be feared."""
    if kind not in NEAR or conversation.discreet:
        return ()
    return ((privacy.discretion(scene.say(conversation), conversation),),)


def _leave_no_trace(scene: Scene, conversation: Conversation) -> Button:
    return Button(scene.say(conversation).gettext("Leave no trace here"), "traceless")


def _reply(conversation: Conversation, text: str, rows: tuple[tuple[Button, ...], ...]) -> Reply:
    return Reply(conversation, (Outgoing(text, language_of(conversation), buttons=rows),))
