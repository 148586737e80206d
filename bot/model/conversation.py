"""A conversation: what is remembered between two messages of one resident, and the legal changes of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

#: A crisis reply is shown once in this time, not under every line.
CRISIS_SILENCE = timedelta(minutes=10)
#: So many of the topics asked about are remembered: nobody goes back further.
_TOPICS_KEPT = 3


class Holder(StrEnum):
    """Who answers: the bot, or staff while it stays silent."""

    BOT = "bot"
    STAFF = "staff"


class Asked(StrEnum):
    """What we asked the resident and are waiting to hear, the question being kept."""

    LANGUAGE = "language"
    COUNTRY = "country"
    CHOICE = "choice"
    LIVES = "lives"
    NEEDS = "needs"
    CONTACT = "contact"  # a phone number or an e-mail address; the text is how often what came could not be read
    WRONG = "wrong"  # what is wrong with the answer to the topic: the text is "<what sort of thing>/<where>"
    CONSENT = "consent"  # whether a case may go to another country: its id is the text, the info point the topic


@dataclass(frozen=True, slots=True)
class Pending:
    """A question of the resident that is kept while we ask something back.

    ``topic`` is the one that it is about, or the likeliest of those to choose from.
    """

    asked: Asked
    text: str
    topic: str | None = None


@dataclass(frozen=True, slots=True)
class Conversation:
    """What is remembered of one resident on one channel. ``address`` is the channel's own name of the resident.

    ``language`` is None until the first message. ``chosen_language`` says that the resident picked it, so that one odd
    word does not change it. ``country`` is None until a place or a button tells; ``topic`` and ``topic_country`` are what
    was answered last (for a country or a pair of them), for follow-ups that lean on it; ``asked`` are the last topics
    asked about, oldest first, for those that go back to one. ``lives_in`` is the country where a resident lives who works
    or needs a service in ``country``; None until asked. ``situation`` is the life event that was opened last, to lead back
    to its other topics. ``waiting`` says that a case of it is open and nobody has claimed it. ``not_helpful`` counts the
    answers said to have missed since the last that helped; ``voted`` is the answer (``<topic>/<country>``) that was voted
    on last, so that a button pressed twice counts once. ``crisis_shown`` is what the last crisis reply was about
    (``<kind>/<country>``). ``ended`` is the case that staff closed last, until the resident has said whether it helped.
    ``stopped`` is set when the resident blocked us. ``discreet`` says that somebody else may read the resident's device: what is
    sent there unasked tells nothing. ``hurry`` counts the messages since ``hurry_since``, so that a flood can be told from haste.
    ``version`` rises by one with each committed change.
    """

    id: str
    channel: str
    address: str
    language: str | None = None
    chosen_language: bool = False
    country: str | None = None
    place: str | None = None
    lives_in: str | None = None
    situation: str | None = None
    topic: str | None = None
    topic_country: str | None = None
    asked: tuple[str, ...] = ()
    holder: Holder = Holder.BOT
    waiting: bool = False
    greeted: bool = False
    pending: Pending | None = None
    not_helpful: int = 0
    voted: str | None = None
    crisis_shown_at: datetime | None = None
    crisis_shown: str | None = None
    ended: str | None = None
    stopped: bool = False
    discreet: bool = False
    hurry: int = 0
    hurry_since: datetime | None = None
    version: int = 0

    def speaking(self, language: str, *, chosen: bool = False) -> Conversation:
        """Return it with the language of the reply; ``chosen`` when the resident picked it."""
        return replace(self, language=language, chosen_language=chosen or self.chosen_language)

    def located(self, country: str | None, place: str | None) -> Conversation:
        """Return it with the country and the place the resident speaks of; a move to a whole country drops the place."""
        return replace(self, country=country, place=place)

    def living_in(self, country: str | None) -> Conversation:
        """Return it with the country where the resident lives; None forgets it, to ask again."""
        return replace(self, lives_in=country)

    def answered(self, topic: str, where: str) -> Conversation:
        """Return it after an answer to ``topic`` for a country or a pair of countries was given."""
        return replace(self.asking_about(topic), topic=topic, topic_country=where, pending=None, voted=None)

    def asking_about(self, topic: str) -> Conversation:
        """Return it with ``topic`` among those asked about; what was asked about before keeps its place."""
        return self if topic in self.asked else replace(self, asked=(*self.asked, topic)[-_TOPICS_KEPT:])

    def asking(self, pending: Pending | None) -> Conversation:
        """Return it waiting for what ``pending`` asks, or for nothing."""
        return replace(self, pending=pending)

    def put_in_line(self) -> Conversation:
        """Return it waiting for staff; until one of them claims it, the bot still answers what it is sure of."""
        return replace(self, waiting=True, pending=None, not_helpful=0)

    def held_by(self, holder: Holder) -> Conversation:
        """Return it in the hands of ``holder``: claimed by staff, or given back to the bot."""
        return replace(self, holder=holder, waiting=False, pending=None, not_helpful=0)

    def put_back_in_line(self) -> Conversation:
        """Return it waiting for staff again; the bot, when it then speaks after a person has, says again that it is none."""
        return replace(self.held_by(Holder.BOT).put_in_line(), greeted=self.greeted and self.holder is not Holder.STAFF)

    def in_crisis(self, now: datetime, shown: str) -> Conversation:
        """Return it with the crisis reply noted as shown ``now``; ``shown`` is its kind and country."""
        return replace(self, crisis_shown_at=now, crisis_shown=shown)

    def crisis_is_fresh(self, now: datetime, shown: str) -> bool:
        """Tell whether this very crisis reply was shown so lately that it is not repeated."""
        lately = self.crisis_shown_at is not None and now - self.crisis_shown_at < CRISIS_SILENCE
        return lately and self.crisis_shown == shown
