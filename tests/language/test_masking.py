"""What tells who somebody is gives way to a word for its kind. All persons and numbers are invented."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.language.masking import masked
from bot.language.text import clean

_DATA = Path(__file__).parents[1] / "data" / "personal"
_GENERATED = json.loads((_DATA / "generated.json").read_text(encoding="utf-8"))
_WRITTEN = yaml.safe_load((_DATA / "written.yaml").read_text(encoding="utf-8"))
_WORDS = {
    "EMSO": "emso",
    "JMBG": "emso",
    "DAVCNA": "tax-number",
    "OIB": "oib",
    "EGN": "egn",
    "LNCH": "lnch",
    "CF": "fiscal-code",
    "IBAN": "iban",
    "CARD": "card",
    "EMAIL": "e-mail",
    "PHONE": "phone",
}


@pytest.mark.parametrize("kind", sorted(_WORDS))
def test_numbers_of_each_kind_are_found_and_called_by_their_kind(kind: str) -> None:
    texts = [(number, text) for of, number, text in _GENERATED["positive"] if of == kind]
    gone = [number[-6:] not in masked(text) for number, text in texts]
    called = [f"[{_WORDS[kind]}]" in masked(text) for _, text in texts]

    assert len(texts) == 24
    assert sum(gone) / len(texts) >= 0.99
    assert sum(called) / len(texts) >= 0.97


def test_file_numbers_dates_amounts_and_public_numbers_stay() -> None:
    wrong = [text for text in _GENERATED["negative"] if masked(text) != text]

    assert len(wrong) / len(_GENERATED["negative"]) <= 0.02, wrong


@pytest.mark.parametrize("language", ["sl", "it", "hr", "bg"])
def test_messages_that_it_was_not_fitted_to_lose_what_is_personal_and_keep_the_rest(language: str) -> None:
    messages = [each for each in _WRITTEN if each["language"] == language]
    left = [(part, each["text"]) for each in messages for part in each["gone"] if part in masked(each["text"])]
    lost = [(part, each["text"]) for each in messages for part in each["stays"] if part not in masked(each["text"])]
    gone = sum(len(each["gone"]) for each in messages)
    stays = sum(len(each["stays"]) for each in messages)

    assert len(left) / gone <= 0.05, left
    assert len(lost) / stays <= 0.05, lost


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("Kje dobim paket hrane?", "Kje dobim paket hrane?"),
        ("piši ana@example.si ali 041 123 456", "piši [e-mail] ali [phone]"),
        ("emšo 0101006500006", "emšo [emso]"),
        ("emšo 0101006 500006", "emšo [emso]"),
        ("EMŠO: ０１０１００６５０００１８", "EMŠO: [emso]"),  # full-width digits
        ("0101006500006 je moja", "[emso] je moja"),
        ("0101006500007 je nekaj", "0101006500007 je nekaj"),  # a wrong check digit, and nothing names it
        ("SI50223054", "SI[tax-number]"),
        ("39825979193 je moj", "[oib] je moj"),
        ("RCCMNL83S18D969H", "[fiscal-code]"),
        ("RССМNL83S18D969H", "[fiscal-code]"),  # with Cyrillic look-alikes
        ("RCCMNL83S18D969A", "[fiscal-code]"),  # mistyped, but of that shape
        ("RCCMNLUPSMUDVSVX", "RCCMNLUPSMUDVSVX"),  # letters alone, and no check digit
        ("tečaj računalništva za odrasle", "tečaj računalništva za odrasle"),  # of the shape, with the right letter
        ("SI56191000000123438", "[iban]"),
        ("LT12 1000 0111 0100 1000", "[iban]"),
        ("4111-1111-1111-1111", "[card]"),
        ("4111 1111 1111 1112", "4111 1111 1111 1112"),
        ("sklic 4111111111111111", "sklic 4111111111111111"),
        ("+43 660 1234567", "[phone]"),
        ("št. 00386 31 234 567", "št. 00386 31 234 567"),
        ("tel. 2026-11-22", "tel. 2026-11-22"),
        ("pokličite 116 123 ali 112", "pokličite 116 123 ali 112"),
        ("https://example.si/041123456?od=041123456", "https://example.si/041123456?od=041123456"),
        ("https://example.si/0101006500006", "https://example.si/[emso]"),
        ("piši mi @ana_novak", "piši mi [name]"),
        ("zovem se Ana-Marija D'Angelo, hvala", "zovem se [name], hvala"),
        ("mi chiamo ana", "mi chiamo [name]"),
        ("ime mi je 5", "ime mi je 5"),
        ("SEM ANA NOVAK", "SEM ANA NOVAK"),  # who writes in capitals alone shows no names by them
        ("sem Slovenka", "sem Slovenka"),
        ("d.š. 44931468", "d.š. [tax-number]"),
        ("44931468 je moja davčna", "[tax-number] je moja davčna"),
        ("1. ЕГН 771018 8974\n2. Тел.: 0888 41 73 26", "1. ЕГН [egn]\n2. Тел.: [phone]"),
        ("1074946294 личен на чужденец", "[lnch] личен на чужденец"),
        ("iban bez hr je 33 2407 0003 2635 6077 3", "iban bez hr je [iban]"),
        ("айбан БГ43 РЗББ 7000 1093 8145 22", "айбан [iban]"),
        ("gregor.sivopolje (afna) posta.kras.si", "[e-mail]"),
        ("piši na ana pika novak afna posta pika si", "piši na [e-mail]"),
        ("the office opens at 10.30", "the office opens at 10.30"),
        ("nula štiri ena, tristo petinpetdeset, osemnajst dva", "[phone]"),
        ("tre quattro sette, due uno cinque, sei sette nove", "[phone]"),  # eight words and more need no nought
        ("dobim dva tisoč tristo petdeset evrov", "dobim dva tisoč tristo petdeset evrov"),
        ("stari so dva, tri, pet, šest, sedem in osem let", "stari so dva, tri, pet, šest, sedem in osem let"),
        ("stanje števca 021977", "stanje števca 021977"),
        ("obračun 01.04.-30.09.", "obračun 01.04.-30.09."),
        ("за 03.2025 – 142,66 лв.", "за 03.2025 – 142,66 лв."),
        ("gospa je odšla", "gospa je odšla"),
    ],
)
def test_what_is_masked(text: str, expected: str) -> None:
    assert masked(text) == expected


@given(st.text(max_size=120))
def test_any_text_can_be_masked_and_what_is_masked_stays_so(text: str) -> None:
    once = masked(clean(text))

    assert masked(once) == once
