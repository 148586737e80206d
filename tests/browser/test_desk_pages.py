"""Every page of the desk on a small phone, in each language: readable for everybody, no wider than the phone, and translated."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from gettext import GNUTranslations
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from bot import clock
from bot.language.phrases import Phrases
from bot.model.staff import Role
from bot.settings import shipped
from bot.store import replies, suggestions
from bot.store.replies import Draft
from bot.store.suggestions import Suggested
from bot.web import totp
from tests.support.browser import Visit, faults, scrolls_sideways
from tests.support.desk import PASSWORD, SECRET, House, desk_at
from tests.support.serving import Serving

pytestmark = pytest.mark.browser

PHONE = {"width": 320, "height": 640}
CATALOGS = Phrases.load(shipped("locales"))
QUESTION = "zgubil sem službo"
#: The pages that have an address of their own and need nothing more.
PAGES = [
    *("/desk", "/desk?view=mine", "/desk?view=later", "/desk/search", "/desk/code", "/desk/account", "/desk/second-factor"),
    *("/desk/replies", "/desk/replies/new", "/desk/hours", "/desk/hours/ptuj", "/desk/hours/dalgopol", "/desk/roster"),
    *("/desk/roster/new", "/desk/suggestions", "/desk/people", "/desk/audit", "/desk/nothing", "/desk/card/food-help/bg"),
]
#: What a page shows to the eye and says to a screen reader, piece by piece.
_PIECES = """() => {
  const pieces = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
  while (walk.nextNode()) {
    const node = walk.currentNode;
    if (node.nodeType === Node.TEXT_NODE) {
      if (!node.parentElement.closest("script, style, noscript, textarea, .said, blockquote")) pieces.push(node.data);
    } else {
      for (const { name, value } of node.attributes) {
        if (/^(aria-label|title|alt|placeholder|data-.+)$/.test(name)) pieces.push(value);
      }
    }
  }
  return pieces.concat(document.title.split(" · "));
}"""


async def furnish(house: House) -> None:
    """Let an admin and a colleague work where somebody waits, somebody is in a crisis, and there is something of everything."""
    vida = await house.hire("vida", Role.ADMIN)
    await house.hire("ana", points=["ptuj"])
    await house.write(f"{QUESTION} sem s Ptuja")
    await house.write("rad bi govoril s človekom")
    await house.write("Pokličite me", press="callback:")
    await house.write("041 234 567")
    await house.write("ubil se bom", "second")
    now = clock.now()
    async with house.db.write() as tx:
        await replies.make(tx, Draft("Pozdrav", None, {"sl": "Dober dan, tukaj {point}. Kličite {phone}."}), vida.name, now)
        await suggestions.put(tx, Suggested("kje dobim drva", "Na občini.", language="sl"), "ana", now)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Serving]:
    """A desk that speaks by the catalogs that are shipped."""
    serving = Serving(desk_at(tmp_path, furnish, phrases=CATALOGS))
    yield serving
    serving.stop()


@dataclass(frozen=True, slots=True)
class English:
    """What would be English on a page in another language: the sentences of our catalog whose translation is another."""

    sentences: re.Pattern[str]
    translations: frozenset[str]

    @classmethod
    def for_readers_of(cls, language: str) -> English:
        """Return what readers of ``language`` are not to meet."""
        speaker = CATALOGS.into(language)
        assert isinstance(speaker, GNUTranslations)
        catalog: dict[str | tuple[str, int], str] = speaker._catalog  # type: ignore[attr-defined]
        told = {key[0] if isinstance(key, tuple) else key: text for key, text in catalog.items()}
        plain = {key.rpartition("\x04")[2]: text for key, text in told.items() if key}
        wanted = [_as_shown(key) for key, text in plain.items() if text != key and re.search(r"[A-Za-z]{2}", _without_names(key))]
        return cls(re.compile("|".join(wanted)), frozenset(catalog.values()))

    def among(self, pieces: list[str]) -> list[str]:
        """Return the English among ``pieces``; a word that is one of the other language too is none."""
        said = [" ".join(piece.split()) for piece in pieces]
        return sorted({piece for piece in said if piece not in self.translations and self.sentences.fullmatch(piece)})


def _without_names(sentence: str) -> str:
    return re.sub(r"%\(\w+\)[sd]", "", sentence)


def _as_shown(sentence: str) -> str:
    """Return a pattern of what a sentence looks like with its names put in; one that is names alone matches nothing."""
    parts = re.split(r"%\(\w+\)[sd]", " ".join(sentence.split()))
    return ".+?".join(re.escape(part.replace("%%", "%")) for part in parts)


Check = Callable[[Page], None]


def checked(page: Page, english: English) -> None:
    """Look at a page as it is now."""
    page.wait_for_load_state()
    where = page.url
    assert faults(page) == [], where
    assert not scrolls_sideways(page), where
    assert english.among(page.evaluate(_PIECES)) == [], where


def sign_in(page: Page, check: Check) -> None:
    """Sign in as the admin, by both steps."""
    check(page)
    page.locator("#name").fill("vida")
    page.locator("#password").fill(PASSWORD)
    page.locator("main form button").click()
    page.locator("#code").fill("000000")
    page.locator("main form button").first.click()
    expect(page.locator("#problem")).to_be_visible()
    check(page)
    page.locator("#code").fill(totp.code_at(SECRET, clock.now()))
    page.locator("main form button").first.click()
    expect(page.locator("#line")).to_be_visible()


def unfold(page: Page) -> None:
    """Open all that is folded."""
    page.evaluate("for (const each of document.querySelectorAll('main details')) each.open = true")


def refused(page: Page, server: Serving, check: Check) -> None:
    """Send forms that cannot be done as they are, or that show something new."""
    page.goto(f"{server.url}/desk/code")
    page.locator("#code").fill("QQ7QQQ")
    page.locator("main form button").click()
    expect(page.locator("#problem")).to_be_visible()
    check(page)
    page.goto(f"{server.url}/desk/hours/ptuj")
    page.locator("[name=preview]").click()
    expect(page.locator("main p.notice").first).to_be_visible()
    check(page)
    page.goto(f"{server.url}/desk/roster/new")
    page.locator("main form button").first.click()
    expect(page.locator("#problem")).to_be_visible()
    check(page)
    page.goto(f"{server.url}/desk/search")
    page.locator("#query").fill("hrana")
    page.locator("main form button").click()
    expect(page.locator("#found")).to_be_visible()
    unfold(page)
    check(page)
    page.goto(f"{server.url}/desk/people")
    page.locator("#invite-name").fill("cene")
    page.locator("main form[action$='/invite'] input[name=everywhere]").check()
    page.locator("main form[action$='/invite'] button").click()
    link = page.locator("#link").input_value()
    check(page)
    page.goto(f"{server.url}{link[link.index('/desk') :]}")
    expect(page.locator("#password")).to_be_visible()
    check(page)


def worked_on(page: Page, server: Serving, check: Check) -> None:
    """Take a case, answer it, close it, open it again, and print its card."""
    page.goto(f"{server.url}/desk")
    page.get_by_role("listitem").filter(has_text=QUESTION).get_by_role("link").click()
    expect(page.locator("#claim")).to_be_visible()
    check(page)
    page.locator("#claim").click()
    page.locator("#text").fill("Dober dan")
    page.locator("[data-send]").click()
    expect(page.locator("article.staff")).to_be_visible()
    unfold(page)
    check(page)
    page.locator("[formaction$='/guard']").click()
    expect(page.locator("[formaction$='/open-up']")).to_be_visible()
    check(page)
    page.locator("details.close summary").click()
    page.locator("[formaction$='/close']").click()
    expect(page.locator("[formaction$='/reopen']")).to_be_visible()
    check(page)
    page.goto(page.url.partition("#")[0] + "/card")
    check(page)


@pytest.mark.parametrize(("locale", "scheme"), [("sl-SI", "light"), ("it-IT", "dark"), ("hr-HR", "light"), ("bg-BG", "dark")])
def test_every_page_can_be_read_by_everybody_on_a_small_phone_in_their_language(
    visit: Visit, server: Serving, locale: str, scheme: str
) -> None:
    english = English.for_readers_of(locale[:2])
    page = visit(f"{server.url}/desk", locale=locale, color_scheme=scheme, viewport=PHONE)
    page.on("dialog", lambda dialog: dialog.accept())

    def check(page: Page) -> None:
        checked(page, english)

    sign_in(page, check)
    page.locator(".menu summary").click()
    check(page)
    for address in PAGES:
        page.goto(f"{server.url}{address}")
        unfold(page)
        check(page)
    refused(page, server, check)
    worked_on(page, server, check)


def test_the_first_case_of_the_line_is_on_the_first_screen_of_a_phone(visit: Visit, server: Serving) -> None:
    page = visit(f"{server.url}/desk", viewport=PHONE)
    sign_in(page, lambda _: None)
    expect(page.locator("#line li .asked").first).to_be_in_viewport(ratio=1)


def test_who_comes_from_the_line_to_a_case_sees_the_last_words_and_the_field_for_the_reply(visit: Visit, server: Serving) -> None:
    page = visit(f"{server.url}/desk", viewport=PHONE)
    sign_in(page, lambda _: None)
    page.get_by_role("listitem").filter(has_text=QUESTION).get_by_role("link").click()
    expect(page.locator("#claim")).to_be_in_viewport()
    page.locator("#claim").click()
    for each in ("#text", "[data-send]", "article >> nth=-1"):
        expect(page.locator(each)).to_be_in_viewport()


def test_enter_in_a_field_sends_nothing_to_the_resident_without_a_script_either(visit: Visit, server: Serving) -> None:
    page = visit(f"{server.url}/desk", viewport=PHONE, java_script_enabled=False)
    sign_in(page, lambda _: None)
    page.get_by_role("listitem").filter(has_text=QUESTION).get_by_role("link").click()
    page.locator("#claim").click()
    page.locator("#text").fill("Dober dan")
    page.wait_for_load_state()  # which leads to the reply, and takes the focus along
    page.locator(".searching summary").click()
    page.locator("#query").fill("hrana")
    page.keyboard.press("Enter")
    expect(page.locator("#answers-found .found")).to_be_focused()
    expect(page.locator("#text")).to_have_value("Dober dan")
    expect(page.locator("article.staff")).to_have_count(0)
