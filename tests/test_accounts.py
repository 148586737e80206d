"""The accounts of the desk, on each database."""

from __future__ import annotations

import pytest

from bot import accounts
from bot.clock import now
from bot.model.case import Case, CaseOpening, CaseState, Reason
from bot.model.conversation import Conversation, Holder
from bot.settings import Settings
from bot.store import cases, conversations, entries
from bot.store.database import Database

PASSWORD = "five words that are one"


@pytest.fixture
def settings(database_url: str) -> Settings:
    """Settings that name a fresh database."""
    return Settings(database_url=database_url)


async def _has_a_case(db: Database, name: str) -> tuple[str, str]:
    """Let ``name`` have a case; return the ids of the case and of its conversation."""
    async with db.write() as tx:
        its = await conversations.ensure(tx, "web", "resident", now())
        case = await cases.open_or_raise(tx, its.id, CaseOpening(Reason.CRISIS), now())
        assert await cases.claim(tx, case.id, name, now()) is not None
        await conversations.save(tx, its.held_by(Holder.STAFF), now())
    return case.id, its.id


async def _as_it_stands(db: Database, case_id: str, conversation_id: str) -> tuple[Case | None, Conversation, list[str]]:
    async with db.read() as tx:
        notes = [entry.kind for entry in await entries.latest(tx, conversation_id, notes=True)]
        return await cases.get(tx, case_id), await conversations.get(tx, conversation_id), notes


async def test_the_case_of_a_member_who_is_shut_out_waits_for_somebody_else(settings: Settings, database: Database) -> None:
    await accounts.add(settings, "Ana", "staff", PASSWORD)
    ids = await _has_a_case(database, "Ana")

    told = await accounts.disable(settings, " Ana ")
    case, conversation, notes = await _as_it_stands(database, *ids)

    assert told == "Ana is shut out. 1 case is back in the waiting line."
    assert case is not None
    assert (case.state, case.claimed_by) == (CaseState.WAITING, None)
    assert (conversation.holder, conversation.waiting) == (Holder.BOT, True)
    assert notes == [entries.PUT_BACK]


async def test_who_had_no_case_is_shut_out_without_a_word_about_cases(settings: Settings, database: Database) -> None:
    await accounts.add(settings, "Ana", "staff", PASSWORD)
    await accounts.add(settings, "Boris", "staff", PASSWORD)
    ids = await _has_a_case(database, "Ana")

    assert await accounts.disable(settings, "Boris") == "Boris is shut out."
    case, conversation, notes = await _as_it_stands(database, *ids)
    assert case is not None
    assert (case.claimed_by, conversation.holder, notes) == ("Ana", Holder.STAFF, [])


async def test_nothing_is_put_back_for_a_name_that_nobody_has(settings: Settings, database: Database) -> None:
    ids = await _has_a_case(database, "Ana")

    with pytest.raises(accounts.AccountError, match="nobody named Ana"):
        await accounts.disable(settings, "Ana")
    case, _, _ = await _as_it_stands(database, *ids)
    assert case is not None
    assert case.claimed_by == "Ana"


@pytest.mark.parametrize("name", ["", "   ", "\n\t", "\u200b", " - "])
async def test_a_name_without_a_letter_is_refused_as_such(settings: Settings, name: str) -> None:
    with pytest.raises(accounts.AccountError, match="A name is needed"):
        await accounts.add(settings, name, "staff", PASSWORD)


async def test_a_name_that_the_sign_in_page_could_not_take_is_refused(settings: Settings) -> None:
    with pytest.raises(accounts.AccountError, match="at most 100"):
        await accounts.add(settings, "a" * 101, "staff", PASSWORD)


async def test_a_name_is_tidied_before_it_is_kept(settings: Settings) -> None:
    told = await accounts.add(settings, "  Z\u030can   Kos ", "staff", PASSWORD)

    assert told == "Žan Kos can sign in at the desk now."
    assert await accounts.listed(settings) == "Žan Kos  staff"


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("Žan", "There is already somebody named Žan."),
        ("zan", "zan would be taken for Žan, who has an account already."),
        ("ŽAN ", "ŽAN would be taken for Žan, who has an account already."),
    ],
)
async def test_a_name_that_would_be_taken_for_another_is_refused(settings: Settings, name: str, sentence: str) -> None:
    await accounts.add(settings, "Žan", "staff", PASSWORD)

    with pytest.raises(accounts.AccountError) as refused:
        await accounts.add(settings, name, "staff", PASSWORD)
    assert str(refused.value) == sentence
