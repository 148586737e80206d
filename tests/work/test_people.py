"""Accounts looked after by admins. Cilka and Dana are admins, Ana is staff."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.model.case import CaseOpening, CaseState, Reason
from bot.model.conversation import Holder
from bot.model.staff import Member, Role
from bot.store import audit, cases, conversations, invitations, readers, second_factor, sessions, staff
from bot.work.people import (
    BadName,
    ChangedMeanwhile,
    LastAdmin,
    NoLonger,
    NoSuchMember,
    People,
    PeopleRefusal,
    Rights,
    Yourself,
)
from tests.support.house import House
from tests.support.people import located

IDLE = timedelta(hours=2)
STAFF = Rights(Role.STAFF, None)
ADMIN = Rights(Role.ADMIN, None)


@pytest.fixture
def people(house: House) -> People:
    return People(house.db, house.bell, clock=house.clock)


async def hire(house: House, name: str, role: Role = Role.STAFF) -> Member:
    async with house.db.write() as tx:
        return await staff.create(tx, name, role, "hash", house.now)


@pytest.fixture
async def cilka(house: House) -> Member:
    return await hire(house, "Cilka", Role.ADMIN)


@pytest.fixture
async def ana(house: House) -> Member:
    return await hire(house, "Ana")


async def now_is(house: House, member: Member) -> Member:
    async with house.db.read() as tx:
        found = await staff.get(tx, member.id)
    assert found is not None
    return found


async def logged(house: House) -> list[tuple[str, str, str]]:
    async with house.db.read() as tx:
        return [(act.staff, act.action, act.subject) for act in await audit.latest(tx)]


async def give_case(house: House, member: Member) -> str:
    async with house.db.write() as tx:
        its = await conversations.ensure(tx, "web", "resident", house.now)
        case = await cases.open_or_raise(tx, its.id, CaseOpening(Reason.ASKED), house.now)
        assert await cases.claim(tx, case.id, member.name, house.now) is not None
        await conversations.save(tx, its.held_by(Holder.STAFF), house.now)
    return case.id


async def case_state(house: House, case_id: str) -> CaseState:
    async with house.db.read() as tx:
        case = await cases.get(tx, case_id)
    assert case is not None
    return case.state


async def test_who_is_shut_out_loses_sessions_links_and_cases(house: House, people: People, cilka: Member, ana: Member) -> None:
    case_id = await give_case(house, ana)
    async with house.db.write() as tx:
        new = await sessions.begin(tx, ana, house.now, IDLE)
    token = await people.password_link(ana.id, cilka.name)

    assert await people.disable(ana.id, cilka.name) == 1

    async with house.db.read() as tx:
        assert await sessions.find(tx, new.token, house.now) is None
        assert await invitations.find(tx, token, house.now) is None
    assert (await now_is(house, ana)).disabled_at == house.now
    assert await case_state(house, case_id) is CaseState.WAITING
    assert ("Cilka", "disable", "Ana") in await logged(house)


async def test_who_is_let_in_again_can_sign_in(house: House, people: People, cilka: Member, ana: Member) -> None:
    await people.disable(ana.id, cilka.name)
    await people.enable(ana.id, cilka.name)
    assert (await now_is(house, ana)).disabled_at is None
    assert (await logged(house))[0] == ("Cilka", "enable", "Ana")


async def test_rights_are_changed_and_told_in_the_log(house: House, people: People, cilka: Member, ana: Member) -> None:
    wanted = Rights(Role.COORDINATOR, frozenset({"ptuj"}))
    await people.change(ana.id, STAFF, wanted, cilka.name)
    assert Rights.of(await now_is(house, ana)) == wanted
    async with house.db.read() as tx:
        (act,) = await audit.latest(tx, action="change-rights")
    assert act.detail == {"role": "coordinator", "was": "staff", "points": "ptuj", "cases": 0}


async def test_who_answers_no_more_has_no_case_any_more(house: House, people: People, cilka: Member, ana: Member) -> None:
    case_id = await give_case(house, ana)
    await people.change(ana.id, STAFF, Rights(Role.COORDINATOR, None), cilka.name)
    assert await case_state(house, case_id) is CaseState.CLAIMED
    await people.change(ana.id, Rights(Role.COORDINATOR, None), Rights(Role.EDITOR, None), cilka.name)
    assert await case_state(house, case_id) is CaseState.WAITING


@pytest.mark.parametrize(("points", "state"), [({"ptuj"}, CaseState.CLAIMED), ({"dalgopol"}, CaseState.WAITING)])
async def test_who_answers_elsewhere_from_now_on_keeps_no_case_of_an_info_point_left(
    house: House, people: People, cilka: Member, ana: Member, points: set[str], state: CaseState
) -> None:
    case_id = await give_case(house, ana)
    await located(house, "ptuj")
    await people.change(ana.id, STAFF, Rights(Role.STAFF, frozenset(points)), cilka.name)
    assert await case_state(house, case_id) is state


@pytest.mark.parametrize(
    ("role", "points", "named"), [(Role.COORDINATOR, {"ptuj"}, {"Cilka", "Boris"}), (Role.STAFF, {"dalgopol"}, {"Cilka"})]
)
async def test_a_confidential_case_is_not_lost_with_the_only_one_who_could_read_it(
    house: House, people: People, cilka: Member, ana: Member, role: Role, points: set[str], named: set[str]
) -> None:
    case_id = await give_case(house, ana)
    await located(house, "ptuj")
    async with house.db.write() as tx:
        await staff.create(tx, "Boris", role, "hash", house.now, points=frozenset(points))
        await staff.create(tx, "Dora", Role.STAFF, "hash", house.now, points=frozenset({"ptuj"}))
        await readers.guard(tx, case_id, {"Ana"})
    await people.disable(ana.id, cilka.name)
    async with house.db.read() as tx:
        assert await readers.of_case(tx, case_id) == named


async def test_the_links_that_somebody_made_are_void_when_they_are_shut_out(house: House, people: People, cilka: Member) -> None:
    dana = await hire(house, "Dana", Role.ADMIN)
    token = await people.invite("a way back", ADMIN, dana.name)
    kept = await people.invite("somebody new", STAFF, cilka.name)
    await people.disable(dana.id, cilka.name)
    async with house.db.read() as tx:
        assert await invitations.find(tx, token, house.now) is None
        assert await invitations.find(tx, kept, house.now) is not None


async def test_a_change_over_somebody_elses_is_refused(house: House, people: People, cilka: Member, ana: Member) -> None:
    await people.change(ana.id, STAFF, Rights(Role.EDITOR, None), cilka.name)
    with pytest.raises(ChangedMeanwhile):
        await people.change(ana.id, STAFF, Rights(Role.COORDINATOR, None), cilka.name)
    await people.change(ana.id, STAFF, Rights(Role.EDITOR, None), cilka.name)  # the same form twice does no harm
    assert (await now_is(house, ana)).role is Role.EDITOR


async def test_nobody_shuts_out_or_demotes_themselves(house: House, people: People, cilka: Member) -> None:
    await hire(house, "Dana", Role.ADMIN)
    with pytest.raises(Yourself):
        await people.disable(cilka.id, cilka.name)
    with pytest.raises(Yourself):
        await people.change(cilka.id, ADMIN, STAFF, cilka.name)
    await people.change(cilka.id, ADMIN, Rights(Role.ADMIN, frozenset({"ptuj"})), cilka.name)
    assert (await now_is(house, cilka)).role is Role.ADMIN


async def test_the_last_admin_stays(house: House, people: People, cilka: Member) -> None:
    with pytest.raises(LastAdmin):
        await people.disable(cilka.id, "-")
    with pytest.raises(LastAdmin):
        await people.change(cilka.id, ADMIN, STAFF, "-")
    out = await hire(house, "Dana", Role.ADMIN)
    await people.disable(out.id, "-")
    await people.disable(out.id, "-")  # who is out already is none of the last
    with pytest.raises(LastAdmin):
        await people.disable(cilka.id, "-")
    assert (await now_is(house, cilka)).disabled_at is None


@pytest.mark.parametrize("demotes", [False, True])
async def test_of_two_admins_who_shut_out_each_other_at_once_one_stays(
    house: House, people: People, cilka: Member, demotes: bool
) -> None:
    dana = await hire(house, "Dana", Role.ADMIN)

    async def against(member: Member, by: Member) -> bool:
        try:
            if demotes:
                await people.change(member.id, ADMIN, STAFF, by.name)
            else:
                await people.disable(member.id, by.name)
        except PeopleRefusal:
            return False
        return True

    done = await asyncio.gather(against(dana, cilka), against(cilka, dana))
    assert sorted(done) == [False, True]


async def test_all_sessions_of_a_member_are_ended(house: House, people: People, cilka: Member, ana: Member) -> None:
    async with house.db.write() as tx:
        for _ in range(2):
            await sessions.begin(tx, ana, house.now, IDLE)
    assert await people.end_sessions(ana.id, cilka.name) == 2
    assert (await logged(house))[0] == ("Cilka", "end-sessions", "Ana")


async def test_a_lost_second_factor_is_taken_away_with_the_sessions(
    house: House, people: People, cilka: Member, ana: Member
) -> None:
    async with house.db.write() as tx:
        await second_factor.keep(tx, ana.id, "SECRET")
        new = await sessions.begin(tx, ana, house.now, IDLE)
    assert await people.remove_second_factor(ana.id, cilka.name)
    assert not await people.remove_second_factor(ana.id, cilka.name)
    assert (await now_is(house, ana)).totp is None
    async with house.db.read() as tx:
        assert await sessions.find(tx, new.token, house.now) is None


async def test_an_invitation_makes_an_account_with_the_rights_it_was_made_for(
    house: House, people: People, cilka: Member
) -> None:
    rights = Rights(Role.COORDINATOR, frozenset({"ptuj"}))
    token = await people.invite(" Eva ", rights, cilka.name)
    eva = await people.accept(token, "new hash")
    assert (eva.name, Rights.of(eva), (await now_is(house, eva)).password_hash) == ("Eva", rights, "new hash")
    assert await logged(house) == [("Eva", "accept-invitation", "Eva"), ("Cilka", "invite", "Eva")]


@pytest.mark.parametrize("name", ["", " - ", "\u200b", "a" * 101])
async def test_nobody_is_invited_without_a_name(people: People, name: str) -> None:
    with pytest.raises(BadName):
        await people.invite(name, STAFF, "Cilka")


@pytest.mark.usefixtures("ana")
@pytest.mark.parametrize("name", ["Ana", "ANA", "Aná"])
async def test_nobody_is_invited_under_the_name_of_another(people: People, name: str) -> None:
    with pytest.raises(staff.NameTaken):
        await people.invite(name, STAFF, "Cilka")


async def test_a_name_that_was_taken_meanwhile_is_refused_and_the_link_stays_good(house: House, people: People) -> None:
    token = await people.invite("Eva", STAFF, "Cilka")
    await hire(house, "eva")
    with pytest.raises(staff.NameTaken):
        await people.accept(token, "hash")
    async with house.db.read() as tx:
        assert await invitations.find(tx, token, house.now) is not None


async def test_a_link_is_no_good_twice_nor_late_nor_when_it_was_withdrawn(house: House, people: People, cilka: Member) -> None:
    used, late, withdrawn = [await people.invite(name, STAFF, cilka.name) for name in ("Eva", "Fani", "Gita")]
    await people.accept(used, "hash")
    async with house.db.read() as tx:
        pending = {each.name: each.id for each in await invitations.all_open(tx, house.now)}
    await people.withdraw(pending["Gita"], cilka.name)
    with pytest.raises(NoLonger):
        await people.withdraw(pending["Gita"], cilka.name)
    house.later(hours=73)
    for token in (used, late, withdrawn, "guessed"):
        with pytest.raises(NoLonger):
            await people.accept(token, "hash")
    async with house.db.read() as tx:
        assert [each.name for each in await staff.everyone(tx)] == ["Cilka", "Eva"]


async def test_a_password_link_gives_a_new_password_and_ends_the_sessions(
    house: House, people: People, cilka: Member, ana: Member
) -> None:
    async with house.db.write() as tx:
        new = await sessions.begin(tx, ana, house.now, IDLE)
    token = await people.password_link(ana.id, cilka.name)
    assert (await people.accept(token, "new hash")).id == ana.id
    assert (await now_is(house, ana)).password_hash == "new hash"
    async with house.db.read() as tx:
        assert await sessions.find(tx, new.token, house.now) is None
    with pytest.raises(NoLonger):
        await people.accept(token, "third hash")


async def test_a_password_link_opens_nothing_for_who_is_shut_out_by_then(house: House, people: People, ana: Member) -> None:
    token = await people.password_link(ana.id, "Cilka")
    async with house.db.write() as tx:
        await staff.disable(tx, "Ana", house.now)
    with pytest.raises(NoLonger):
        await people.accept(token, "new hash")
    assert (await now_is(house, ana)).password_hash == "hash"


async def test_nothing_is_done_to_somebody_there_is_not(people: People) -> None:
    for act in (people.disable, people.enable, people.end_sessions, people.remove_second_factor, people.password_link):
        with pytest.raises(NoSuchMember):
            await act("0" * 32, "Cilka")
    with pytest.raises(NoSuchMember):
        await people.change("0" * 32, STAFF, ADMIN, "Cilka")
