"""A missing PostgreSQL server is said clearly, and is no way to have a green run where everything is to be tested."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import databases, postgres


@pytest.mark.parametrize(("ci", "outcome"), [("", pytest.skip.Exception), ("true", pytest.fail.Exception)])
def test_without_a_server_tests_are_skipped_but_fail_in_ci(
    ci: str, outcome: type[Exception], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing() -> Path:
        raise postgres.NoServer("PostgreSQL is missing; on Debian: apt install postgresql")

    monkeypatch.setattr(postgres, "_binaries", missing)
    monkeypatch.setenv("CI", ci)
    with pytest.raises(outcome, match="apt install postgresql"):
        _ = databases.Databases(tmp_path).server
