"""Every threat that is written down has a test that exists, and every test of walls is there for a threat."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
_TEST = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


def rows() -> list[list[str]]:
    """Return the cells of each row of each table: the threat, what is done, where, and the tests."""
    lines = (ROOT / "THREATS.md").read_text(encoding="utf-8").splitlines()
    tables = [line for line in lines if line.startswith("|") and not line.startswith(("| threat |", "| --- |"))]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in tables]


@cache
def functions(file: str) -> frozenset[str]:
    """Return the tests that stand in a file."""
    path = ROOT / file
    tree = ast.parse(path.read_text(encoding="utf-8")) if path.is_file() else ast.Module([], [])
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


@pytest.mark.parametrize("row", rows(), ids=lambda row: row[0][:60])
def test_a_threat_names_what_is_done_where_and_tests_that_exist(row: list[str]) -> None:
    threat, done, where, tests = row
    assert threat
    assert done
    places = re.findall(r"`([^`]+)`", where)
    assert places
    assert all((ROOT / place).exists() for place in places), where
    named = [part.strip() for part in tests.split("<br>")]
    assert named
    for each in named:
        found = _TEST.fullmatch(each)
        assert found, each
        assert found.group(2) in functions(found.group(1)), each


def test_a_threat_stands_once() -> None:
    threats = [row[0] for row in rows()]
    assert len(set(threats)) == len(threats) > 80


@pytest.mark.parametrize("file", ["tests/test_walls_in_code.py", "tests/test_walls_in_what_ships.py", "tests/web/test_walls.py"])
def test_every_wall_is_there_for_a_threat(file: str) -> None:
    named = {found.group(2) for row in rows() for found in _TEST.finditer(row[3]) if found.group(1) == file}
    assert functions(file) >= named
    assert {name for name in functions(file) if name.startswith("test_")} == named
