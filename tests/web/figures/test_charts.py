"""Charts are pictures with words: every row has its label and its number, and what is hidden is drawn as such."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from bot.web.figures.charts import Bar, bars, columns

ROWS = (Bar("Dolgovi & <izvršba>", 12, "12"), Bar("Denar", None, "fewer than 5"), Bar("x" * 60, 0, "0"))


def parsed(picture: str) -> ET.Element:
    return ET.fromstring(picture)  # noqa: S314 - our own picture


def texts(picture: ET.Element) -> list[str]:
    return [each.text or "" for each in picture.iter("{http://www.w3.org/2000/svg}text")]


def test_bars_have_their_labels_and_numbers() -> None:
    picture = parsed(bars(ROWS, "Topics", "three rows"))
    assert picture.attrib["role"] == "img"
    assert picture.attrib["aria-label"] == "Topics. three rows"
    assert texts(picture)[:4] == ["Dolgovi & <izvršba>", "12", "Denar", "fewer than 5"]
    assert texts(picture)[4].endswith("…")
    shapes = [each.attrib for each in picture.iter("{http://www.w3.org/2000/svg}rect")]
    assert [each["class"] for each in shapes] == ["bar", "veiled", "bar"]
    assert [float(each["width"]) for each in shapes] == [320.0, 8.0, 0.0]


def test_columns_label_their_ends_and_number_the_largest() -> None:
    picture = parsed(columns(ROWS, "Days", "three days"))
    assert texts(picture) == ["12", "Dolgovi & <izvršba>", "x" * 60]
    late = (Bar("a", 1, "1"), Bar("b", 2, "2"), Bar("c", 7, "7"))
    number = next(parsed(columns(late, "Days", "")).iter("{http://www.w3.org/2000/svg}text"))
    assert (number.text, number.attrib["text-anchor"]) == ("7", "end")


def test_nothing_is_a_picture_too() -> None:
    assert texts(parsed(bars((), "Topics", "none"))) == []
    assert texts(parsed(columns((), "Days", "none"))) == []
    assert texts(parsed(bars((Bar("a", 0, "0"),), "Topics", ""))) == ["a", "0"]


def test_no_style_stands_in_a_picture() -> None:
    assert "style=" not in bars(ROWS, "Topics", "") + columns(ROWS, "Days", "")
