"""A photo goes the whole way: from Telegram through the real program to the desk."""

from __future__ import annotations

from tests.fakes.telegram import FakeTelegram, File
from tests.support.attached import PHOTO, links
from tests.support.program import Program, Staff, until


def test_a_photo_sent_to_a_person_is_opened_from_the_desk(program: Program, telegram: FakeTelegram) -> None:
    telegram.files["large"] = File("photos/file_7.jpg", b"\xff\xd8 a photo")
    ana = Staff(program, "ana")
    telegram.say(7001, "rad bi govoril s človekom")
    until(ana.line, "a case")
    case = ana.line()[0]
    ana.act(case, "claim")
    telegram.attach(7001, **PHOTO)
    until(lambda: links(ana.look(case)), "the photo on the page")

    photo = ana.open(links(ana.look(case))["Odpri fotografijo"])
    telegram.files.clear()
    gone = ana.open(str(photo.url))

    assert photo.content == b"\xff\xd8 a photo"
    assert (gone.status_code, "Datoteke ni bilo mogoče pridobiti" in gone.text) == (502, True)
    assert telegram.token.partition(":")[2] not in program.log + gone.text + str(photo.headers)
