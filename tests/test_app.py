from __future__ import annotations

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
