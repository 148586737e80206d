"""Every action that the program writes into the audit log has words."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import bot
from bot.store import entries
from bot.web import auditwords
from tests.support.phrases import english


def written() -> Iterator[str]:
    """Yield the actions that stand as plain words in calls that write into the log."""
    for path in sorted(Path(bot.__file__).parent.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            owner, _, name = ast.unparse(node.func).rpartition(".")
            owner = owner.rpartition(".")[2]
            if (owner, name) not in {("audit", "put"), ("opened", "log"), ("_reading", "note"), ("", "_log")}:
                continue
            at = {"audit": 2, "": 2}.get(owner, 1)
            given = node.args[at] if len(node.args) > at else None
            if isinstance(given, ast.Constant):
                yield str(given.value)


def test_every_action_has_words() -> None:
    say = english().into("sl")
    actions = {*written(), entries.CALL_REACHED, entries.CALL_MISSED, entries.CALL_GIVEN_UP}
    assert len(actions) > 30
    assert {action for action in actions if auditwords.action_name(action, say) == action} == set()
