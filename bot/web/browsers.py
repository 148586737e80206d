"""What kind of browser somebody has, as coarsely as it helps them to know their own sessions apart."""

from __future__ import annotations

from gettext import NullTranslations

#: The first of each that is found. Edge and Opera call themselves Chrome too, Chrome calls itself Safari.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)
_SEPARATOR = "|"


def label(user_agent: str) -> str:
    """Return what is kept of what a browser says of itself, such as ``Firefox|Android``; a part that is not known is empty."""
    return _SEPARATOR.join(next((name for sign, name in known if sign in user_agent), "") for known in (_BROWSERS, _SYSTEMS))


def named(kept: str, say: NullTranslations) -> str:
    """Return in words what `label` kept."""
    browser, _, system = kept.partition(_SEPARATOR)
    if browser and system:
        return say.gettext("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or say.gettext("A browser that is not known")
