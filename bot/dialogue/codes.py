"""A case without a name: its code lets a resident go on from another channel. The code alone shows nothing of the case."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

from bot.clock import CODE_ALPHABET
from bot.dialogue import buttons
from bot.dialogue.handoff import point_for, relay
from bot.dialogue.promise import place_in_line, promise
from bot.dialogue.scene import Reply, Scene, language_of
from bot.model.case import CaseOpening, Reason
from bot.model.codes import CodeStatus, GivenCode
from bot.model.conversation import Conversation, Holder
from bot.model.library import LANGUAGES
from bot.model.message import Outgoing

#: How many characters a code has (see `bot.clock.new_code`), and had in the first editions of the program.
LENGTH, FORMER_LENGTH = 8, 6

#: Letters of a Bulgarian keyboard that look like those of a code.
_CYRILLIC = str.maketrans("АВЕКМНРСТУХЈЅ", "ABEKMHPCTYXJS")
_GAPS = re.compile(r"[\s.\-–—_]+")
#: What nobody puts before anything but a code.
_COMMAND = re.compile(r"/(?:code|koda|kod|codice|код)(?:@\w+)?\b", re.IGNORECASE)
#: "koda K7PM4X", "moja koda je: K7PM4X", "il mio codice è K7P M4X", "код К7РМ4Х".
_CUE = re.compile(
    r"(?:(?:moja|moj|il mio|моят|моя|my)\s+)?"
    r"(?:koda|šifra|sifra|kod|codice|кодът|код|code)"
    r"(?:\s+(?:mojega\s+|moga\s+)?(?:primera|slučaja|slucaja|del caso|на случая|je|è|е|is))*"
    r"\s*[:#=]?\s*",
    re.IGNORECASE,
)
#: A code by itself: between two letters a digit, at most one gap, in the middle. No word and no amount looks like that.
_ALONE = re.compile("|".join(rf"[A-Z][{CODE_ALPHABET}]{{{half}}}[\s\-–]?[{CODE_ALPHABET}]{{{half}}}[A-Z]" for half in (2, 3)))
#: After a word for it. Of eight characters it stands between letters: "kod Celja 122" is where somebody lives.
_AFTER_A_WORD = re.compile(rf"[A-Z0-9]{{{FORMER_LENGTH}}}|[A-Z][A-Z0-9]{{{LENGTH - 2}}}[A-Z]")
#: Which of our languages a word before the code belongs to, for a resident who has written nothing else yet.
_TONGUES = {"koda": "sl", "codice": "it", "kod": "hr", "код": "bg", "кодът": "bg"}


def plain(text: str) -> str:
    """Return ``text`` as a code is kept: capitals, no gaps, Cyrillic letters that look like Latin ones as those."""
    return _GAPS.sub("", text.upper().translate(_CYRILLIC).strip(" \n\t.!?,;:»«\"'"))


def is_command(text: str) -> bool:
    """Tell whether ``text`` begins with the command that a code follows."""
    return _COMMAND.match(text.strip()) is not None


def code_in(text: str) -> str | None:
    """Return the case code that a message consists of, as it is kept; None when the message is something else.

    After a word for it (``koda``) it needs a digit, since a word as long may follow; after ``/code`` it is taken as it
    is; and by itself it must look like nothing else. That a code can exist is not said: people mistype.
    """
    text = text.strip()
    if command := _COMMAND.match(text):
        rest = plain(text[command.end() :])
        return rest if rest and len(rest) <= 2 * LENGTH else None
    if (cue := _CUE.match(text)) and (rest := plain(text[cue.end() :])):
        has_digit = any(character.isdigit() for character in rest)
        return rest if has_digit and _AFTER_A_WORD.fullmatch(rest) else None
    alone = text.upper().translate(_CYRILLIC).strip(" .!?")
    digits_inside = any(character.isdigit() for character in alone)
    return plain(alone) if digits_inside and _ALONE.fullmatch(alone) else None


def respond(scene: Scene, conversation: Conversation, given: GivenCode, text: str, *, hint: str | None = None) -> Reply:
    """Reply to a code; ``text`` is the message that it stood in, ``hint`` the language of the resident's app.

    Staff who hold the conversation see the code like all else, and the case that it stands for; the bot stays silent.
    """
    conversation = _spoken_to(conversation, text, hint)
    wrong = given.status is CodeStatus.UNKNOWN
    if conversation.holder is Holder.STAFF:
        return replace(relay(conversation), opens=_opening(given), wrong_code=wrong)
    say = scene.say(conversation)
    match given.status:
        case CodeStatus.FOUND:
            found = say.gettext(
                "I have found this case. A person at the info point goes on with you here. "
                "What was said there is not shown here, because others could have learned the code."
            )
            point = scene.library.points.get(given.point or "") or point_for(scene, conversation)
            promised = promise(scene, conversation, point)
            text = "\n\n".join(filter(None, [found, promised.text, place_in_line(scene, conversation, point)]))
            outgoing = Outgoing(text, language_of(conversation), buttons=((buttons.call_me_back(say),),))
            return Reply(conversation.put_in_line(), (outgoing,), opens=_opening(given, promised.at))
        case CodeStatus.HERE:
            here = say.gettext("This is the code of your case here. You can go on writing; a person at the info point reads it.")
            return Reply(conversation, (Outgoing(here, language_of(conversation)),))
        case CodeStatus.UNKNOWN:
            sentence = say.gettext("I know no open case with this code. Please look at the code again, or ask for a person.")
            if set(given.code) - set(CODE_ALPHABET):
                never = say.gettext("A code has eight letters and digits, and never the letters I and O or the digits 0 and 1.")
                sentence = f"{sentence} {never}"
        case CodeStatus.THROTTLED:
            sentence = say.gettext(
                "Too many wrong codes were given. Please try again in a quarter of an hour, or ask for a person."
            )
    told = Outgoing(sentence, language_of(conversation), buttons=((buttons.person(say),),))
    return Reply(conversation, (told,), wrong_code=wrong)


def ask_for_it(scene: Scene, conversation: Conversation, hint: str | None = None) -> Reply:
    """Say how a code is given, after the command alone."""
    conversation = _spoken_to(conversation, "", hint)
    if conversation.holder is Holder.STAFF:
        return relay(conversation)
    say = scene.say(conversation)
    text = say.gettext("Please write the code of your case after the command, for example: %(example)s") % {
        "example": "/code K7PM4XQT"
    }
    return Reply(conversation, (Outgoing(text, language_of(conversation), buttons=((buttons.person(say),),)),))


def _opening(given: GivenCode, promised_at: datetime | None = None) -> CaseOpening | None:
    if given.status is not CodeStatus.FOUND:
        return None
    return CaseOpening(Reason.ASKED, given.topic, given.point, promised_at, continues=given.case_id)


def _spoken_to(conversation: Conversation, text: str, hint: str | None) -> Conversation:
    """Take the language of the app, or of the word before the code, for somebody who has written nothing else yet."""
    if conversation.language is not None:
        return conversation
    named = next((language for word, language in _TONGUES.items() if re.search(rf"\b{word}\b", text.lower())), None)
    language = hint if hint in LANGUAGES else named
    return conversation if language is None else conversation.speaking(language)
