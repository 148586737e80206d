"""What can be seen on this machine alone: settings that do not go together, files that others may read, room, and backups."""

from __future__ import annotations

import re
import shutil
import stat
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from bot.addresses import is_private
from bot.backups.taking import of_folder
from bot.doctor.findings import Finding, look, ok, wrong
from bot.opening import sqlite_file
from bot.settings import Settings
from bot.store import keyfile
from bot.store.errors import StoreError
from bot.store.sealing import Keyring

#: The fewest characters of a token that nobody guesses.
_LONG = 16

#: Free bytes under which the disk is nearly full, and under which it is as good as full.
_LITTLE, _NOTHING = 1_000_000_000, 200_000_000

#: How old the newest backup may be.
_DAY = timedelta(days=1)

#: What Telegram takes as a webhook's secret (https://core.telegram.org/bots/api#setwebhook).
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")


def of_settings(settings: Settings) -> Iterator[Finding]:
    """Yield what can be told from the settings alone."""
    yield _address(settings)
    token = settings.metrics_token.get_secret_value()
    if token and len(token) < _LONG:
        yield wrong(
            "metrics",
            "The token for /metrics is short enough to be guessed.",
            "Set INFOPOINT_METRICS_TOKEN to 32 random characters.",
        )
    else:
        yield ok("metrics", "/metrics asks for its token." if token else "Nobody reads /metrics: no token is set.")
    secret = settings.telegram_webhook_secret.get_secret_value()
    if secret and not _SECRET.fullmatch(secret):
        yield wrong(
            "webhook", "Telegram does not take this secret.", "Leave INFOPOINT_TELEGRAM_WEBHOOK_SECRET empty: one is derived."
        )
    if settings.encoder not in ("e5", "none"):
        yield look(
            "encoder",
            "What residents write is sent to another server.",
            "Make sure that its operator may read it, or unset INFOPOINT_ENCODER.",
        )


def of_keys(settings: Settings) -> Iterator[Finding]:
    """Yield how it is with the keys that seal what residents wrote, as far as can be seen without the database."""
    given = settings.sealing_keys.get_secret_value()
    try:
        ring = Keyring.parse(given) if given else keyfile.read(settings.key_file)
    except StoreError as error:
        yield wrong("keys", str(error).rstrip(".") + ".", "See `infopoint keys --help`.")
        return
    if ring is None:
        yield look(
            "keys",
            f"There is no key file {settings.key_file} yet.",
            "The first start makes it; keep a copy apart from the backups.",
        )
        return
    yield ok("keys", f"There are {len(ring.ids)}: {', '.join(ring.ids)}.")


def of_disk(settings: Settings) -> Iterator[Finding]:
    """Yield how much room there is for a database that is a file here, and whether others may read it."""
    path = sqlite_file(settings)
    if path is None:
        return
    folder = path.parent
    if not folder.is_dir():
        yield look("disk", f"There is no folder {folder} yet.", "The first start makes it.")
        return
    free = shutil.disk_usage(folder).free
    room = f"{free / 1e9:.1f} GB are free at {folder}."
    if free < _NOTHING:
        yield wrong("disk", room, "Make room at once: messages cannot be kept on a full disk.")
    elif free < _LITTLE:
        yield look("disk", room, "Make room soon.")
    else:
        yield ok("disk", room)
    if path.is_file() and stat.S_IMODE(path.stat().st_mode) & (stat.S_IRWXG | stat.S_IRWXO):
        yield wrong("file", f"Others on this machine may use {path}.", f"Make it yours alone: chmod 600 {path}*")


def of_backups(settings: Settings, folder: Path | None, now: datetime) -> Iterator[Finding]:
    """Yield how old the newest backup is, and whether the key lies beside it."""
    if folder is None:
        yield look("backups", "They were not looked at.", "Name their folder: --backups FOLDER")
        return
    if not folder.is_dir():
        yield wrong("backups", f"There is no folder {folder}.", f"Make it, and let `infopoint backup {folder}` run every night.")
        return
    found = sorted(manifest.made_at for _, manifest in of_folder(folder))
    if not found or found[-1] < now - _DAY:
        age = "There is none." if not found else f"The newest is of {found[-1]:%Y-%m-%d %H:%M} UTC."
        yield wrong("backups", age, f"Let `infopoint backup {folder}` run every night.")
    else:
        yield ok("backups", f"{len(found)}, the newest of {found[-1]:%Y-%m-%d %H:%M} UTC.")
    if found and found[0] < now - timedelta(days=settings.keep_backups) - _DAY:
        yield wrong(
            "old backups",
            f"There is one of {found[0]:%Y-%m-%d}, older than residents are told.",
            "`infopoint backup FOLDER` deletes such ones.",
        )
    if settings.key_file.resolve().is_relative_to(folder.resolve()):
        yield wrong(
            "key and backups", "The key file lies with the backups: who finds one has the other.", "Keep its copy elsewhere."
        )


def _address(settings: Settings) -> Finding:
    url, local = settings.public_url, is_private(settings.host) or settings.host == "localhost"
    if url.startswith("http://"):
        return wrong(
            "address",
            "Residents reach it without https: anybody on the way reads what they write.",
            "Set up https, and INFOPOINT_PUBLIC_URL with it.",
        )
    if url:
        return ok("address", f"Residents reach it at {url}.")
    if local:
        return look(
            "address", "Nobody outside can reach it.", "Set INFOPOINT_PUBLIC_URL once a proxy with https stands before it."
        )
    return wrong(
        "address", "It listens for everybody, without https.", "Put a proxy with https before it and set INFOPOINT_PUBLIC_URL."
    )
