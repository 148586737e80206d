"""Readings of knowledge that tests share: what one test has read and checked, another need not read and check again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from datetime import date
from threading import Lock

from bot.editing.files import Reading
from bot.editing.trees import Tree, digest

#: So many are kept; most tests begin with the same one.
_KEPT = 16


def remembered(read: Callable[..., Reading]) -> Callable[..., Reading]:
    """Return `bot.editing.trees.read`, which depends on nothing but what it is given, with a memory.

    Hundreds of tests open an editor of their own over the same small library; each would check it for half a second.
    """
    kept: OrderedDict[tuple[str, date], Reading] = OrderedDict()
    lock = Lock()  # pages read in threads

    def reading(tree: Tree, *, today: date | None = None) -> Reading:
        if today is None:
            return read(tree)
        key = (digest(tree), today)
        with lock:
            found = kept.pop(key, None)
        found = found or read(tree, today=today)
        with lock:
            kept[key] = found
            while len(kept) > _KEPT:
                kept.popitem(last=False)
        return found

    return reading
