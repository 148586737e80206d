"""Residents ask the real program on the web and on Telegram, and people take over and give back."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import httpx
import pytest

from tests.fakes.telegram import FakeTelegram
from tests.support.databases import Databases
from tests.support.program import Program, Resident, Staff, until

ASKED = {
    "sl": ("zgubil sem službo, kaj zdaj", "(Slovenija)"),
    "it": ("ho perso il lavoro", "(Italia)"),
    "hr": ("izgubio sam posao", "(Hrvatska)"),
    "bg": ("останах без работа", "(България)"),
}
#: Something that no information point can know.
UNKNOWN = "kdo je včeraj zmagal na tekmi Maribor Olimpija"


@pytest.fixture(scope="module")
def telegram() -> Iterator[FakeTelegram]:
    with FakeTelegram() as fake:
        yield fake


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def program(
    request: pytest.FixtureRequest, databases: Databases, telegram: FakeTelegram, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Program]:
    """One program over each kind of database for all that happens here, as one information point has many residents."""
    folder = tmp_path_factory.mktemp("program")
    with databases.published(request.param) as url, Program(url, folder, telegram) as running:
        yield running


@pytest.fixture(scope="module")
def ana(program: Program) -> Staff:
    return Staff(program, "ana")


def _cases_with(staff: Staff, words: str) -> list[str]:
    return [case for case in staff.line() if words in staff.look(case)]


def _texts(telegram: FakeTelegram, chat: int) -> list[str]:
    return [str(sent["text"]) for sent in telegram.sent(chat)]


def _has_said(telegram: FakeTelegram, chat: int, part: str) -> bool:
    return any(part in text for text in _texts(telegram, chat))


def test_a_resident_is_answered_in_each_language_on_the_web_and_on_telegram(program: Program, telegram: FakeTelegram) -> None:
    for chat, (language, (text, country)) in enumerate(ASKED.items(), start=1001):
        resident = Resident(program.url, language)
        resident.write(text)

        assert any(country in said for said in resident.said()), resident.said()

        telegram.say(chat, text, language)
        until(partial(_has_said, telegram, chat, country), f"{text} on Telegram")


def test_the_first_reply_says_that_a_machine_answers_and_links_the_privacy_notice(program: Program) -> None:
    resident = Resident(program.url)

    resident.write(ASKED["sl"][0])
    said = resident.said()

    assert said[0].startswith("resident:")
    assert "samodejni pomočnik" in said[1]
    assert "/privacy" in said[1]


def test_when_it_is_unsure_the_resident_chooses(program: Program) -> None:
    resident = Resident(program.url)

    resident.write("potrebujem pomoč za mamo")
    offered = [payload for payload in resident.buttons() if payload.startswith("topic:")]
    answer = resident.press(offered[0])

    assert 1 < len(offered) <= 3
    assert answer.startswith("bot:")


def test_a_person_takes_over_and_gives_back(program: Program, ana: Staff) -> None:
    web = Resident(program.url)
    berta = Staff(program, "berta")
    web.write(UNKNOWN)
    until(partial(_cases_with, ana, UNKNOWN), "the case")
    (case,) = _cases_with(ana, UNKNOWN)

    ana.act(case, "claim")
    refused = berta.act(case, "claim")
    ana.act(case, "reply", text="Dober dan, tega žal ne vemo.")
    until(lambda: any("tega žal ne vemo" in line for line in web.said()), "the reply of staff")

    assert "ana" in refused.text
    assert any(line.startswith("staff:") and "tega žal ne vemo" in line for line in web.said())

    web.leave(text=ASKED["sl"][0])
    until(lambda: ASKED["sl"][0] in ana.look(case), "the relayed message")

    assert not any("(Slovenija)" in line for line in web.said()), "the bot is silent while staff hold the conversation"

    ana.act(case, "close")
    answer = web.write("ostal sem brez službe, kako se prijavim na zavod")

    assert answer.startswith("bot:")


def test_a_person_is_reached_through_telegram_too(ana: Staff, telegram: FakeTelegram) -> None:
    before = set(ana.line())
    telegram.say(2001, "/person")
    until(lambda: set(ana.line()) - before, "the case of somebody on Telegram")
    (case,) = set(ana.line()) - before

    ana.act(case, "claim")
    ana.act(case, "reply", text="Tukaj Ana.")

    until(lambda: any("Tukaj Ana." in text for text in _texts(telegram, 2001)), "the reply on Telegram")


def test_a_crisis_gets_its_numbers_at_once_and_stands_on_top_of_the_line(program: Program, ana: Staff) -> None:
    Resident(program.url).write(UNKNOWN)
    resident = Resident(program.url)

    resident.write("ubil se bom, ne zmorem več")
    crisis = next(line for line in resident.said() if "112" in line)

    assert crisis.startswith("bot:")
    assert "ne zmorem več" in ana.look(ana.line()[0])


def test_what_was_kept_is_deleted_when_the_resident_says_so(program: Program) -> None:
    resident = Resident(program.url)
    resident.write(ASKED["sl"][0])

    resident.leave(press="forget")
    until(lambda: not any(ASKED["sl"][0] in line for line in resident.said()), "all that was said is gone")

    assert len(resident.said()) == 1


def test_health_tells_what_answers(program: Program) -> None:
    health = httpx.get(f"{program.url}/health").json()

    assert health["status"] == "ok"
    assert health["database"] == "ok"
    assert health["edition"] == 1


def test_no_word_of_a_resident_is_in_the_log(program: Program, telegram: FakeTelegram) -> None:
    Resident(program.url).write("moja skrivna beseda je rabarbara")
    telegram.say(3001, "moja skrivna beseda je rabarbara")
    until(lambda: _texts(telegram, 3001), "a reply on Telegram")

    assert "rabarbara" not in program.log
    assert telegram.token not in program.log
