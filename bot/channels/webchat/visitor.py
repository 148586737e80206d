"""Who is at the page: a random cookie that comes with the first message, and the language to speak."""

from __future__ import annotations

import hashlib
import re
import secrets
from base64 import urlsafe_b64encode

from starlette.requests import HTTPConnection
from starlette.responses import Response

from bot.model.library import LANGUAGES

COOKIE = "infopoint_chat"
#: Where the same pages stand for the frames of other sites, and the cookie of those: a conversation in a frame is another one
#: than that on our own page, so that no page around it can lead anybody's hand in what they said elsewhere.
FRAMED, FRAMED_COOKIE = "/embedded", "infopoint_embedded"

#: 32 random bytes in URL-safe base 64.
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
_IN_FRAMES = "HttpOnly; Secure; SameSite=None; Partitioned"
#: Languages whose readers are better served by one of ours than by the first.
_KIN = {"bs": "hr", "sr": "hr", "sh": "hr", "mk": "bg", "fur": "it"}


def new_token() -> str:
    """Return 32 random bytes as 43 characters."""
    return secrets.token_urlsafe(32)


def is_token(text: str) -> bool:
    """Tell whether ``text`` has the form of `new_token`."""
    return _TOKEN.fullmatch(text) is not None


def is_framed(path: str) -> bool:
    """Tell whether a path is one of those that other sites may show in a frame, where the operator lets them."""
    return path == FRAMED or path.startswith(f"{FRAMED}/")


def root_of(connection: HTTPConnection) -> str:
    """Return what stands before the paths of the pages that a request belongs to: nothing, or ``FRAMED``."""
    return FRAMED if is_framed(connection.scope["path"]) else ""


def cookie_of(connection: HTTPConnection) -> str | None:
    """Return the resident's cookie; None when there is none, or one that we did not write."""
    cookie = connection.cookies.get(FRAMED_COOKIE if root_of(connection) else COOKIE, "")
    return cookie if is_token(cookie) else None


def first_cookie(form_id: str) -> str:
    """Return the cookie for a first message.

    It follows from the form's one-time id, so that a form sent twice before the first answer arrives is one resident. The
    id is known to the browser alone: neither it nor the cookie is stored (see `address_of` and `message_id`).
    """
    return urlsafe_b64encode(hashlib.sha256(f"cookie {form_id}".encode()).digest()).decode().rstrip("=")


def address_of(cookie: str) -> str:
    """Return the resident's address: what is stored gives nobody the cookie."""
    return hashlib.sha256(cookie.encode()).hexdigest()


def leaving(address: str) -> str:
    """Return the name that rings when a browser is led away from its conversation, for its other open pages."""
    return f"left:{address}"


def message_id(address: str, form_id: str, said: str) -> str:
    """Return what makes a message one message: the same words from the same form of the same resident.

    The words belong to it: after "back" a browser shows the old form again, and another text in it is another message.
    """
    return hashlib.sha256(f"{address} {form_id} {said}".encode()).hexdigest()


def give(response: Response, cookie: str, *, https: bool, root: str = "") -> None:
    """Set the cookie until the browser closes; no script can read it and no other site can send it with a form.

    In a frame (``root``) the browser keeps it for the site around the frame alone (CHIPS), so that it follows nobody about.
    """
    if root:  # written by hand: the standard library does not know the last attribute yet
        response.headers.append("set-cookie", f"{FRAMED_COOKIE}={cookie}; Path={root}; {_IN_FRAMES}")
    else:
        response.set_cookie(COOKIE, cookie, path="/", secure=https, httponly=True, samesite="lax")


def take(response: Response, *, https: bool, root: str = "") -> None:
    """Take the cookie back, as it was given: from then on this browser leads to no conversation."""
    if root:
        response.headers.append("set-cookie", f"{FRAMED_COOKIE}=; Max-Age=0; Path={root}; {_IN_FRAMES}")
    else:
        response.delete_cookie(COOKIE, path="/", secure=https, httponly=True, samesite="lax")


def chosen_language(connection: HTTPConnection) -> str | None:
    """Return the language that the resident picked at the top of the page."""
    asked = connection.query_params.get("lang", "")
    return asked if asked in LANGUAGES else None


def browser_language(connection: HTTPConnection) -> str | None:
    """Return the browser's most wanted language that is ours or close to ours."""
    ranked: list[tuple[float, str]] = []
    for part in connection.headers.get("accept-language", "").split(","):
        tag, _, rest = part.strip().lower().partition(";")
        code = tag.split("-")[0]
        language = _KIN.get(code, code)
        if language in LANGUAGES:
            ranked.append((_quality(rest), language))
    # max() keeps the first of equals, as the browser lists them.
    return max(ranked, key=lambda pair: pair[0])[1] if ranked else None


def _quality(parameters: str) -> float:
    try:
        return float(parameters.strip().removeprefix("q=") or 1)
    except ValueError:
        return 0.0
