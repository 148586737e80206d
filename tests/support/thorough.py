"""How long tests look that try at random: briefly as a rule, many times as long with THOROUGH=20 before them.

With it, what fails is made smaller too, which can take minutes.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, Phase, settings

#: How many times as many examples are tried as usually.
TIMES = int(os.environ.get("THOROUGH", "1"))


def trying(examples: int, steps: int = 50) -> settings:
    """Return the settings of a test that tries so many examples, the same ones each time, and does not look at the clock."""
    return settings(
        max_examples=examples * TIMES,
        stateful_step_count=steps,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate] if TIMES == 1 else [Phase.generate, Phase.shrink],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
    )
