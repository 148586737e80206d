"""Codes of a second factor (TOTP, RFC 6238), as the apps on phones make them, and the picture that such an app reads."""

from __future__ import annotations

import hmac
import io
from datetime import datetime

import pyotp
import segno
from markupsafe import Markup

from bot.clock import CODE_ALPHABET, new_code

#: What apps take to be given: six digits, a new code every thirty seconds.
_DIGITS, _SECONDS = 6, 30
#: So many steps may the clock of a phone be wrong, either way (RFC 6238 advises one).
_DRIFT = 1
#: 32^12 of them: nobody finds one of ten by trying five in a quarter of an hour.
_RECOVERY_CODES, _RECOVERY_LENGTH, _GROUP = 10, 12, 4


def new_secret() -> str:
    """Return a new secret of 160 bits, as RFC 4226 advises, in base 32."""
    return pyotp.random_base32()


def steps(secret: str, typed: str, now: datetime) -> list[int]:
    """Return the time steps around ``now`` whose code somebody typed; none when it is no such code."""
    code = "".join(typed.split())
    if len(code) != _DIGITS or not (code.isascii() and code.isdecimal()):
        return []
    totp, present = pyotp.TOTP(secret), int(now.timestamp()) // _SECONDS
    near = range(present - _DRIFT, present + _DRIFT + 1)
    return [step for step in near if hmac.compare_digest(totp.generate_otp(step), code)]


def code_at(secret: str, moment: datetime) -> str:
    """Return the code that a phone shows at ``moment``."""
    return pyotp.TOTP(secret).generate_otp(int(moment.timestamp()) // _SECONDS)


def picture(secret: str, name: str, issuer: str) -> Markup:
    """Return the picture (QR, inline SVG) by which an app takes ``secret`` for ``name`` at ``issuer``."""
    address = pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=issuer)
    drawn = io.BytesIO()
    # Black on white in dark pages too: many apps read nothing else.
    segno.make_qr(address, error="m").save(drawn, kind="svg", scale=5, xmldecl=False, svgns=False, light="#fff", dark="#000")
    return Markup(drawn.getvalue().decode())  # noqa: S704 - the library draws squares; the address is in none of its text


def groups(text: str) -> list[str]:
    """Return a secret or a code in groups of four, as it is read and typed."""
    return [text[start : start + _GROUP] for start in range(0, len(text), _GROUP)]


def new_recovery_codes() -> list[str]:
    """Return new codes for the day on which the phone is lost."""
    return ["-".join(groups(new_code(_RECOVERY_LENGTH))) for _ in range(_RECOVERY_CODES)]


def is_like_recovery(typed: str) -> bool:
    """Tell whether somebody typed something of the shape of a recovery code."""
    return sum(letter in CODE_ALPHABET for letter in typed.upper()) == _RECOVERY_LENGTH
