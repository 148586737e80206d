"""Asking where somebody can be called back, and reading what they write."""

from __future__ import annotations

import re
from collections.abc import Iterable

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from bot.dialogue.handoff import opening, waiting_at
from bot.dialogue.promise import promise
from bot.dialogue.scene import Reply, Scene, language_of
from bot.language import formats
from bot.language.text import words
from bot.model.case import Reason
from bot.model.contact import Contact, ContactKind
from bot.model.conversation import Asked, Conversation, Holder, Pending
from bot.model.library import HOME
from bot.model.message import Button, Outgoing
from bot.model.verdict import Act, Verdict, VerdictKind

#: After so many texts in which no contact could be read, we no longer ask.
MOST_TRIES = 3
#: From so many digits on a text is an attempt at a number; with fewer it is a message like any other.
_DIGITS = 5
#: More of a message is not searched for a contact.
_MOST_CHARACTERS = 300
#: An address of more characters cannot receive anything.
_LONGEST_ADDRESS = 254
#: Words that somebody declines with, in our languages, and the longest text that is nothing else.
_NO = frozenset({"ne", "no", "не", "nocem"})
_SHORT = 3

#: What a contact is taken for: part of the wish for a person, never the question that the case is about.
UNDERSTOOD = Verdict(VerdictKind.ACT, 1.0, act=Act.HUMAN)

#: Each part is as long as the standards let it be (RFC 5321, RFC 1035), so that no text takes long to be searched.
_EMAIL = re.compile(r"[\w.+%'-]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,9}[a-z]{2,63}", re.IGNORECASE)
#: Numbers that staff can call without being charged for it. Premium rates are a fraud on whoever calls back.
_CALLABLE = frozenset(
    {
        PhoneNumberType.FIXED_LINE,
        PhoneNumberType.MOBILE,
        PhoneNumberType.FIXED_LINE_OR_MOBILE,
        PhoneNumberType.VOIP,
    }
)


def press(scene: Scene, conversation: Conversation, rest: str) -> Reply:
    """Do what a button ``callback:<rest>`` says: ask for a number or an address, or (``no``) ask no more."""
    say = scene.say(conversation)
    if rest == "no":
        return _declined(scene, conversation)
    text = say.gettext(
        "Please write the phone number or the e-mail address where we can reach you. Only the staff of the info point see it, "
        "and it is deleted with everything else when you write /forget."
    )
    return _asking(scene, conversation, text, tries=0)


def is_asked(conversation: Conversation) -> bool:
    """Tell whether we wait for a contact of the resident."""
    pending = conversation.pending
    return conversation.holder is Holder.BOT and pending is not None and pending.asked is Asked.CONTACT


def heard(scene: Scene, conversation: Conversation, text: str) -> Reply | None:
    """Take what somebody wrote who was asked for a contact; None when it is something else, such as a question."""
    contact = read(text, _countries(scene, conversation))
    if contact is not None:
        return _noted(scene, conversation, contact)
    said = words(text)
    if said and said[0] in _NO and len(said) <= _SHORT:
        return _declined(scene, conversation)
    if "@" not in text and sum(character.isdigit() for character in text) < _DIGITS:
        return None
    tries = _tries(conversation) + 1
    say = scene.say(conversation)
    if tries >= MOST_TRIES:
        text = say.gettext("I could not read this either. The person at the info point sees what you wrote and will ask you.")
        return _reply(conversation.asking(None), text)
    text = say.gettext(
        "I cannot read a phone number or an e-mail address in this. "
        "Please write the number alone, with the country code if it is not from here."
    )
    return _asking(scene, conversation, text, tries=tries)


def read(text: str, countries: Iterable[str]) -> Contact | None:
    """Return the first phone number in ``text`` that can be called from one of ``countries``, else an e-mail address."""
    text = text[:_MOST_CHARACTERS]
    for country in countries:
        for found in phonenumbers.PhoneNumberMatcher(text, country.upper()):
            if phonenumbers.number_type(found.number) in _CALLABLE:
                return Contact(ContactKind.PHONE, phonenumbers.format_number(found.number, PhoneNumberFormat.E164))
    address = _EMAIL.search(text)
    if address is None or len(address[0]) > _LONGEST_ADDRESS:
        return None
    name, _, domain = address[0].rpartition("@")
    return Contact(ContactKind.EMAIL, f"{name}@{domain.lower()}")


def _noted(scene: Scene, conversation: Conversation, contact: Contact) -> Reply:
    say = scene.say(conversation)
    point = waiting_at(scene, conversation)
    if contact.kind is ContactKind.PHONE:
        number = formats.phone(contact.value, _countries(scene, conversation)[0])
        first = say.gettext("I have noted this number: %(number)s. A person from the info point will call you.") % {
            "number": number
        }
    else:
        first = say.gettext("I have noted this address: %(address)s. A person from the info point will write to you.") % {
            "address": contact.value
        }
    text = f"{first}\n\n{promise(scene, conversation, point).text}"
    change = ((Button(say.gettext("Change the number or address"), "callback:"),),)
    return Reply(
        conversation.put_in_line(),
        (Outgoing(text, language_of(conversation), buttons=change),),
        opens=opening(scene, conversation, Reason.ASKED, conversation.topic),
        calls_back=contact,
    )


def _declined(scene: Scene, conversation: Conversation) -> Reply:
    say = scene.say(conversation)
    pending = conversation.asking(None) if is_asked(conversation) else conversation
    return _reply(pending, say.gettext("All right, nobody will call you. You can go on writing here."))


def _asking(scene: Scene, conversation: Conversation, text: str, *, tries: int) -> Reply:
    way_out = ((Button(scene.say(conversation).gettext("No, thank you"), "callback:no"),),)
    asked = conversation.asking(Pending(Asked.CONTACT, str(tries)))
    return Reply(asked, (Outgoing(text, language_of(conversation), buttons=way_out),))


def _reply(conversation: Conversation, text: str) -> Reply:
    return Reply(conversation, (Outgoing(text, language_of(conversation)),))


def _tries(conversation: Conversation) -> int:
    text = "" if conversation.pending is None else conversation.pending.text
    return int(text) if text.isdecimal() else 0


def _countries(scene: Scene, conversation: Conversation) -> list[str]:
    """Return the countries that a number without its code may belong to, likeliest first."""
    point = waiting_at(scene, conversation)
    likely = (conversation.country, None if point is None else point.country, HOME[language_of(conversation)])
    return list(dict.fromkeys(country for country in likely if country is not None))
