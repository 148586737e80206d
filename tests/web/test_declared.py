"""The record of processing and the impact assessment tell what is true of this installation, in every language."""

from __future__ import annotations

from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest

from bot.language.phrases import Phrases
from bot.model.library import LANGUAGES
from bot.model.staff import Role
from bot.settings import read, shipped
from bot.store.purposes import Activity
from bot.store.register import KEPT
from bot.web.declared.assessment import assessment
from bot.web.declared.document import Blanks, Document, Grid, Points, Text
from bot.web.declared.installation import Installation, days, lasting
from bot.web.declared.pages import ASSESSMENT, RECORD, Make, as_file
from bot.web.declared.record import record
from tests.support.desk import house
from tests.support.phrases import english

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
BARE: dict[str, str] = {}
FULL = {
    "INFOPOINT_TELEGRAM_TOKEN": "1:token-that-is-secret",
    "INFOPOINT_TELEGRAM_STAFF_GROUP": "-1001234567890",
    "INFOPOINT_ENCODER": "https://encoder.example.org/v1",
    "INFOPOINT_ENCODER_MODEL": "a-model",
    "INFOPOINT_ENCODER_KEY": "key-that-is-secret",
    "INFOPOINT_SMTP_URL": "smtp://user:password-that-is-secret@mail.example.org:587",
    "INFOPOINT_MAIL_FROM": "desk@example.org",
    "INFOPOINT_DATABASE_URL": "postgresql://user:password-that-is-secret@db.example.org/name",
    "INFOPOINT_PUBLIC_URL": "https://info.example.org",
    "INFOPOINT_OPEN_DATA": "yes",
    "INFOPOINT_KEEP_CONVERSATIONS": "17",
    "INFOPOINT_KEEP_FIGURES": "117",
    "INFOPOINT_KEEP_BACKUPS": "71",
}
#: Elements that have no end.
_VOID = frozenset({"meta", "link", "br", "hr", "img", "input"})


class _Page(HTMLParser):
    """Holds elements to their ends, collects the text, and what stands in a language or has an id."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.pointed: list[str] = []
        self.asked: list[str] = []
        self.language = ""
        self.words: list[str] = []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element."""
        given = dict(attrs)
        if tag == "html":
            self.language = given.get("lang") or ""
        self.ids += [given["id"] or ""] if "id" in given else []
        self.pointed += [given["aria-labelledby"] or ""] if "aria-labelledby" in given else []
        self.asked += [given[name] or "" for name in ("src", "href") if name in given]
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close the one that is open."""
        assert self.open
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Collect what is read."""
        if "style" not in self.open:
            self.words.append(data)

    @property
    def text(self) -> str:
        """What is read, each space once."""
        return " ".join(" ".join(self.words).split())


def _page(make: Make, settings: dict[str, str], language: str = "sl", *, translated: bool = False) -> _Page:
    phrases = Phrases.load(shipped("locales")) if translated else english()
    return _Page(as_file(make, read(settings), phrases, language, NOW))


def _strings(document: Document) -> list[str]:
    """Return every text of a document."""
    told = [document.title, document.note]
    for section in document.sections:
        told.append(section.title)
        for part in section.parts:
            match part:
                case Text(text):
                    told.append(text)
                case Points(points):
                    told += points
                case Blanks(labels):
                    told += labels
                case Grid(_, columns, rows):
                    told += [*columns, *(cell for row in rows for cell in row if cell is not None)]
    return told


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("make", [record, assessment])
@pytest.mark.parametrize("settings", [BARE, FULL])
def test_each_is_a_whole_page_of_its_own_in_each_language(make: Make, settings: dict[str, str], language: str) -> None:
    page = _page(make, settings, language, translated=True)

    assert page.language == language
    assert len(page.ids) == len(set(page.ids))
    assert set(page.pointed) <= set(page.ids)
    assert page.asked == []  # it asks for nothing else, so that it can be kept and sent


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_record_tells_of_every_table_for_how_long_it_is_kept(language: str) -> None:
    installation, say = Installation(read(FULL)), Phrases.load(shipped("locales")).into(language)
    text = _page(record, FULL, language, translated=True).text
    for keeping in KEPT:
        assert f"[{keeping.table.name}]" in text
        for sentence in lasting(keeping, installation.periods, say):
            assert " ".join(sentence.split()) in text, keeping.table.name
    for count in (17, 117, 71, 730, 90, 30):
        assert days(count, say) in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_assessment_tells_of_every_table_with_persons_and_of_the_periods_that_are_set(language: str) -> None:
    say = Phrases.load(shipped("locales")).into(language)
    text = _page(assessment, FULL, language, translated=True).text

    assert all(f"[{each.table.name}]" in text for each in KEPT if each.activity is not Activity.OPERATION)
    assert all(days(count, say) in text for count in (17, 117, 71))


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_is_configured_to_receive_something_is_named_and_nobody_else(language: str) -> None:
    hosts = ("encoder.example.org", "mail.example.org", "db.example.org", "Telegram")
    full, bare = (_page(record, settings, language, translated=True).text for settings in (FULL, BARE))
    received = bare.rpartition(" 9. ")[2]  # from the recipients on; what a table is for is told in any case

    assert all(host in full for host in hosts)
    assert not any(host in bare for host in hosts[:3])
    assert "Telegram" not in received


