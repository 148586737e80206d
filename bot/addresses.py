"""Addresses of other machines, as an operator writes them, and what they say about the way there."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network
from urllib.parse import unquote, urlsplit

#: Addresses that no router of the internet carries: this machine, private and link-local networks.
_PRIVATE = tuple(
    map(
        ip_network,
        ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "::1", "fc00::/7", "fe80::/10"),
    )
)
#: Ends of names that only a local network can resolve (RFC 6761, 6762 and 8375, and ICANN's reserved one).
_PRIVATE_NAMES = (".localhost", ".local", ".home.arpa", ".internal")
#: An address as the envelope of a mail takes it; what is stranger than that is not worth its trouble.
_MAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*")
#: Hosts in small letters, those of other scripts as xn--; nothing that has a meaning in a header gets through.
_ORIGIN = re.compile(r"(?:https://[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?|http://(?:localhost|127\.0\.0\.1))(?::[1-9][0-9]{0,4})?")
#: As RFC 5321 allows.
_LONGEST_MAIL = 254


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """A mail server. ``encrypted``: from the first byte (True), by STARTTLS (False), or None: by STARTTLS if it offers that."""

    host: str
    port: int
    user: str | None
    password: str | None = field(repr=False)
    encrypted: bool | None


def smtp_server(url: str) -> SmtpServer:
    """Return the server that ``url`` names; only in a private network it need not encrypt. Raises `ValueError`."""
    try:
        address = urlsplit(url)
        host, port = address.hostname, address.port
    except ValueError:
        raise ValueError("is no address") from None
    if address.scheme not in ("smtp", "smtps") or not host or port == 0:
        raise ValueError("begins with smtp:// or smtps:// and names a host")
    if address.path.strip("/") or address.query or address.fragment:
        raise ValueError("has more than a user, a password, a host and a port; write other characters of those as %40 and so on")
    user, password = (None if part is None else unquote(part) for part in (address.username, address.password))
    if (user is None) != (password is None):
        raise ValueError("has a user without a password, or a password without a user")
    if address.scheme == "smtps":
        return SmtpServer(host, port or 465, user, password, encrypted=True)
    return SmtpServer(host, port or 587, user, password, encrypted=None if is_private(host) else False)


def is_mail_address(text: str) -> bool:
    """Tell whether ``text`` is a plain address of a mailbox."""
    return len(text) <= _LONGEST_MAIL and _MAIL.fullmatch(text) is not None


def is_origin(text: str) -> bool:
    """Tell whether ``text`` is the origin of web pages: https, a host and perhaps a port; plain http on this machine alone."""
    return _ORIGIN.fullmatch(text) is not None


def is_private(host: str) -> bool:
    """Tell whether ``host`` is this machine or one of a private network, by what it is called; nothing is looked up.

    A name without a dot is one of the local network. It begins with a letter: "134744072" is an address, and a public one.
    """
    try:
        address = ip_address(host)
    except ValueError:
        return host[0].isalpha() and ("." not in host or host.endswith(_PRIVATE_NAMES))
    return any(address in network for network in _PRIVATE)
