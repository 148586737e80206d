"""Browsers that somebody has signed in from before: what strangers do to a name does not lock these out.

After a whole sign-in the browser gets a cookie that only the server can have made for this member and this password (OWASP, "Slow
down online guessing attacks with device cookies"). Wrong passwords from such a browser are counted by themselves, so that who
knows a name and guesses elsewhere locks out other strangers alone. The cookie opens nothing, and is over with the password.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

from starlette.requests import Request
from starlette.responses import Response

from bot.model.staff import Member

COOKIE = "infopoint_known"
#: Sent to the one page that looks at it.
_PATH = "/desk/signin"
_HALF_A_YEAR = 180 * 24 * 3600
_NONCE = 16


def remember(response: Response, member: Member, *, https: bool) -> None:
    """Let ``response`` tell the browser by what it is known."""
    nonce = secrets.token_urlsafe(_NONCE)
    value = f"{nonce}.{_mac(member, nonce)}"
    response.set_cookie(COOKIE, value, max_age=_HALF_A_YEAR, path=_PATH, secure=https, httponly=True, samesite="strict")


def subject(request: Request, member: Member | None) -> str | None:
    """Return what the failures of this browser count as when it is known to be one of ``member``'s, else None."""
    nonce, _, mac = request.cookies.get(COOKIE, "").partition(".")
    if member is None or not mac or not hmac.compare_digest(mac.encode(), _mac(member, nonce).encode()):
        return None
    return f"known:{hashlib.sha256(nonce.encode()).hexdigest()}"


def _mac(member: Member, nonce: str) -> str:
    # The hash of the password is a secret of the server, and another one with each new password.
    return hmac.new(member.password_hash.encode(), f"{member.id}|{nonce}".encode(), hashlib.sha256).hexdigest()
