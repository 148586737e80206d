"""What residents write and press, as it comes in tests that try at random."""

from __future__ import annotations

from hypothesis import strategies as st

from bot.model.library import LANGUAGES
from tests.dialogue.conversing import editions


class Pasted(str):
    """A text that is too long to be shown when a test fails."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"<{len(self)} characters: {self[:8]}…>"


#: Not taken for a crisis by its pattern or its example is a matter for the tests of matching; these are beyond doubt.
_CRISES = ("ubil se bom", "voglio morire", "ubit cu se", "ще се убия")
_AROUND = (
    "{}",
    "ne, {}",
    "No {}",
    "{} 041 234 567",
    "ana@example.org {}",
    "{} 😢",
    "k7pm4x {}",
    "kje dobim paket hrane, {}",
    "{}\n\nda",
)
_ODD = st.sampled_from(
    [
        *(
            "",
            " ",
            "\x00",
            "\x1b[2J",
            "\u202e",
            "\ufeff",
            "?!…",
            "👍",
            "👩‍👩‍👧‍👦",
            "Z" + "\u0351\u036b" * 9,
            "ﷺ",
            "İ",
            "ß",
            "112",
        ),
        *("%(name)s", "{emergency}", "{case_code}", "<b>x</b>"),
        *("da", "ne", "ok", "no", "не", "in v Italiji?", "Ptuj", "Varaždin", "Nova Gorica", "Gorizia", "Hrvaška", "in za moža?"),
        *("041 234 567", "+359 88 123 4567", "ana@example.org", "12345", "0900 12 34", "090 12 34", "/code", "/koda K7PM4X"),
        *("kyde da namerq hrana", "help me please", "Ich brauche Hilfe", "мне нужна помощь", "štipendija in hrana"),
    ]
)
_PASTED = st.sampled_from([Pasted("a" * 5000), Pasted("ъ " * 2500), Pasted("hrana " * 900), Pasted("?" * 5000)])
_SOUP = st.text(st.characters(codec=None), max_size=60)
KNOWN = st.sampled_from(sorted({example.text for index in editions() for example in index.library.examples}))
QUESTIONS = st.sampled_from(
    sorted({each.text for index in editions() for each in index.library.examples if each.label in index.library.topics})
)
BORDERS = st.sampled_from(
    [
        *(
            "štipendija če živim v Sloveniji in hodim v šolo v Italiji",
            "štipendija",
            "stipendija",
            "borsa di studio",
            "v Italiji",
        ),
        *(
            "kje dobim paket hrane v Sloveniji in na Hrvaškem",
            "zgubil sem službo v Italiji in na Hrvaškem",
            "štipendija v Italiji",
        ),
        *("живея в България, стипендия за ученици", "odpustili so nas vse po vrsti in ne vem kje začeti", "koliko pa to stane"),
    ]
)
TEXTS = KNOWN | _ODD | _SOUP | _PASTED | st.lists(KNOWN | _ODD, min_size=2, max_size=3).map(" ".join)
CRISES = st.builds(str.format, st.sampled_from(_AROUND), st.sampled_from(_CRISES))
HINTS = st.sampled_from([None, *LANGUAGES, "en", "xx"])
WHO = st.integers(0, 1)
SPOTS = st.sampled_from([None, (46.42, 15.87), (45.94, 13.62), (0.0, 0.0), (90.0, -180.0)])
JUNK = ("", ":", "topic", "topic:", "topic:x/y", "lang:en", "country:fr", "lives:it", "needs:xx", "event:none", "helpful:", "🙂")
MORE = ("missed:food-help", "wrong:a/b/c/d", "callback:yes", "consent:", "ended:yes:", "ended:no:0", "forget:all", "border:x")
