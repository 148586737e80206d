"""The command ``infopoint embed``: what a page of another site holds to show the residents' chat in a frame."""

from __future__ import annotations

import html

import click

from bot.model.library import LANGUAGES
from bot.refusing import Refusal, settings
from bot.settings import Settings, shipped

#: The frame is as high as a chat on a phone; the page around it may say otherwise. It is loaded when it comes into view, so that
#: who never scrolls there is not known to us at all.
_FRAME = '<iframe src="{address}" title="{title}" lang="{language}" loading="lazy" width="400" height="640"></iframe>'


@click.command()
@click.option("--language", type=click.Choice(LANGUAGES), help="Only for a page in this language.")
def embed(language: str | None) -> None:
    """Print what a page of another site must hold to show the residents' chat in itself, for each language.

    The sites that may do so are named by INFOPOINT_EMBED_IN; browsers refuse it to all others.
    """
    now = settings()
    if not now.origins:
        raise Refusal(
            "No other site may show the chat: name those that may in INFOPOINT_EMBED_IN, such as https://www.example.org"
        )
    click.echo(f"Pages of {', '.join(now.origins)} may hold, wherever the chat is to stand:")
    for each in LANGUAGES if language is None else [language]:
        click.echo(f"\n{frame(now, each)}")


def frame(now: Settings, language: str) -> str:
    """Return the element that shows the chat in ``language``, its title in the same."""
    from bot.channels.webchat.visitor import FRAMED  # noqa: PLC0415 - `infopoint --help` need not load the whole program
    from bot.language.phrases import Phrases  # noqa: PLC0415 - as above

    base = now.public_url or f"http://{now.host}:{now.port}"
    title = Phrases.load(shipped("locales")).into(language).gettext("Conversation with the information point")
    return _FRAME.format(address=html.escape(f"{base}{FRAMED}?lang={language}"), title=html.escape(title), language=language)
