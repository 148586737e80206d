from pathlib import Path

import pytest

from bot.language.phrases import Phrases, PhrasesError
from bot.model.library import LANGUAGES

CATALOG = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=4; plural=(n%100==1 ? 0 : n%100==2 ? 1 : n%100==3 || n%100==4 ? 2 : 3);\\n"

msgid "%(number)s office"
msgid_plural "%(number)s offices"
msgstr[0] "%(number)s urad"
msgstr[1] "%(number)s urada"
msgstr[2] "%(number)s uradi"
msgstr[3] "%(number)s uradov"
"""


def _folder(tmp_path: Path, text: str) -> Path:
    for language in LANGUAGES:
        path = tmp_path / language / "LC_MESSAGES" / "infopoint.po"
        path.parent.mkdir(parents=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def test_slovene_has_a_dual(tmp_path: Path) -> None:
    say = Phrases.load(_folder(tmp_path, CATALOG)).into("sl")

    written = [say.ngettext("%(number)s office", "%(number)s offices", n) % {"number": n} for n in (1, 2, 3, 5, 101)]

    assert written == ["1 urad", "2 urada", "3 uradi", "5 uradov", "101 urad"]


def test_an_unknown_language_speaks_the_first(tmp_path: Path) -> None:
    phrases = Phrases.load(_folder(tmp_path, CATALOG))

    assert phrases.into("xx") is phrases.into("sl")


def test_a_missing_catalog_is_named(tmp_path: Path) -> None:
    with pytest.raises(PhrasesError, match=r"infopoint\.po"):
        Phrases.load(tmp_path)


def test_a_broken_catalog_is_named(tmp_path: Path) -> None:
    with pytest.raises(PhrasesError, match=r"infopoint\.po"):
        Phrases.load(_folder(tmp_path, "msgid no quotes\n"))
