"""Whatever a channel sends can be kept, on both databases, and comes back the same once cleaned."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.clock import new_id, now
from bot.store import inbox
from bot.store.columns import MAX_DEPTH, storable, storable_text
from bot.store.database import Database

_TEXT = st.text(st.characters(exclude_categories=()), max_size=20)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | _TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXT, inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(payload=_JSON, address=_TEXT.filter(storable_text), external_id=_TEXT)
async def test_any_payload_is_kept_and_comes_back_as_cleaned(
    database: Database, payload: Any, address: str, external_id: str
) -> None:
    channel = new_id()
    async with database.write() as tx:
        assert await inbox.put(tx, channel, external_id, address, payload, now()) is not None
    async with database.read() as tx:
        (kept,) = await inbox.waiting(tx, channel, storable_text(address))

    assert kept.payload == storable(payload)
    assert kept.external_id == storable_text(external_id)


def test_text_loses_nul_and_lone_surrogates_and_keeps_the_rest() -> None:
    assert storable_text("a\0b\ud800č👩‍👧ж\u202e") == "abč👩‍👧ж\u202e"


def test_what_json_does_not_know_becomes_nothing() -> None:
    assert storable({"a": float("nan"), "b": [float("inf"), 1.5], 3: "\0"}) == {"a": None, "b": [None, 1.5], "3": ""}


def test_what_is_nested_too_deep_is_cut() -> None:
    nested: list[Any] = []
    for _ in range(100_000):
        nested = [nested]
    depth = 0
    kept = storable(nested)
    while kept:
        kept, depth = kept[0], depth + 1

    assert depth == MAX_DEPTH + 1
