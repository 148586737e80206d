"""What is said when a draft has to be decided about before something can be saved into it."""

from __future__ import annotations

from gettext import NullTranslations


def undecided(say: NullTranslations) -> str:
    """Return in words why nothing was saved (`bot.editing.drafting.Undecided`); the page leads to the draft besides."""
    nothing = say.gettext("Nothing has been saved yet.")
    choose = say.gettext(
        "These places were changed by this draft and by an edition that was published meanwhile. Choose for each what is to hold."
    )
    return f"{nothing} {choose}"
