"""What makes a case go first."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.model.case import Case, CaseState, Reason


@pytest.mark.parametrize("reason", Reason)
def test_a_crisis_and_nothing_else_is_urgent(reason: Reason) -> None:
    case = Case("1", "CODE", "c", reason, CaseState.WAITING, datetime(2026, 11, 22, tzinfo=UTC))
    assert case.urgent is (reason is Reason.CRISIS)
