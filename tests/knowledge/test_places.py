from __future__ import annotations

import pytest

from bot.language.places import Gazetteer
from bot.model.library import Library


@pytest.fixture(scope="module")
def gazetteer(library: Library) -> Gazetteer:
    return Gazetteer(library.places)


@pytest.mark.parametrize(
    ("language", "text", "name"),
    [
        ("sl", "stanujem v Šempetru", "Šempeter pri Gorici"),
        ("sl", "sem iz Nove Gorice", "Nova Gorica"),
        ("sl", "delam v Gorici", "Gorizia"),
        ("sl", "hodim v Trst", "Trieste"),
        ("sl", "živim v Tržiču", "Monfalcone"),
        ("sl", "oče je v Vidmu", "Udine"),
        ("sl", "doma smo v Vidmu pri Ptuju", "Videm pri Ptuju"),
        ("sl", "smo v Zagorju", "Zagorje ob Savi"),
        ("sl", "sva iz Brd, v Brdih", "Brda"),
        ("it", "abito a Gorizia", "Gorizia"),
        ("it", "lavoro a Capodistria", "Koper"),
        ("it", "sto a Lucinico", "Gorizia"),
        ("hr", "živim u Varaždinu", "Varaždin"),
        ("hr", "radim u Novoj Gorici", "Nova Gorica"),
        ("hr", "iz Čakovca sam", "Čakovec"),
        ("hr", "tu u Zagorju", "Hrvatsko zagorje"),
        ("hr", "kod tete u Velikoj Gorici", "Velika Gorica"),
        ("bg", "живея в Дългопол", "Дългопол"),
        ("bg", "ot dalgopol sam", "Дългопол"),
        ("bg", "от село Аспарухово", "Аспарухово"),
        ("bg", "във Варна сме", "Варна"),
        ("bg", "работя в Нова Горица", "Nova Gorica"),
    ],
)
def test_residents_places_are_recognised(gazetteer: Gazetteer, library: Library, language: str, text: str, name: str) -> None:
    found = gazetteer.mentions(text, language).places

    assert [library.places[place].name for place in found] == [name]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("sl", "iščem varna hiša za naju"),
        ("sl", "sem miren in spim"),
        ("sl", "na katerem kanalu je tekma"),
        ("sl", "kje je reka"),
        ("it", "sono in grado di pagare"),
        ("it", "sono triste"),
        ("it", "non mossa ferma"),
        ("hr", "imam prijedlog"),
        ("hr", "idem u brda i u gorice"),
        ("hr", "koja je to rijeka"),
        ("bg", "имам шумен съсед"),
        ("bg", "дъщеря ми София е болна"),
        ("bg", "с Красимир се карам"),
    ],
)
def test_everyday_words_are_no_places(gazetteer: Gazetteer, language: str, text: str) -> None:
    assert gazetteer.mentions(text, language).places == ()


@pytest.mark.parametrize(
    ("language", "text", "countries"),
    [
        ("sl", "živim v Sloveniji, delam v Italiji", ("si", "it")),
        ("sl", "kaj pa na Hrvaškem", ("hr",)),
        ("sl", "imam hrvaško zavarovanje", ()),
        ("it", "dall'altra parte, in Slovenia", ("si",)),
        ("hr", "a u Sloveniji, i u Hrvatskoj", ("si", "hr")),
        ("hr", "slovenska firma", ()),
        ("bg", "върнах се в България от Италия", ("bg", "it")),
        ("bg", "v bulgaria li", ("bg",)),
    ],
)
def test_countries_are_recognised_and_adjectives_are_not(
    gazetteer: Gazetteer, language: str, text: str, countries: tuple[str, ...]
) -> None:
    assert gazetteer.mentions(text, language).countries == countries


@pytest.mark.parametrize(
    ("point", "name"),
    [
        ((45.953, 13.641), "Nova Gorica"),
        ((45.943, 13.615), "Gorizia"),
        ((46.31, 16.33), "Varaždin"),
        ((43.06, 27.35), "Дългопол"),
    ],
)
def test_a_shared_location_finds_its_town(gazetteer: Gazetteer, point: tuple[float, float], name: str) -> None:
    found = gazetteer.nearest(*point)

    assert found is not None
    assert found.name == name
