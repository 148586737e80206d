"""What can be said of a table: what it keeps, of whom, why and how long. Said of every one in `bot.store.register`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, StrEnum

from sqlalchemy import Table

from bot.model.sentences import sentence
from bot.store.retention import Rule


class Of(StrEnum):
    """Whose data it is."""

    RESIDENTS = "residents"
    STAFF = "staff"
    OFFICES = "offices"
    NOBODY = "nobody"


class Activity(Enum):
    """What things are kept for: its name, why, and the lawful basis that suggests itself. The controller decides on that."""

    name_: str
    why: str
    basis: str

    ANSWERING = (
        sentence("Answering questions of residents"),
        sentence("Residents ask about services and rights and get an approved answer, in their language, for the right country."),
        sentence(
            "A task in the public interest, article 6(1)(e) GDPR. What residents write can tell of health or other special "
            "categories: the controller decides which point of article 9(2) allows it."
        ),
    )
    CASES = (
        sentence("Cases that staff see to"),
        sentence("Where no approved answer fits, or somebody asks for a person, staff of the info point read and answer."),
        sentence(
            "A task in the public interest, article 6(1)(e) GDPR. What residents write can tell of health or other special "
            "categories: the controller decides which point of article 9(2) allows it."
        ),
    )
    FIGURES = (
        sentence("Figures, and learning what was not answered well"),
        sentence(
            "It is counted what is asked and what came of it, and editors see what should be answered better. "
            "Personal numbers and e-mail addresses are masked before."
        ),
        sentence("A task in the public interest, article 6(1)(e), and statistics, article 89 GDPR."),
    )
    DESK = (
        sentence("Accounts and duty of staff"),
        sentence("Staff sign in, have rights, are on duty, and are told of cases that wait."),
        sentence("The duties of the employer and the task in the public interest, article 6(1)(c) and (e) GDPR."),
    )
    SECURITY = (
        sentence("Security, and proof of who read what"),
        sentence("Nobody guesses passwords, and it can be looked into who read or changed what."),
        sentence("Security of processing, article 6(1)(c) with articles 5(2) and 32 GDPR."),
    )
    KNOWLEDGE = (
        sentence("Keeping the answers true"),
        sentence("Editors write answers, others confirm them, and it can be seen later what was said when, and by whom."),
        sentence("A task in the public interest, article 6(1)(e) GDPR."),
    )
    OPERATION = (
        sentence("Running the program"),
        sentence("Several processes share the work, and it can be proved that what is over was deleted."),
        sentence("No personal data."),
    )

    def __init__(self, name: str, why: str, basis: str) -> None:
        self.name_, self.why, self.basis = name, why, basis


@dataclass(frozen=True, slots=True)
class Along:
    """A row goes with the row of another table that it hangs on."""

    table: Table


@dataclass(frozen=True, slots=True)
class Keeping:
    """What one table keeps. ``lasts`` are the rules by which rows go, the row that they go with, or a sentence.

    ``masked`` says that persons are masked before it is written.
    """

    table: Table
    activity: Activity
    of: Of
    keeps: str
    lasts: tuple[Rule, ...] | Along | str
    masked: bool = False

    @property
    def sealed(self) -> tuple[str, ...]:
        """The columns that are encrypted in the database."""
        return tuple(column.name for column in self.table.columns if type(column.type).__name__.startswith("Sealed"))
