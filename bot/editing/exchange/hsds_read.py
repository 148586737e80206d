from typing import Any


def looks_like_it(held: Any) -> bool:
    return False