def test_no_secret_is_told() -> None:
    told = [as_file(make, read(FULL), english(), "sl", NOW) for make in (record, assessment)]

    assert not any("secret" in page.replace("the secret of the second step", "") for page in told)


def test_only_measures_that_are_true_here_are_told() -> None:
    full, bare = _page(record, FULL).text, _page(record, BARE).text

    assert "over an encrypted connection (https)" in full
    assert "over an encrypted connection (https)" not in bare
    assert "is understood on this machine" in bare
    assert "is understood on this machine" not in full


def test_the_columns_that_are_encrypted_are_named() -> None:
    text = _page(record, BARE).text
    for keeping in KEPT:
        if keeping.sealed:
            assert f"encrypted: {', '.join(keeping.sealed)}" in text


def test_a_group_of_staff_takes_its_topics_along() -> None:
    assert "until the topic in the group is deleted, at once after its case" in _page(record, FULL).text
    assert "until the topic in the group is deleted, at once after its case" not in _page(record, BARE).text


def test_whether_a_flow_of_data_is_in_use_follows_from_the_settings() -> None:
    def used(settings: dict[str, str]) -> dict[str, str]:
        document = assessment(Installation(read(settings)), english().into("sl"), "sl", NOW.date())
        [section] = [each for each in document.sections if each.title == "Where data flows"]
        [grid] = [part for part in section.parts if isinstance(part, Grid)]
        return {str(row[0]): str(row[2]) for row in grid.rows}

    assert set(used(FULL).values()) == {"yes"}
    assert [way for way, is_used in used(BARE).items() if is_used == "yes"] == [
        "Browser of the resident - this program",
        "This program - browsers of staff",
        "Database - backups",
        "Conversations - editors and figures",
    ]


def test_the_assessment_holds_what_the_article_asks_for_and_leaves_the_judgement_to_the_controller() -> None:
    document = assessment(Installation(read(BARE)), english().into("sl"), "sl", NOW.date())
    text = " ".join(_strings(document))
    [risks] = [part for each in document.sections if each.title == "Risks to residents" for part in each.parts]

    assert isinstance(risks, Grid)
    assert all(row[0] and row[1] and list(row[2:]) == [None, None, None] for row in risks.rows)
    for needed in ("article 35", "AI Act", "/mydata", "/forget", "Children", "masking", "violence", "Not masked are names"):
        assert needed in text


async def test_admins_find_both_at_the_desk_and_others_find_nothing_there(tmp_path: Path) -> None:
    async with house(tmp_path) as opened:
        await opened.hire("ana")
        await opened.hire("cilka", Role.ADMIN)
        admin, staff = await opened.signed_in("cilka"), await opened.signed_in("ana")
        pages = [await admin.get(at) for at in (RECORD, ASSESSMENT)]
        italian = await admin.get(RECORD, params={"lang": "it"})
        refused = [(await staff.get(at)).status_code for at in (RECORD, ASSESSMENT)]

    assert [page.status_code for page in pages] == [200, 200]
    assert all(f"[{keeping.table.name}]" in pages[0].text for keeping in KEPT)
    assert all(RECORD in page.text and ASSESSMENT in page.text for page in pages)
    assert '<article class="declared" lang="it">' in italian.text
    assert f'href="{RECORD}?lang=it" lang="it" hreflang="it" aria-current="true"' in italian.text
    assert refused == [404, 404]
