"""What the checks find is told by names that editors know, not by the codes of files."""

from __future__ import annotations

import pytest

from bot.editing.problems import Problem, Severity
from bot.model.library import LANGUAGES
from bot.web.library.naming import spoken
from tests.support.editing import small_tree
from tests.support.phrases import english


@pytest.mark.parametrize(
    ("template", "values", "told"),
    [
        ("no example asks for '%(topic)s'", {"topic": "child-benefit"}, "no example asks for 'Otroški dodatek'"),
        ("'%(thief)s' takes it (%(lead).2f)", {"thief": "child-benefit", "lead": 0.5}, "'Otroški dodatek' takes it (0.50)"),
        ("'%(label)s' means", {"label": "crisis:violence-now"}, "'violence at this moment' means"),
        ("'%(label)s' means", {"label": "act:thanks"}, "'thanks' means"),
        ("'%(label)s' means", {"label": "other:thanks"}, "'other:thanks' means"),
        ("112 is missing for '%(kind)s'", {"kind": "violence-now"}, "112 is missing for 'violence at this moment'"),
        ("no office of the kind '%(kind)s'", {"kind": "tax-office"}, "no office of the kind 'Tax office'"),
        ("'%(form)s' means '%(place)s'", {"form": "x", "place": "nova-gorica"}, "'x' means 'Nova Gorica'"),
        ("nothing reaches '%(office)s'", {"office": "csd-severna-primorska-idrija"}, "nothing reaches '{office}'"),
        ("the %(name)s of '%(point)s'", {"name": "phone", "point": "ezts-go-gorizia"}, "the phone of '{point}'"),
        ("'%(topic)s' is no topic", {"topic": "not-there"}, "'not-there' is no topic"),
        ("'%(situation)s' is missing", {"situation": "not-there"}, "'not-there' is missing"),
        ("{%(name)s} is no fact", {"name": "threshold"}, "{threshold} is no fact"),
    ],
)
def test_codes_are_told_by_name(template: str, values: dict[str, object], told: str) -> None:
    problem = spoken(Problem(Severity.ERROR, "x.yaml", None, template, values), small_tree(), "sl", english().into(LANGUAGES[0]))
    if "{office}" in told or "{point}" in told:
        assert all(str(code) not in problem.message for code in values.values() if "-" in str(code))
        assert problem.message != told
    else:
        assert problem.message == told
