"""The register of what is kept is complete, and says how long by the very rules that are carried out."""

from __future__ import annotations

from datetime import timedelta

from bot.store import desk_tables, edit_tables, guard_tables, retention, tables
from bot.store.purposes import Activity, Along, Of
from bot.store.register import KEPT
from bot.store.retention import Periods

_ALL = (tables, desk_tables, edit_tables, guard_tables)  # each adds its own to the tables of all


def test_every_table_is_in_the_register_once() -> None:
    assert sorted(keeping.table.name for keeping in KEPT) == sorted(_ALL[0].metadata.tables)


def test_every_rule_that_is_carried_out_is_told_of_its_table_and_no_other_is() -> None:
    told = [rule for keeping in KEPT if isinstance(keeping.lasts, tuple) for rule in keeping.lasts]

    assert sorted(rule.kind for rule in told) == sorted(rule.kind for rule in retention.RULES)
    assert all(rule in retention.RULES for rule in told)
    assert all(rule.table is keeping.table for keeping in KEPT if isinstance(keeping.lasts, tuple) for rule in keeping.lasts)


def test_what_is_said_to_go_with_another_row_is_deleted_with_it_by_the_database() -> None:
    for keeping in KEPT:
        if isinstance(keeping.lasts, Along):
            keys = [key for column in keeping.table.columns for key in column.foreign_keys]
            assert any(key.column.table is keeping.lasts.table and key.ondelete == "CASCADE" for key in keys), keeping.table.name


def test_what_residents_said_never_lasts_until_somebody_deletes_it() -> None:
    timeless = [keeping.table.name for keeping in KEPT if isinstance(keeping.lasts, str) and keeping.of is Of.RESIDENTS]

    assert timeless == []


def test_what_outlives_a_conversation_is_masked() -> None:
    outliving = {
        keeping.table.name
        for keeping in KEPT
        if any(key.column.table is tables.conversation and key.ondelete == "SET NULL" for key in keeping.table.foreign_keys)
        or keeping.activity is Activity.FIGURES
    }

    assert outliving == {"question", "suggestion", "case_record"}
    assert outliving <= {keeping.table.name for keeping in KEPT if keeping.masked}


def test_what_is_sealed_follows_from_the_tables() -> None:
    for keeping in KEPT:
        sealed = {column.name for column in keeping.table.columns if "Sealed" in type(column.type).__name__}
        assert set(keeping.sealed) == sealed


def test_the_periods_that_are_set_are_those_of_the_rules() -> None:
    periods = Periods(timedelta(days=7), timedelta(days=70))
    lasts = {rule.kind: rule.lasts(periods).days for rule in retention.RULES}

    assert (lasts["conversations"], lasts["incomings"], lasts["set_aside"]) == (7, 7, 7)
    assert {lasts[kind] for kind in ("questions", "case_records", "suggestions")} == {70}
    # Telegram repeats for a day what was not acknowledged: rows that tell that are never deleted within two.
    assert retention.INCOMINGS.lasts(Periods(timedelta(days=1))) == timedelta(days=2)
    assert retention.ASIDE.lasts(Periods(timedelta(days=90))) == timedelta(days=30)
