from __future__ import annotations

import pytest

from bot.language.places import Gazetteer
from bot.model.library import Place
from bot.model.verdict import Mentions


def _place(
    name: str,
    country: str,
    forms: dict[str, tuple[str, ...]],
    *,
    kind: str = "settlement",
    at: tuple[float, float] | None = None,
) -> Place:
    latitude, longitude = at or (None, None)
    place_id = name.lower().replace(" ", "-")
    return Place(place_id, country, kind, name, {}, forms, latitude, longitude)


PLACES = {
    place.id: place
    for place in (
        _place("si", "si", {"sl": ("Slovenija", "Sloveniji"), "it": ("Slovenia",)}, kind="country"),
        _place("hr", "hr", {"sl": ("na Hrvaškem",), "hr": ("u Hrvatskoj",)}, kind="country"),
        _place("zagorje hr", "hr", {"hr": ("Zagorje", "u Zagorju")}, kind="region", at=(46.16, 15.88)),
        _place("Nova Gorica", "si", {"sl": ("Nova Gorica", "Novi Gorici"), "bg": ("Нова Горица",)}, at=(45.96, 13.65)),
        _place("Gorizia", "it", {"sl": ("Gorica", "Gorici"), "it": ("Gorizia",)}, at=(45.94, 13.62)),
        _place("Zagorje", "si", {"sl": ("Zagorje", "Zagorju", "u Zagorju", "Zagorje ob Savi")}, at=(46.13, 14.99)),
        _place("Ljutomer", "si", {"sl": ("Ljutomer", "Ljutomeru")}, at=(46.52, 16.20)),
        _place("Trieste", "it", {"it": ("Trieste",)}, at=(45.65, 13.78)),
        _place("Grado", "it", {"it": ("a Grado",)}, at=(45.68, 13.39)),
        _place("Dalgopol", "bg", {"bg": ("Дългопол", "dalgopol")}),
        _place("Nowhere", "bg", {"bg": ("...",)}),
    )
}


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return Gazetteer(PLACES)


@pytest.mark.parametrize(
    ("text", "places", "countries"),
    [
        ("Živim v Novi Gorici.", ("nova-gorica",), ("si",)),
        ("ZIVIM V NOVI GORICI", ("nova-gorica",), ("si",)),
        ("Grem v Gorici na pošto", ("gorizia",), ("it",)),
        ("От Нова Горица съм", ("nova-gorica",), ("si",)),
        ("ot dalgopol", ("dalgopol",), ("bg",)),
        ("abito a Grado", ("grado",), ("it",)),
        ("sono in grado di pagare", (), ()),
        ("delam na Hrvaškem", (), ("hr",)),
        ("hrvaška pokojnina", (), ()),
        ("", (), ()),
    ],
)
def test_places_and_countries_are_found_by_their_forms(
    gazetteer: Gazetteer, text: str, places: tuple[str, ...], countries: tuple[str, ...]
) -> None:
    found = gazetteer.mentions(text)

    assert (found.places, found.countries) == (places, countries)


def test_what_a_sentence_comes_from_is_told_from_where_it_goes(gazetteer: Gazetteer) -> None:
    found = gazetteer.mentions("Selimo se iz Zagorja ob Savi v Novo Gorico, od Slovenije ne odidemo")

    assert "nova-gorica" not in found.left
    assert gazetteer.mentions("От Нова Горица съм").left == ("nova-gorica",)
    assert gazetteer.mentions("Živim v Novi Gorici").left == ()


def test_they_come_in_the_order_of_the_sentence_and_each_once(gazetteer: Gazetteer) -> None:
    found = gazetteer.mentions("Živim v Gorici, delam v Novi Gorici, otroci so v Gorici in v Sloveniji")

    assert found == Mentions(("gorizia", "nova-gorica"), ("it", "si"))


def test_the_longest_form_wins(gazetteer: Gazetteer) -> None:
    assert gazetteer.mentions("v Zagorje ob Savi").places == ("zagorje",)


@pytest.mark.parametrize(("language", "place"), [("sl", "zagorje"), ("hr", "zagorje-hr"), (None, "zagorje-hr")])
def test_a_form_of_two_places_means_the_one_of_the_text_s_language_else_the_first(
    gazetteer: Gazetteer, language: str | None, place: str
) -> None:
    assert gazetteer.mentions("Zagorje", language).places == (place,)


def test_a_long_word_with_one_slip_is_taken_for_the_place(gazetteer: Gazetteer) -> None:
    assert gazetteer.mentions("v ljutomeri").places == ("ljutomer",)
    assert gazetteer.mentions("v ljutmoeru").places == ("ljutomer",)


def test_a_short_word_and_a_word_with_two_slips_are_not(gazetteer: Gazetteer) -> None:
    assert gazetteer.mentions("sono triste") == Mentions()
    assert gazetteer.mentions("v ludomeri") == Mentions()


def test_a_message_that_is_nothing_but_a_name_is_that_place(gazetteer: Gazetteer) -> None:
    assert gazetteer.mentions("Grado?").places == ("grado",)
    assert gazetteer.mentions("Grado in gita").places == ()


@pytest.mark.parametrize(
    ("point", "place"),
    [((45.95, 13.66), "nova-gorica"), ((45.93, 13.60), "gorizia"), ((46.10, 15.40), "zagorje")],
)
def test_the_nearest_settlement_is_found(gazetteer: Gazetteer, point: tuple[float, float], place: str) -> None:
    found = gazetteer.nearest(*point)

    assert found is not None
    assert found.id == place


def test_nothing_is_near_a_point_far_from_all_places(gazetteer: Gazetteer) -> None:
    assert gazetteer.nearest(52.5, 13.4) is None
