"""The order of the tests: files whose tests mostly wait, for a program or a browser, stand evenly among those that compute.

Left together, as in the order of their names or of how many tests they have, they come last: then the processor rests while
the few workers wait, or many programs start at once and each is late.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import TypeVar

T = TypeVar("T")

#: Where tests mostly wait.
WAITING = ("tests/journeys/", "tests/browser/")
#: The last of them begins when this part of the others has begun: they take longer.
_BY = 0.8


def spread(tests: Iterable[T], file_of: Callable[[T], str]) -> list[T]:
    """Return ``tests`` with the files of `WAITING` spread among the others; each file stays whole.

    ``file_of`` gives the path of a test's file from the project's folder. The order depends on nothing else, because all
    workers must agree on it.
    """
    files: defaultdict[str, list[T]] = defaultdict(list)
    for test in tests:
        files[file_of(test)].append(test)
    waiting = [file for file in files if file.startswith(WAITING)]
    places = {file: _BY * number / len(waiting) for number, file in enumerate(waiting)}
    others = sum(len(those) for file, those in files.items() if file not in places)
    before = 0
    for file, those in files.items():
        if file not in places:
            places[file] = before / others
            before += len(those)
    return [test for file in sorted(files, key=lambda file: places[file]) for test in files[file]]
