"""The real program tells staff of a crisis by mail, and lets a resident go on elsewhere by a code."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path

import httpx

from tests.fakes.telegram import FakeTelegram
from tests.support.mail import MailServer, mail_in_thread
from tests.support.program import Program, Resident, Staff, until

CRISIS = "ne morem več, ubil se bom"
PERSON = "rad bi govoril s človekom"


def test_staff_hear_of_a_crisis_by_mail_and_health_tells_when_they_cannot(published_url: str, tmp_path: Path) -> None:
    with mail_in_thread() as mail:
        more = {
            "INFOPOINT_SMTP_URL": f"smtp://127.0.0.1:{mail.port}",
            "INFOPOINT_MAIL_FROM": "desk@example.org",
            "INFOPOINT_TELL_AFTER": "0",
        }
        with Program(published_url, tmp_path, None, **more) as program:
            ana = Staff(program, "ana")
            entered = ana.send("/desk/account", "/desk/account/notices", email="ana@example.org", language="sl")
            assert entered.status_code == httpx.codes.OK

            Resident(program.url).write(CRISIS)
            until(partial(_letters, mail), "a letter about the crisis")

            (case,) = ana.line()
            [(address, letter)] = mail.letters
            code = re.search(r'class="code">(\w{8})<', ana.look(case))
            assert code is not None
            assert address == "ana@example.org"
            assert code[1] in letter["Subject"]
            assert "ubil" not in str(letter)
            assert "ana@example.org" not in program.log
            assert httpx.get(f"{program.url}/health").json()["degraded"] == []


def test_a_resident_goes_on_from_the_web_page_to_telegram(program: Program, telegram: FakeTelegram) -> None:
    ana = Staff(program, "ana")
    web = Resident(program.url)
    told = web.write(PERSON)
    found = re.search(r"\b[A-Z2-9]{8}\b", told)
    assert found is not None, told
    (old,) = ana.line()

    telegram.say(1001, f"/code {found[0]}", "sl")
    until(lambda: len(ana.line()) == 2, "a case of its own")

    new = next(case for case in ana.line() if case != old)
    assert f"/desk/case/{old}" in ana.look(new)
    assert f"/desk/case/{new}" in ana.look(old)
    assert PERSON not in "".join(str(sent["text"]) for sent in telegram.sent(1001))


def _letters(mail: MailServer) -> int:
    return len(mail.letters)
