"""What no line of the program may do, whoever writes it: read from the code itself, so that nothing new gets past."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import bot

ROOT = Path(bot.__file__).parents[1]
#: What decides whether somebody is let in, by what it is called in the code.
_SECRET = re.compile(r"(?:^|_)(?:token|secret|password|csrf|cookie|signature|hmac|otp|api_key)$")
#: What is compared with a constant of the program, or is a column whose comparison the database makes over a hash.
_NO_SECRETS = {("bot/web/invitations.py", "password")}  # typed twice by the same person, on the same page


@cache
def _sources() -> dict[str, ast.Module]:
    return {
        path.relative_to(ROOT).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
        for path in sorted((ROOT / "bot").rglob("*.py"))
    }


@cache
def _nodes() -> list[tuple[str, ast.AST]]:
    return [(path, node) for path, tree in _sources().items() for node in ast.walk(tree)]


@cache
def _calls() -> list[tuple[str, str, ast.Call]]:
    """Return every call, with its file and the name that is called as it is written."""
    return [(path, ast.unparse(node.func), node) for path, node in _nodes() if isinstance(node, ast.Call)]


def _imports() -> Iterator[tuple[str, str]]:
    for path, node in _nodes():
        if isinstance(node, ast.Import):
            yield from ((path, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield path, node.module


def _at(path: str, node: ast.AST) -> str:
    return f"{path}:{getattr(node, 'lineno', 0)}"


def _name_of(node: ast.expr) -> str:
    match node:
        case ast.Name():
            return node.id
        case ast.Attribute():
            return node.attr
        case ast.Call():
            return _name_of(node.func) if not isinstance(node.func, ast.Attribute) else _name_of(node.func.value)
    return ""


def compared(node: ast.AST) -> list[str]:
    """Return what is called like a secret in a comparison by ``==`` or ``!=``; those of columns are the database's."""
    if not isinstance(node, ast.Compare) or not any(isinstance(op, ast.Eq | ast.NotEq) for op in node.ops):
        return []
    sides = [node.left, *node.comparators]
    named = [_name_of(side) for side in sides if _SECRET.search(_name_of(side))]
    is_column = named and any(".c." in ast.unparse(side) for side in sides)
    is_empty = any(isinstance(side, ast.Constant) and not side.value for side in sides)
    return [] if is_column or is_empty else named


def test_no_secret_is_compared_in_a_time_that_tells_how_much_of_it_was_right() -> None:
    found = [_at(path, node) for path, node in _nodes() for name in compared(node) if (path, name) not in _NO_SECRETS]
    assert found == []
    assert compared(ast.parse("given == self._secret", mode="eval").body) == ["_secret"], "it would be found"


def test_sql_is_never_put_together_from_texts() -> None:
    runs = {"text", "sa.text", "exec_driver_sql", "execute", "executescript", "executemany", "literal_column", "prefix_with"}
    allowed = (
        # Words of the program itself about how it opens a database; nothing that anybody typed.
        "connection.exec_driver_sql(f'BEGIN {begin}')",
        "cursor.execute(f'PRAGMA {pragma}')",
        "cursor.execute('SELECT ' + ', '.join((f\"set_config('{name}', '{value}', false)\" for name, value in told.items())))",
        # A name that PostgreSQL has told, already quoted by it.
        "text(f'SELECT last_value, is_called FROM {sequence}')",
        "tx.execute(text(f'SELECT last_value, is_called FROM {sequence}'))",
    )
    found = []
    for path, called, call in _calls():
        if called.rpartition(".")[2] not in runs and called not in runs:
            continue
        built = [each for each in call.args if isinstance(each, ast.JoinedStr | ast.BinOp) or ".format(" in ast.unparse(each)]
        in_room = path.startswith(("bot/store/", "bot/backups/"))
        if built and in_room and any(_is_text(each) for each in built) and ast.unparse(call) not in allowed:
            found.append(_at(path, call))
    assert found == []


def _is_text(node: ast.expr) -> bool:
    """Tell whether an expression puts a text together; one over columns puts together a statement, which is what they are for."""
    return any(isinstance(each, ast.JoinedStr) for each in ast.walk(node)) or any(
        isinstance(each, ast.Constant) and isinstance(each.value, str) and " " in each.value for each in ast.walk(node)
    )


@pytest.mark.parametrize("module", ["pickle", "marshal", "shelve", "dill", "joblib", "cloudpickle", "xmlrpc", "telnetlib"])
def test_nothing_is_read_by_what_can_run_code_in_it(module: str) -> None:
    assert [path for path, name in _imports() if name.split(".")[0] == module] == []


