from __future__ import annotations

import pytest

from bot.editing.exchange.mending import contacts, international, is_placeholder, is_stray


@pytest.mark.parametrize("text", ["", "  ", "DEFAULT NAME", "# TODO", "TODO", "n/a", "-", "...", "Lorem ipsum dolor", "null"])
def test_what_says_nothing_is_a_placeholder(text: str) -> None:
    assert is_placeholder(text)


@pytest.mark.parametrize("text", ["Todos los santos", "Ni podatkov o tem", "Pomoč", "0", "Unknown fathers"])
def test_what_says_something_is_none(text: str) -> None:
    assert not is_placeholder(text)


@pytest.mark.parametrize(
    ("text", "country", "phones"),
    [
        ("telefon: 05/335-0-352", "si", ("+386 5 335 03 52",)),
        ("01/610 1111", "hr", ("+385 1 6101 111",)),
        ("Telefon: +43 1 4000-86528", "si", ("+43 1 400086528",)),
        ("0461494110", "it", ("+39 0461 494110",)),
        ("+386 2 787 56 00", None, ("+386 2 787 56 00",)),
        ("112", "si", ("112",)),
        ("Tel. 116 123", "si", ("116 123",)),
        ("pokličite nas", "si", ()),
        ("05 335 03 52", None, ()),
        ("Partita IVA 00627690985", "it", ()),
        ("00627690985", "it", ()),
        ("HR3423600001813300007", "hr", ()),
        ("Fax: +43 1 4000-99-86510", "at", ()),
    ],
)
def test_phones_are_read_as_those_of_the_country(text: str, country: str | None, phones: tuple[str, ...]) -> None:
    assert contacts(text, country).phones == phones


def test_an_address_and_e_mails_in_a_phone_are_told_apart() -> None:
    found = contacts("Piazza Aldo Moro, 27\n25020 San Paolo (BS)\n0309970001\nanagrafe@comune.sanpaolo.bs.it", "it")
    assert found.phones == ("+39 030 997 0001",)
    assert found.emails == ("anagrafe@comune.sanpaolo.bs.it",)
    assert found.rest == ("Piazza Aldo Moro, 27", "25020 San Paolo (BS)")


def test_a_fax_is_no_phone() -> None:
    assert contacts("Fax: 0461 494111", "it").faxes == ("Fax: 0461 494111",)


def test_the_weather_is_no_part_of_an_address() -> None:
    assert is_stray("1022 hPa")
    assert not is_stray("Trg Edvarda Kardelja 1")


def test_a_number_that_cannot_be_called_is_not_written() -> None:
    assert international("12", "si") is None
    assert international("call us", "si") is None
    assert international("02 787 56 00", "si") == "+386 2 787 56 00"
