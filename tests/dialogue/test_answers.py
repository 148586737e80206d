from dataclasses import replace
from datetime import UTC, datetime

from bot.dialogue import answers, offices
from bot.model.library import Fact, FactKind, Source
from tests.support.small_library import small_library
from tests.support.stage import ENGLISH, MONDAY, Stage


def _written(language: str = "sl", country: str = "si", place: str | None = None, now: datetime = MONDAY) -> offices.Written:
    library = small_library()
    given = library.answers[f"unemployment-registration/{country}"]
    return answers.write(given, language, ENGLISH.into(language), library, place, now)


def test_an_answer_is_the_wording_with_its_facts_in_order() -> None:
    text = _written(place="ptuj").text.replace("\u00a0", " ")

    assert text == (
        "unemployment-registration si (Slovenija)\n\n"
        "What it is. Who may have it.\n\n"
        "What to do:\n– Go there within 30 days.\n\n"
        "Bring with you:\n– a document\n\n"
        "It costs 507,43 €. Until 1. decembra 2026.\n\n"
        "Call 080 11 55.\n\n"
        "Whom to see:\nUrad za delo Ptuj\nTrg 1, Ptuj\nPhone: +386 2 234 56 78\nOpen now, until 12.00.\n\n"
        "Source:\nhttps://example.org/page\nChecked on 21. novembra 2026."
    )


def test_the_numbers_in_an_answer_can_be_dialled() -> None:
    assert _written(place="ptuj").calls == ("080 11 55", "+386 2 234 56 78")


def test_a_date_that_ends_in_a_stop_ends_the_sentence_with_one() -> None:
    assert "Until 1. prosinca 2026.\n" in _written("hr", "hr").text


def test_without_a_place_the_office_of_the_whole_country_is_shown_and_its_gap_told() -> None:
    text = _written().text

    assert "Zavod za zaposlovanje\nWe have no checked phone number" in text
    assert "Write me your town" in text


def test_a_town_that_an_edition_no_longer_knows_is_as_none() -> None:
    assert _written(place="gone") == _written()


def test_an_office_open_day_and_night_says_so() -> None:
    assert "Open day and night." in _written("hr", "hr").text


def test_a_closed_office_says_when_it_opens() -> None:
    evening = datetime(2026, 11, 27, 19, tzinfo=UTC)

    assert "Opens: ponedeljek, 30. novembra 2026, 8.00." in _written(place="ptuj", now=evening).text


def test_amounts_of_a_past_year_are_told_as_such() -> None:
    text = _written(now=datetime(2027, 1, 4, 9, tzinfo=UTC)).text.replace("\u00a0", " ")

    assert "It costs 507,43 € (in the year 2026). Until 1. decembra 2026." in text
    assert "Some amounts are of a year that is over. Ask which apply now." in text


def _amounts(note: str, **more: Fact) -> str:
    library = small_library()
    given = library.answers["food-help/si"]
    wording = replace(given.wordings["sl"], cost="", note=note)
    facts = {name: fact for name, fact in given.facts.items() if name != "price"} | more
    told = replace(given, facts=facts, wordings={"sl": wording})
    return answers.write(told, "sl", ENGLISH.into("sl"), library, None, datetime(2027, 1, 4, 9, tzinfo=UTC)).text


def test_a_sentence_that_names_the_year_itself_does_not_say_it_twice() -> None:
    year, price = Fact(FactKind.YEAR, "2026", "s1"), Fact(FactKind.MONEY, "12", "s1", 2026)

    text = _amounts("V letu {year} je {low}. Zdaj je {low}.", year=year, low=price)

    assert "V letu 2026 je 12 €. Zdaj je 12 € (in the year 2026)." in text.replace("\u00a0", " ")


def test_a_sentence_with_two_amounts_of_a_past_year_says_it_once() -> None:
    low, high = Fact(FactKind.MONEY, "12", "s1", 2026), Fact(FactKind.MONEY, "35", "s1", 2026)

    text = _amounts("Od {low} do {high} na mesec.", low=low, high=high)

    assert "Od 12 € do 35 € (in the year 2026) na mesec." in text.replace("\u00a0", " ")


def test_the_full_stop_of_an_ordinal_ends_no_sentence() -> None:
    age, low = Fact(FactKind.AGE, "65", "s1"), Fact(FactKind.MONEY, "12", "s1", 2026)

    text = _amounts("Do {age}. leta je {low}, od {age}. leta {low}.", age=age, low=low)

    assert "Do 65. leta je 12 €, od 65. leta 12 € (in the year 2026)." in text.replace("\u00a0", " ")


