from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

from bot.app import Questions
from bot.model.library import LANGUAGES, Example
from tests.support.small_library import small_library


def test_questions_to_begin_with_are_those_of_the_edition_that_answers_now() -> None:
    asked = Example("sl", "home-care", "Kje dobim pomoč na domu?")
    live = [replace(small_library(), examples=(asked,)), replace(small_library(), examples=())]
    questions = Questions(lambda: live[0])
    before = {language: list(questions[language]) for language in questions}
    live.pop(0)

    assert before == {language: [asked.text] if language == "sl" else [] for language in LANGUAGES}
    assert len(questions) == len(LANGUAGES)
    assert not any(questions.values())


def test_the_process_that_answers_loads_nothing_that_only_learning_or_exchange_needs() -> None:
    heavy = {"joblib", "openpyxl", "rdflib", "scipy", "sklearn", "typst"}
    program = "import bot.app, sys; print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert "bot" in loaded.split()
    assert heavy.isdisjoint(loaded.split())
