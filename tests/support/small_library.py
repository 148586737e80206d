"""A library small enough to read: three topics, four countries, invented offices in real towns, and the four crises."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from bot.model.library import (
    COUNTRIES,
    Answer,
    CrisisKind,
    Example,
    Fact,
    FactKind,
    HelpLine,
    Library,
    Office,
    Place,
    Point,
    Source,
    Topic,
    Wording,
)

CHECKED = date(2026, 11, 21)
SOURCE = Source("record", "https://example.org/page", "2026-02")

_COUNTRY_NAMES = {
    "si": {"sl": "Slovenija", "it": "Slovenia", "hr": "Slovenija", "bg": "Словения"},
    "it": {"sl": "Italija", "it": "Italia", "hr": "Italija", "bg": "Италия"},
    "hr": {"sl": "Hrvaška", "it": "Croazia", "hr": "Hrvatska", "bg": "Хърватия"},
    "bg": {"sl": "Bolgarija", "it": "Bulgaria", "hr": "Bugarska", "bg": "България"},
}
_COUNTRY_FORMS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "si": {"sl": ("Sloveniji", "Slovenije"), "hr": ("Sloveniji",)},
    "it": {"sl": ("Italiji", "Italije")},
    "hr": {"sl": ("Hrvaškem", "Hrvaški"), "hr": ("Hrvatskoj",)},
    "bg": {},
}
_WORDED_IN = {"si": ("sl", "it", "hr"), "it": ("it", "sl"), "hr": ("hr", "sl"), "bg": ("bg",)}


def _topic(name: str, names: Mapping[str, str], related: tuple[str, ...] = ()) -> Topic:
    return Topic(name, "work", COUNTRIES, names, related)


def _answer(topic: str, country: str, whom: tuple[str, ...]) -> Answer:
    wording = Wording(
        title=f"{topic} {country}",
        button=topic,
        what="What it is.",
        who="Who may have it.",
        do=("Go there within {days} days.",),
        bring=("a document",),
        cost="It costs {price}.",
        time="Until {until}.",
        note="Call {line}.",
    )
    facts = {
        "days": Fact(FactKind.DAYS, "30", "s1"),
        "price": Fact(FactKind.MONEY, "507.43", "s1", 2026),
        "until": Fact(FactKind.DATE, "2026-12-01", "s1"),
        "line": Fact(FactKind.PHONE, "080 11 55", "s1"),
    }
    wordings = dict.fromkeys(_WORDED_IN[country], wording)
    return Answer(topic, country, "good", CHECKED, facts, {"s1": SOURCE}, whom, wordings)


def _places() -> dict[str, Place]:
    places = {
        code: Place(
            code,
            code,
            "country",
            names[{"si": "sl", "it": "it", "hr": "hr", "bg": "bg"}[code]],
            names,
            {language: (name, *_COUNTRY_FORMS[code].get(language, ())) for language, name in names.items()},
        )
        for code, names in _COUNTRY_NAMES.items()
    }
    settlements = [
        Place("ptuj", "si", "settlement", "Ptuj", {"sl": "Ptuj"}, {"sl": ("Ptuj", "Ptuju", "Ptuja")}, 46.42, 15.87),
        Place("nova-gorica", "si", "settlement", "Nova Gorica", {"sl": "Nova Gorica"}, {"sl": ("Novi Gorici",)}, 45.96, 13.65),
        Place(
            "varazdin",
            "hr",
            "settlement",
            "Varaždin",
            {"hr": "Varaždin"},
            {"hr": ("Varaždinu",), "sl": ("Varaždinu",)},
            46.31,
            16.34,
        ),
        Place("gorizia", "it", "settlement", "Gorizia", {"it": "Gorizia", "sl": "Gorica"}, {"sl": ("Gorici",)}, 45.94, 13.62),
    ]
    return places | {place.id: place for place in settlements}


def _offices() -> dict[str, Office]:
    offices = [
        Office(
            "employment-ptuj",
            "si",
            ("employment-office",),
            {"sl": "Urad za delo Ptuj"},
            ("ptuj",),
            SOURCE,
            CHECKED,
            address="Trg 1, Ptuj",
            phones=("02 234 56 78",),
            hours="Mo-Fr 08:00-12:00",
        ),
        Office("employment-si", "si", ("employment-office",), {"sl": "Zavod za zaposlovanje"}, ("si",), SOURCE, CHECKED),
        Office(
            "centre-hr",
            "hr",
            ("social-work-office",),
            {"hr": "Zavod"},
            ("hr",),
            SOURCE,
            CHECKED,
            url="https://example.org",
            hours="24/7",
        ),
    ]
    return {office.id: office for office in offices}


def _help_lines() -> tuple[HelpLine, ...]:
    kinds = ("suicide-or-self-harm", "violence-now", "child-in-danger", "medical-emergency")
    names = {"sl": "klic v sili", "it": "emergenza", "hr": "hitne službe", "bg": "спешни повиквания"}
    emergency = [HelpLine(f"112-{country}", country, "112", kinds, names, SOURCE, "24/7") for country in COUNTRIES]
    talk = {"sl": "zaupni telefon", "it": "ascolto", "hr": "razgovor", "bg": "разговор"}
    return (HelpLine("116123-si", "si", "116 123", kinds[:1], talk, SOURCE), *emergency)


def _crises() -> dict[str, CrisisKind]:
    languages = ("sl", "it", "hr", "bg")
    patterns = {
        "sl": (r"\bubil[ao]? se bom\b",),
        "it": (r"\bvoglio morire\b",),
        "hr": (r"\bubit cu se\b",),
        "bg": (r"ще се убия",),
    }
    return {
        kind: CrisisKind(
            kind,
            dict.fromkeys(languages, f"care {kind}"),
            dict.fromkeys(languages, "Call {emergency} now."),
            patterns if kind == "suicide-or-self-harm" else {},
        )
        for kind in ("suicide-or-self-harm", "violence-now", "child-in-danger", "medical-emergency")
    }


_EXAMPLES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "unemployment-registration": {
        "sl": (
            "zgubil sem službo kaj zdaj",
            "izgubila sem delo",
            "kje se prijavim kot brezposelna oseba",
            "zgubil sem službo v Italiji",
            "zgubil sem službo sem s Ptuja",
            "zgubil sem službo živim v Novi Gorici delal sem v Gorici",
        ),
        "it": ("ho perso il lavoro", "dove mi iscrivo come disoccupato", "mi hanno licenziato"),
        "hr": ("izgubio sam posao", "ostala sam bez posla što sad", "prijava na burzu rada"),
        "bg": ("останах без работа", "къде да се регистрирам като безработен", "загубих си работата"),
    },
    "food-help": {
        "sl": ("nimam za hrano", "kje dobim paket hrane", "kje dobim paket hrane v Italiji", "rdeči križ hrana"),
        "it": ("non ho da mangiare", "dove trovo un pacco alimentare", "mensa dei poveri"),
        "hr": ("nemam za hranu", "gdje mogu dobiti paket hrane", "pučka kuhinja"),
        "bg": ("нямам пари за храна", "къде раздават храна", "хранителен пакет"),
    },
    "scholarships": {
        "sl": ("štipendija za dijake", "stipendija", "kako dobim štipendijo"),
        "it": ("borsa di studio", "come chiedo la borsa di studio"),
        "hr": ("stipendija za učenike", "stipendija", "kako dobiti stipendiju"),
        "bg": ("стипендия за ученици", "как да получа стипендия"),
    },
    "act:human": {
        "sl": ("rad bi govoril s človekom",),
        "it": ("voglio parlare con una persona",),
        "hr": ("želim razgovarati s osobom",),
        "bg": ("искам да говоря с човек",),
    },
    "act:greeting": {"sl": ("dober dan",), "it": ("buongiorno",), "hr": ("dobar dan",), "bg": ("добър ден",)},
    "act:thanks": {"sl": ("hvala lepa",), "it": ("grazie mille",), "hr": ("puno hvala",), "bg": ("благодаря много",)},
    "act:missed": {"sl": ("to ni to",), "it": ("non è questo",), "hr": ("to nije to",), "bg": ("не е това",)},
    "act:follow-up": {
        "sl": ("koliko pa to stane",),
        "it": ("e quanto costa",),
        "hr": ("a koliko to košta",),
        "bg": ("а колко струва това",),
    },
    "act:goodbye": {"sl": ("nasvidenje",), "it": ("arrivederci",), "hr": ("doviđenja",), "bg": ("довиждане",)},
    "act:help": {"sl": ("kaj vse znaš",), "it": ("cosa sai fare",), "hr": ("što sve znaš",), "bg": ("какво можеш",)},
    "act:language": {
        "sl": ("lahko pišem po italijansko",),
        "it": ("posso scrivere in sloveno",),
        "hr": ("mogu li pisati na slovenskom",),
        "bg": ("може ли на друг език",),
    },
    "act:privacy": {
        "sl": ("kdo bere moja sporočila",),
        "it": ("chi legge i miei messaggi",),
        "hr": ("tko čita moje poruke",),
        "bg": ("кой чете съобщенията ми",),
    },
    "act:forget-me": {
        "sl": ("zbrišite moje podatke",),
        "it": ("cancellate i miei dati",),
        "hr": ("izbrišite moje podatke",),
        "bg": ("изтрийте данните ми",),
    },
    "crisis:suicide-or-self-harm": {
        "sl": ("nočem več živeti",),
        "it": ("non voglio più vivere",),
        "hr": ("ne želim više živjeti",),
        "bg": ("не искам да живея",),
    },
    "not-crisis": {
        "sl": ("umiram od smeha",),
        "it": ("muoio dal ridere",),
        "hr": ("umirem od smijeha",),
        "bg": ("умирам от смях",),
    },
    "outside": {
        "sl": ("kakšno bo vreme",),
        "it": ("che tempo fa domani",),
        "hr": ("kakvo će biti vrijeme",),
        "bg": ("какво ще е времето",),
    },
}


def small_library() -> Library:
    """Return the small library; ``scholarships`` is known and has no approved answer."""
    names = {
        "unemployment-registration": {
            "sl": "Prijava brezposelnosti",
            "it": "Iscrizione disoccupati",
            "hr": "Prijava nezaposlenosti",
            "bg": "Регистрация безработни",
        },
        "food-help": {"sl": "Pomoč s hrano", "it": "Aiuto alimentare", "hr": "Pomoć u hrani", "bg": "Помощ с храна"},
        "scholarships": {"sl": "Štipendije", "it": "Borse di studio", "hr": "Stipendije", "bg": "Стипендии"},
    }
    topics = {
        "unemployment-registration": _topic("unemployment-registration", names["unemployment-registration"], ("food-help",)),
        "food-help": _topic("food-help", names["food-help"]),
        "scholarships": _topic("scholarships", names["scholarships"]),
    }
    answers = {
        f"{topic}/{country}": _answer(topic, country, ("employment-office", "centre-hr") if country in ("si", "hr") else ())
        for topic in ("unemployment-registration", "food-help")
        for country in COUNTRIES
        if (topic, country) != ("food-help", "it")
    }
    points = {
        "ptuj": Point(
            "ptuj", {"sl": "Info točka Ptuj"}, ("si", "hr"), ("ptuj", "varazdin"), ("sl", "hr"), SOURCE, "si", "Mo-Fr 08:00-16:00"
        ),
        "dalgopol": Point("dalgopol", {"bg": "Дългопол"}, ("bg",), (), ("bg",), SOURCE, "bg"),
    }
    examples = tuple(
        Example(language, label, text)
        for label, by_language in _EXAMPLES.items()
        for language, texts in by_language.items()
        for text in texts
    )
    return Library(topics, answers, _places(), _offices(), points, _help_lines(), _crises(), examples)
