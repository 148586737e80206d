"""The tables that keep the house in order: keys, what housekeeping did, steps of the tables, and the programs that use them."""

from __future__ import annotations

from sqlalchemy import JSON, Column, String, Table

from bot.store.columns import Moment
from bot.store.tables import metadata

#: The keys that sealed rows of this database, by their ids; the keys themselves are never here. One without ``retired_at`` is
#: needed to read what is kept.
sealing_key = Table(
    "sealing_key",
    metadata,
    Column("id", String, primary_key=True),
    Column("made_at", Moment, nullable=False),
    Column("retired_at", Moment),
)

#: When each recurring piece of housekeeping last began and last came through, and what it did: counts by kind.
chore = Table(
    "chore",
    metadata,
    Column("name", String, primary_key=True),
    Column("began_at", Moment, nullable=False),
    Column("done_at", Moment),
    Column("did", JSON(none_as_null=True)),
)

#: The steps of the tables that were done, from the first on that is noted here, by which an older program tells whether it can
#: work on newer tables: `bot.store.migrations` says what a kind is.
step = Table(
    "step",
    metadata,
    Column("number", String, primary_key=True),
    Column("kind", String, nullable=False),
)

#: The programs that run: by the name of one of their processes (`bot.vitals`) the newest step that each knows.
program = Table(
    "program",
    metadata,
    Column("id", String, primary_key=True),
    Column("knows", String, nullable=False),
    Column("seen_at", Moment, nullable=False),
)
