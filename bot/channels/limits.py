"""What the residents' doors let in when more comes than is answered.

From the mildest to the hardest, and never for a crisis, which is always taken:

- Who has `MOST_OPEN` messages that nobody has worked on yet is asked to wait for the answer (429).
- While the line is long (`Level.BUSY`) everything is taken, and people are told that it takes longer.
- More people at once than `Newcomers` lets in, or a line that is full (`Level.FULL`), and the door asks to come back later
  (503). There is no address to tell one stranger from another by, since none is kept: so all first messages share one limit.

What was typed is given back each time. Telegram's door cannot refuse; what comes there is kept, and stands in the line behind
others (see `bot.store.line`). Open pages, each of which holds memory and a connection, are limited by `Places`.
"""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable
from enum import StrEnum

from bot.threads import in_thread

#: Messages of one visitor that may be open. Answers take a fraction of a second, and nobody reads twenty at once.
MOST_OPEN = 20
#: First messages in a second, in the long run and in one moment: a whole village that has just read of us in the newspaper.
NEW_IN_A_SECOND, NEW_AT_ONCE = 20.0, 200
#: Open pages of one visitor, of all, and of those who have no conversation (any more), so that made-up ones close no place.
PAGES_OF_ONE, PAGES_OF_ALL, PAGES_OF_STRANGERS = 8, 1000, 250
#: Seconds that each page without a conversation makes all of them wait, and at most.
_CALM, _CALMEST = 0.002, 1.0
#: For so many seconds it is told that somebody was sent away.
LATELY = 600.0
#: A text so short is looked at here; a longer one takes a thread, since it would hold up everybody else.
_SHORT = 100
#: More of those who were sent away are not counted.
_MOST_COUNTED = 10_000


class Level(StrEnum):
    """How long the line is; `bot.work.load` tells."""

    EASY = "easy"
    BUSY = "busy"
    FULL = "full"


class Newcomers:
    """A bucket of tokens: each first message takes one, and so many come back in a second."""

    def __init__(
        self, rate: float = NEW_IN_A_SECOND, most: int = NEW_AT_ONCE, seconds: Callable[[], float] = time.monotonic
    ) -> None:
        self._rate, self._most, self._seconds = rate, most, seconds
        self._tokens, self._at = float(most), seconds()

    def lets_in(self) -> bool:
        """Take a token, if there is one, and tell whether there was."""
        now = self._seconds()
        self._tokens = min(self._most, self._tokens + (now - self._at) * self._rate)
        self._at = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True


class Places:
    """Places for open pages: so many for one visitor, for all, and for those who have no conversation."""

    def __init__(self, of_one: int = PAGES_OF_ONE, of_all: int = PAGES_OF_ALL, of_strangers: int = PAGES_OF_STRANGERS) -> None:
        self._of_one, self._of_all, self._of_strangers = of_one, of_all, of_strangers
        self._taken: Counter[str] = Counter()
        self._all = self._strangers = 0

    def enter(self, visitor: str, *, stranger: bool) -> bool:
        """Take a place and tell whether there was one; `leave` gives it back, with the same arguments."""
        is_room = self._all < self._of_all and (not stranger or self._strangers < self._of_strangers)
        if not is_room or self._taken[visitor] >= self._of_one:
            return False
        self._taken[visitor] += 1
        self._all += 1
        self._strangers += stranger
        return True

    def leave(self, visitor: str, *, stranger: bool) -> None:
        """Give a place back."""
        self._all -= 1
        self._strangers -= stranger
        self._taken[visitor] -= 1
        if not self._taken[visitor]:
            del self._taken[visitor]

    @property
    def taken(self) -> int:
        """How many are taken."""
        return self._all

    def calm(self) -> float:
        """Return the seconds that a page whose conversation has not begun leaves between two looks.

        Such a page hears the ring of everybody's conversation: the more of them are open, the less often each may look.
        """
        return min(self._strangers * _CALM, _CALMEST)


class Limits:
    """The limits of one process. ``alarms`` tells whether a text is a crisis, without the encoder."""

    def __init__(self, alarms: Callable[[str], bool] = lambda _: False, *, seconds: Callable[[], float] = time.monotonic) -> None:
        self.level = Level.EASY
        self.newcomers = Newcomers(seconds=seconds)
        self.pages = Places()
        self._alarms = alarms
        self._seconds = seconds
        self._sent_away: deque[float] = deque(maxlen=_MOST_COUNTED)

    async def is_urgent(self, text: str) -> bool:
        """Tell whether a text (cleaned) is a crisis."""
        if len(text) <= _SHORT:
            return bool(text) and self._alarms(text)
        return await in_thread(lambda: self._alarms(text))

    def note(self) -> None:
        """Count somebody who was sent away."""
        self._sent_away.append(self._seconds())

    @property
    def sent_away(self) -> int:
        """How many were sent away lately."""
        while self._sent_away and self._sent_away[0] <= self._seconds() - LATELY:
            self._sent_away.popleft()
        return len(self._sent_away)
