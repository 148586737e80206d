"""Makes the PDF of one card, in a process of its own: ``python -m bot.web.printing.compile`` reads JSON and writes PDF.

What is printed comes in as data and is never read as markup. Memory and time are bounded, whatever the card holds.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path

import typst

_TEMPLATE = Path(__file__).with_name("card.typ")
#: Seconds of a processor, and bytes of addresses; a card takes a tenth of a second and 200 MB of addresses.
_SECONDS = 15
_MEMORY = 2 * 1024**3


def pdf(data: str) -> bytes:
    """Return the PDF of the card that ``data`` holds as JSON: tagged for screen readers (PDF/UA-1) and fit to keep (PDF/A-2a).

    Fonts come with the typesetter. Raises `typst.TypstError`.
    """
    return typst.compile(
        _TEMPLATE,
        root=_TEMPLATE.parent,
        ignore_system_fonts=True,
        sys_inputs={"card": data},
        pdf_standards=["ua-1", "a-2a"],
    )


def main() -> None:
    """Read a card from the standard input and write it to the standard output."""
    with suppress(ImportError):  # Windows knows no such limits
        import resource  # noqa: PLC0415 - for the same reason

        resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    sys.stdout.buffer.write(pdf(sys.stdin.buffer.read().decode()))


if __name__ == "__main__":
    main()
