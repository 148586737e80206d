"""The file with the keys that seal what residents wrote: the newest first, one a line, read by its owner alone."""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Collection, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path

from bot.store.errors import StoreError
from bot.store.sealing import Keyring, WrongKey, new_key, written

_HEADING = "# The keys of infopoint, the newest first. Keep a copy apart from the backups, and show it to nobody.\n"
#: Begins the line with the ids of keys that are gone. They tell nothing of the keys.
_GONE = "# Gone:"

#: What nobody but the owner may do with the file.
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class KeyFileError(StoreError):
    """The key file cannot be used; the message says why, and holds no key."""


def read(path: Path) -> Keyring | None:
    """Return the keys in the file, None when there is no file. Raises `KeyFileError`, also for a file that others may read."""
    try:
        with path.open(encoding="ascii") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            lines = file.read().splitlines()
    except FileNotFoundError:
        return None
    except UnicodeDecodeError:
        raise KeyFileError(f"The key file {path} holds something else than keys.") from None
    except OSError as error:
        raise KeyFileError(f"The key file {path} cannot be read: {error.strerror}.") from None
    if mode & _OTHERS:
        raise KeyFileError(f"The key file {path} can be used by others: make it yours alone with `chmod 600 {path}`.")
    try:
        ring = Keyring.parse("\n".join(line for line in lines if not line.startswith("#")))
    except WrongKey as error:
        raise KeyFileError(f"The key file {path} cannot be used: {error}.") from None
    gone = (line.removeprefix(_GONE).split() for line in lines if line.startswith(_GONE))
    return replace(ring, former=frozenset(chain.from_iterable(gone)))


def make(path: Path) -> Keyring:
    """Make the file with a first key and return that; when another process was faster, return what it made.

    Raises `KeyFileError`.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        ready = _beside(path, [new_key()])
        try:
            os.link(ready, path)  # whole, or not at all, and never over another one
        except FileExistsError:
            pass
        finally:
            ready.unlink()
        _settle(path.parent)
    except OSError as error:
        raise KeyFileError(f"The key file {path} cannot be made: {error.strerror}.") from None
    found = read(path)
    if found is None:
        raise KeyFileError(f"The key file {path} was taken away just now.")
    return found


def write(path: Path, keys: Sequence[bytes], former: Collection[str] = ()) -> Keyring:
    """Put other keys into the file, the newest first, at one go, and the ids of the ``former`` ones. Raises `KeyFileError`."""
    try:
        _beside(path, keys, former).replace(path)
        _settle(path.parent)
    except OSError as error:
        raise KeyFileError(f"The key file {path} cannot be written: {error.strerror}.") from None
    return Keyring(tuple(keys), frozenset(former))


def _beside(path: Path, keys: Sequence[bytes], former: Collection[str] = ()) -> Path:
    """Write keys to a new file beside ``path`` that survives a power cut, and return where it is."""
    aside = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    file = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(file, "w", encoding="ascii") as opened:
        gone = f"{_GONE} {' '.join(sorted(former))}\n" if former else ""
        opened.write(_HEADING + gone + "".join(f"{each}\n" for each in written(keys)))
        opened.flush()
        os.fsync(opened.fileno())
    return aside


def _settle(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
