"""How much work something is: processor time, which does not grow when the machine is busy with other things."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def costs_less_than(seconds: float) -> Iterator[None]:
    """Hold that what is done within takes this process less than ``seconds`` of a processor's time."""
    began = time.process_time()
    yield
    assert time.process_time() - began < seconds
