"""Templates of pages and files, compiled once for all languages."""

from __future__ import annotations

from pathlib import Path
from types import CodeType

from jinja2 import BytecodeCache, Environment, FileSystemLoader, StrictUndefined
from jinja2.bccache import Bucket

from bot.language.phrases import Phrases


class _Compiled(BytecodeCache):
    """What templates were compiled to, by their address and content. It holds code alone; phrases belong to the environment."""

    def __init__(self) -> None:
        self._code: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Put into ``bucket`` what its template was compiled to before."""
        bucket.code = self._code.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what the template of ``bucket`` was compiled to."""
        if bucket.code is not None:
            self._code[bucket.key, bucket.checksum] = bucket.code


_COMPILED = _Compiled()


def environment(folder: Path, phrases: Phrases, language: str) -> Environment:
    """Return what fills the templates of ``folder`` with phrases in ``language``. It escapes all values; none may be missing."""
    made = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
        bytecode_cache=_COMPILED,
    )
    made.install_gettext_translations(phrases.into(language), newstyle=True)  # type: ignore[attr-defined]  # the extension adds it
    return made
