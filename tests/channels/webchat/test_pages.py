from datetime import UTC, datetime
from pathlib import Path

from markupsafe import Markup

from bot.channels.webchat.pages import Bubble, Pages, Reader
from bot.language.phrases import Phrases
from bot.model.message import Author

FIVE = datetime(2026, 11, 22, 4, 27, tzinfo=UTC)


def test_a_message_in_another_language_shows_the_time_of_the_readers_country() -> None:
    pages = Pages(Phrases.load(Path(__file__).parents[3] / "locales"), lambda: FIVE)
    reader = Reader("bg", None, "bg", known=True)

    shown = [pages.message(Bubble(1, Author.BOT, language, Markup("<p></p>"), FIVE), reader) for language in ("bg", "hr")]

    assert all(">6:27" in each for each in shown)
    assert [f'lang="{language}"' in each for language, each in zip(("bg", "hr"), shown, strict=True)] == [True, True]