def test_the_pages_that_carry_the_amounts_are_shown_first() -> None:
    library = small_library()
    given = library.answers["food-help/si"]
    pages = {f"s{number}": Source("record", f"https://example.org/{number}", "2026-02") for number in (0, 1, 2, 3)}
    facts = {name: replace(fact, source="s3" if fact.kind is FactKind.MONEY else "s1") for name, fact in given.facts.items()}

    text = answers.write(replace(given, sources=pages, facts=facts), "sl", ENGLISH.into("sl"), library, None, MONDAY).text

    assert "Sources:\nhttps://example.org/3\nhttps://example.org/1\nChecked" in text


def test_an_answer_older_than_its_topic_allows_says_so_and_withholds_the_hours_of_offices() -> None:
    text = _written(place="ptuj", now=datetime(2027, 11, 22, 9, tzinfo=UTC)).text

    assert "We last checked this on 21. novembra 2026. Ask whether it still holds." in text
    assert "Phone before you go: we have not checked the opening hours lately." in text
    assert "Open now" not in text
    assert "Opens" not in text


def test_hours_without_an_end_in_sight_say_the_bare_truth() -> None:
    say = ENGLISH.into("sl")

    assert offices.open_state("2020 Mo 08:00-09:00", "si", "sl", say, MONDAY) == "Ask about the opening hours."
    assert offices.open_state("Mo-Tu 00:00-24:00", "si", "sl", say, MONDAY) == "Open now."


def test_an_answer_without_pages_and_offices_is_still_whole() -> None:
    library = small_library()
    given = library.answers["food-help/bg"]
    bare = replace(
        given,
        sources={},
        facts={**given.facts, "line": Fact(FactKind.PHONE, "112", "s1")},
        wordings={"bg": replace(given.wordings["bg"], do=(), bring=(), cost="", time="", note="", who="")},
    )

    text = answers.write(bare, "bg", ENGLISH.into("bg"), library, None, MONDAY).text

    assert "What it is.\n\nChecked on" in text


def test_for_a_place_abroad_the_offices_of_the_whole_country_are_shown() -> None:
    library = small_library()
    given = replace(library.answers["unemployment-registration/si"], whom=("employment-office",))

    assert [office.id for office in offices.offices_for(given, "varazdin", library)] == ["employment-si"]


def test_where_no_office_serves_the_place_none_is_shown() -> None:
    library = small_library()
    given = replace(library.answers["unemployment-registration/hr"], whom=("employment-office",))

    assert offices.offices_for(given, "varazdin", library) == []


def test_an_office_named_by_its_id_is_found() -> None:
    library = small_library()
    given = replace(library.answers["food-help/si"], whom=("employment-ptuj",))

    assert [office.id for office in offices.offices_for(given, "ptuj", library)] == ["employment-ptuj"]


def test_the_answer_offers_to_share_the_place_only_when_it_would_help() -> None:
    stage = Stage()

    stage.write("останах без работа")

    assert not stage.last.asks_location


def test_an_info_point_is_among_those_whom_to_see() -> None:
    library = small_library()
    given = replace(library.answers["food-help/si"], whom=("info-point",))

    assert [office.id for office in offices.offices_for(given, "ptuj", library)] == ["ptuj"]


def test_where_no_office_serves_the_place_the_resident_is_told() -> None:
    library = small_library()
    given = replace(library.answers["unemployment-registration/hr"], whom=("employment-office",))

    text = answers.write(given, "hr", ENGLISH.into("hr"), library, "varazdin", MONDAY).text

    assert "I know no office for this place: Varaždin" in text


def test_a_help_line_says_when_it_answers() -> None:
    say = ENGLISH.into("sl")

    def told(hours: str) -> str:
        return offices.answering_state(hours, "si", "sl", say, MONDAY)

    assert told("24/7") == "Answers day and night."
    assert told("Mo-Fr 09:00-20:00") == "Answers now, until: ponedeljek, 23. novembra 2026, 20.00."
    assert told("Mo-Fr 12:00-20:00") == "Answers again: ponedeljek, 23. novembra 2026, 12.00."
    assert told("2020 Mo 08:00-09:00") == "Hours are not known."
