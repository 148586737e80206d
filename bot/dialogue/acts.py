"""Short replies to what is not a question about a service."""

from __future__ import annotations

import gettext

from bot.dialogue import buttons, privacy
from bot.dialogue.crisis import EMERGENCY
from bot.dialogue.handoff import hand_over
from bot.dialogue.scene import Reply, Scene, language_of
from bot.model.case import Reason
from bot.model.conversation import Conversation
from bot.model.message import Outgoing
from bot.model.verdict import Act


def respond(scene: Scene, conversation: Conversation, act: Act) -> Reply:
    """Return the reply to ``act``."""
    say = scene.say(conversation)
    match act:
        case Act.HUMAN:
            return hand_over(scene, conversation, Reason.ASKED)
        case Act.LANGUAGE:
            return _say(conversation, say.gettext("In which language shall we go on?"), buttons.languages())
        case Act.FORGET_ME:
            return privacy.ask_to_forget(scene, conversation)
        case Act.PRIVACY:
            return privacy.privacy(scene, conversation)
        case Act.GOODBYE if not conversation.greeted:
            return respond(scene, conversation, Act.GREETING)  # "ciao" is how one comes, too
        case Act.GREETING | Act.THANKS | Act.GOODBYE:
            return _say(conversation, _courtesy(act, say))
        case Act.MISSED | Act.FOLLOW_UP:
            return Reply(conversation, (ask_for_a_sentence(scene, conversation),))  # there is nothing yet to go on from
        case Act.HELP:
            text = what_i_can_do(scene, conversation)
            outgoing = Outgoing(text, language_of(conversation), buttons=((buttons.person(say),),), calls=(EMERGENCY,))
            return Reply(conversation, (outgoing,))


def _courtesy(act: Act, say: gettext.NullTranslations) -> str:
    return {
        Act.GREETING: say.gettext("Good day. What would you like to know? Write it in your own words."),
        Act.THANKS: say.gettext("You are welcome. If you need anything else, write to me."),
        Act.GOODBYE: say.gettext("Goodbye. You can write again at any time."),
    }[act]


def ask_for_a_sentence(scene: Scene, conversation: Conversation) -> Outgoing:
    """Return the request to say more, for a message that says too little."""
    say = scene.say(conversation)
    text = say.gettext("Please write in a sentence what you need, or ask for a person.")
    return Outgoing(text, language_of(conversation), buttons=((buttons.person(say),),))


def introduction(scene: Scene, conversation: Conversation) -> Outgoing:
    """Return what is said once, before anything else: that a machine answers, and where to read what is kept."""
    say = scene.say(conversation)
    text = say.gettext(
        "I am the automatic assistant of the information point, not a person. I answer with texts that people have checked. "
        "You can ask for a person at any time. What we keep about you: /privacy"
    )
    return Outgoing(text, language_of(conversation))


def what_i_can_do(scene: Scene, conversation: Conversation) -> str:
    """Return what the bot is for, with the ways to ask."""
    say = scene.say(conversation)
    return say.gettext(
        "I am an automatic assistant, not a person. Ask me about money in need, family, care, illness, disability, work and "
        "housing, in your own words. If I am not sure, I ask you. If I do not know, I call a person at the info point. "
        "In danger call %(number)s at once."
    ) % {"number": EMERGENCY}


def _say(conversation: Conversation, text: str, rows: buttons.Rows = ()) -> Reply:
    return Reply(conversation, (Outgoing(text, language_of(conversation), buttons=rows),))
