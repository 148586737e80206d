"""The accounts of the desk, on each database."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot import accounts
from bot.clock import now
from bot.model.case import Case, CaseOpening, CaseState, Reason
from bot.model.conversation import Conversation, Holder
from bot.settings import Settings
from bot.store import audit, cases, conversations, entries, invitations, second_factor, staff
from bot.store.database import Database
from bot.web.passwords import is_right

PASSWORD = "five words that are one"


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Settings that name a fresh database."""
    return Settings(database_url=database_url, key_file=tmp_path / "key")


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


async def test_rights_are_given_at_info_points_that_there_are(settings: Settings, database: Database) -> None:
    await accounts.add(settings, "Ana", "coordinator", PASSWORD, ["ezts-go-gorizia", "ezts-go-nova-gorica"])

    assert await accounts.listed(settings) == "Ana  coordinator  at ezts-go-gorizia, ezts-go-nova-gorica"
    async with database.read() as tx:
        ana = await staff.find(tx, "Ana")
    assert ana is not None
    assert ana.points == frozenset({"ezts-go-gorizia", "ezts-go-nova-gorica"})


async def test_an_info_point_that_there_is_not_is_refused_with_those_that_there_are(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(accounts.AccountError, match=r"no info point atlantis\. There are: .*ezts-go-gorizia"):
        await accounts.add(settings, "Ana", "staff", PASSWORD, ["ezts-go-gorizia", "atlantis"])
    with pytest.raises(accounts.AccountError, match="no info point atlantis"):
        await accounts.invite(settings, "Ana", "staff", ["atlantis"])
    elsewhere = settings.model_copy(update={"knowledge": tmp_path})
    with pytest.raises(accounts.AccountError, match="cannot be read"):
        await accounts.invite(elsewhere, "Ana", "staff", ["ezts-go-gorizia"])


async def test_a_link_invites_somebody_once(settings: Settings, database: Database) -> None:
    told = await accounts.invite(settings, " Ana ", "admin")
    link, advice = told.splitlines()

    assert link.startswith("http://127.0.0.1:8080/desk/invitation/")
    assert "72 hours" in advice
    async with database.read() as tx:
        found = await invitations.find(tx, link.rpartition("/")[2], now())
    assert found is not None
    assert (found.name, found.role, found.made_by) == ("Ana", "admin", "-")


async def test_nobody_is_invited_under_a_name_that_is_taken_or_none(settings: Settings) -> None:
    await accounts.add(settings, "Ana", "staff", PASSWORD)
    for name, sentence in (("ana", "would be taken for Ana"), (" - ", "A name is needed")):
        with pytest.raises(accounts.AccountError, match=sentence):
            await accounts.invite(settings, name, "staff")


async def test_another_password_is_given_by_hand_or_by_a_link(settings: Settings, database: Database) -> None:
    await accounts.add(settings, "Ana", "staff", PASSWORD)

    assert await accounts.password(settings, "Ana", "six other words in a row") == (
        "Ana has another password now and is signed out everywhere."
    )
    link = (await accounts.password_link(settings, "Ana")).splitlines()[0]
    async with database.read() as tx:
        ana = await staff.find(tx, "Ana")
        found = await invitations.find(tx, link.rpartition("/")[2], now())
    assert ana is not None
    assert is_right("six other words in a row", ana.password_hash)
    assert found is not None
    assert found.staff_id == ana.id


async def test_a_weak_password_and_an_unknown_name_are_refused(settings: Settings) -> None:
    await accounts.add(settings, "Ana", "staff", PASSWORD)
    with pytest.raises(accounts.AccountError, match="at least 12"):
        await accounts.password(settings, "Ana", "short")
    for refused in (
        accounts.password(settings, "Boris", PASSWORD),
        accounts.password_link(settings, "Boris"),
        accounts.remove_second_factor(settings, "Boris"),
        accounts.enable(settings, "Boris"),
    ):
        with pytest.raises(accounts.AccountError, match="nobody named Boris"):
            await refused


async def test_a_lost_second_step_is_taken_away(settings: Settings, database: Database) -> None:
    await accounts.add(settings, "Ana", "admin", PASSWORD)
    async with database.write() as tx:
        ana = await staff.find(tx, "Ana")
        assert ana is not None
        await second_factor.keep(tx, ana.id, "SECRET")

    assert "(second step)" in await accounts.listed(settings)
    assert await accounts.remove_second_factor(settings, "Ana") == "Ana signs in by password alone now."
    assert await accounts.remove_second_factor(settings, "Ana") == "Ana had no second step."


async def test_the_last_admin_is_not_shut_out(settings: Settings) -> None:
    await accounts.add(settings, "Ana", "admin", PASSWORD)
    with pytest.raises(accounts.AccountError, match="the last admin"):
        await accounts.disable(settings, "Ana")


async def test_what_is_done_on_the_command_line_stands_in_the_audit_log(settings: Settings, database: Database) -> None:
    await accounts.add(settings, "Ana", "staff", PASSWORD)
    await accounts.disable(settings, "Ana")
    await accounts.enable(settings, "Ana")
    async with database.read() as tx:
        acts = [(act.staff, act.action, act.subject) for act in reversed(await audit.latest(tx))]
    assert acts == [("-", "add", "Ana"), ("-", "disable", "Ana"), ("-", "enable", "Ana")]
