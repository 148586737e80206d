"""The small library with a topic across the border, answers for two pairs of countries, and a situation."""

from __future__ import annotations

from dataclasses import replace

from bot.model.library import COUNTRIES, Answer, Example, Library, Situation
from tests.support.small_library import small_library

_PAIRS = {"si-it": ("sl", "it"), "it-si": ("it", "sl"), "si-hr": ("sl", "hr"), "hr-si": ("hr", "sl")}


def border_library(*, by_nature: bool = False) -> Library:
    """Return it; ``by_nature`` makes scholarships a topic that is about a border always."""
    library = small_library()
    answers = dict(library.answers)
    for country in COUNTRIES:
        answers[f"scholarships/{country}"] = _of_scholarships(library.answers[f"unemployment-registration/{country}"])
    ordinary = answers["scholarships/si"]
    across = {f"scholarships/{pair}": _across(ordinary, pair, languages) for pair, languages in _PAIRS.items()}
    topics = {**library.topics, "scholarships": replace(library.topics["scholarships"], border=by_nature)}
    situation = Situation(
        "lost-job",
        ("unemployment-registration", "food-help", "scholarships"),
        dict.fromkeys(("sl", "it", "hr", "bg"), "A job lost"),
        dict.fromkeys(("sl", "it", "hr", "bg"), "Three things matter."),
    )
    told = (
        Example("sl", "situation:lost-job", "odpustili so nas vse po vrsti in ne vem kje začeti"),
        Example("sl", "scholarships", "štipendija če živim v Sloveniji in hodim v šolo v Italiji"),
        Example("sl", "scholarships", "štipendija v Italiji"),
    )
    return replace(
        library,
        topics=topics,
        answers=answers | across,
        situations={situation.id: situation},
        examples=(*library.examples, *told),
    )


def _of_scholarships(answer: Answer) -> Answer:
    title = f"scholarships {answer.country}"
    wordings = {language: replace(wording, title=title) for language, wording in answer.wordings.items()}
    return replace(answer, topic="scholarships", wordings=wordings)


def _across(ordinary: Answer, pair: str, languages: tuple[str, ...]) -> Answer:
    lives, country = pair.split("-")
    wording = replace(next(iter(ordinary.wordings.values())), title=f"scholarships {pair}")
    return replace(
        ordinary, country=country, lives=lives, wordings=dict.fromkeys(languages, wording), whom=("si:employment-office",)
    )
