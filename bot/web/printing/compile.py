"""Makes one PDF, in a process of its own: ``python -m bot.web.printing.compile card`` reads JSON and writes PDF.

What is printed comes in as data and is never read as markup. Memory and time are bounded, whatever the card holds.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path

import typst

_TEMPLATES = Path(__file__).parent
#: What there are templates of.
KINDS = ("card", "booklet")
#: Seconds of a processor, and bytes of addresses; a card takes a tenth of a second and 200 MB of addresses, a booklet of all
#: topics some seconds.
_SECONDS = 60
_MEMORY = 2 * 1024**3


def pdf(data: str, kind: str = "card") -> bytes:
    """Return the PDF of what ``data`` holds as JSON: tagged for screen readers (PDF/UA-1) and fit to keep (PDF/A-2a).

    Fonts come with the typesetter. Raises `typst.TypstError`.
    """
    return typst.compile(
        _TEMPLATES / f"{kind}.typ",
        root=_TEMPLATES,
        ignore_system_fonts=True,
        sys_inputs={"printed": data},
        pdf_standards=["ua-1", "a-2a"],
    )


def main() -> None:
    """Read what is to be printed from the standard input and write it to the standard output."""
    with suppress(ImportError):  # Windows knows no such limits
        import resource  # noqa: PLC0415 - for the same reason

        resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    kind = sys.argv[1]
    if kind not in KINDS:
        raise SystemExit(2)
    sys.stdout.buffer.write(pdf(sys.stdin.buffer.read().decode(), kind))


if __name__ == "__main__":
    main()