def test_no_text_becomes_code_and_no_shell_is_asked() -> None:
    never = {"eval", "exec", "compile", "os.system", "os.popen", "subprocess.getoutput", "tempfile.mktemp", "__import__"}
    never |= {"asyncio.create_subprocess_shell", "yaml.load", "yaml.full_load", "yaml.unsafe_load", "yaml.load_all"}
    assert [_at(path, call) for path, called, call in _calls() if called in never] == []
    shells = [_at(path, call) for path, _, call in _calls() for each in call.keywords if each.arg == "shell"]
    assert shells == []


def test_arrays_are_read_without_pickle() -> None:
    loads = [(path, call) for path, called, call in _calls() if called in {"np.load", "numpy.load"}]
    assert len(loads) >= 3
    for path, call in loads:
        given = {each.arg: ast.unparse(each.value) for each in call.keywords}
        assert given.get("allow_pickle") == "False", _at(path, call)


def test_yaml_is_read_as_texts_alone() -> None:
    loaders = [ast.unparse(each.value) for _, called, call in _calls() if called == "yaml.compose" for each in call.keywords]
    assert loaders == ["CBaseLoader"], "it makes texts of all scalars and knows no objects"


def test_chance_that_guards_something_is_not_to_be_foretold() -> None:
    assert {path for path, name in _imports() if name == "random"} <= {
        "bot/channels/telegram/backoff.py",  # how long it waits
        "bot/matching/variants.py",  # typos for an evaluation
    }


def test_only_those_rooms_reach_other_hosts_that_are_there_for_it() -> None:
    reach = {
        "httpx",
        "requests",
        "urllib.request",
        "http.client",
        "aiohttp",
        "urllib3",
        "smtplib",
        "aiosmtplib",
        "ftplib",
        "websockets",
    }
    found = {(path, name) for path, name in _imports() if name in reach}
    assert found == {
        ("bot/channels/telegram/client.py", "httpx"),  # Telegram
        ("bot/work/endpoint.py", "httpx"),  # the encoder that the operator named
        ("bot/work/post.py", "aiosmtplib"),  # the mail server that the operator named
        ("bot/doctor/reaching.py", "httpx"),  # the program itself, when an operator asks how it is
        ("bot/doctor/reaching.py", "aiosmtplib"),  # the same mail server
    }


def test_every_template_escapes_what_it_is_given() -> None:
    environments = [call for _, called, call in _calls() if called.rpartition(".")[2] == "Environment"]
    assert environments
    for call in environments:
        assert {each.arg: ast.unparse(each.value) for each in call.keywords}.get("autoescape") == "True"


def test_nothing_but_the_log_itself_and_its_end_touches_the_audit_log() -> None:
    changes: dict[str, set[str]] = {}
    for path, called, call in _calls():
        if called in {"insert", "update", "delete"} and call.args and re.search(r"(?:^|\.)_?audit$", ast.unparse(call.args[0])):
            changes.setdefault(called, set()).add(path)
    assert changes.get("update") is None, "a line that stands is never changed"
    assert changes["insert"] == {"bot/store/audit.py"}
    assert changes.get("delete", set()) <= {"bot/store/audit.py", "bot/store/housekeeping.py", "bot/work/housekeeping.py"}


def _patterns() -> dict[str, re.Pattern[str]]:
    """Return every pattern that a module holds, by where it stands."""
    found: dict[str, re.Pattern[str]] = {}
    for module in pkgutil.walk_packages(bot.__path__, "bot."):
        if not module.name.startswith("bot.store.migrations.") and not module.name.endswith("__main__"):
            for value in vars(importlib.import_module(module.name)).values():
                if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
                    found.setdefault(value.pattern, value)
    return found


#: What patterns mean something by, alone and by twos: a pattern that doubles its work with each of them would never end.
_PUMPS = ["a", "1", "-", ".", " ", "'", "/", "(", "и", ",", "se ", "Mo-Fr,", "a-", "1.", "a@", "a."]


@pytest.mark.timeout(60)
def test_no_pattern_of_the_program_takes_for_ever_on_any_text() -> None:
    patterns = _patterns()
    assert len(patterns) > 100
    for pattern in patterns.values():
        for pump in _PUMPS:
            text = pump * (200 // len(pump))
            pattern.search(f"{text}\0")
            pattern.fullmatch(f"{text}!")
