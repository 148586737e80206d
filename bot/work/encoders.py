"""Which encoder gives evidence from meaning: our own, none, or one behind an endpoint. The one place where it is loaded."""

from __future__ import annotations

import os

from bot.matching import e5
from bot.matching.embedder import Embedder
from bot.settings import Settings, read
from bot.work.endpoint import FIRST_SECONDS, Endpoint, RemoteEmbedder

#: "e5", "none", or where another one is.
Encoder = str | Endpoint

_ADDRESS, _MODEL, _KEY = "INFOPOINT_ENCODER", "INFOPOINT_ENCODER_MODEL", "INFOPOINT_ENCODER_KEY"


def chosen(settings: Settings) -> Encoder:
    """Return the encoder that ``settings`` name."""
    if settings.encoder in ("e5", "none"):
        return settings.encoder
    return Endpoint(settings.encoder, settings.encoder_model, settings.encoder_key.get_secret_value())


def load(encoder: Encoder, seconds: float = FIRST_SECONDS) -> Embedder | None:
    """Return ``encoder`` ready for use; None for "none", and for "e5" on a processor that cannot run it.

    Raises `EmbedderError` when an endpoint does not answer within ``seconds``, and ValueError for an unknown name.
    """
    if isinstance(encoder, str):
        return e5.load(encoder)
    remote = RemoteEmbedder(encoder)
    try:
        remote.find(seconds)
    except BaseException:
        remote.close()
        raise
    return remote


def for_another_process(encoder: Encoder) -> dict[str, str]:
    """Return the environment of a process that is to use ``encoder``: the key stands on no command line and in no file."""
    others = {name: value for name, value in os.environ.items() if not name.startswith(_ADDRESS)}
    if isinstance(encoder, str):
        return others | {_ADDRESS: encoder}
    return others | {_ADDRESS: encoder.address, _MODEL: encoder.model, _KEY: encoder.key}


def of_this_process() -> Encoder:
    """Return the encoder that `for_another_process` told this one. Raises `bot.settings.SettingsError`."""
    return chosen(read({name: os.environ[name] for name in (_ADDRESS, _MODEL, _KEY) if name in os.environ}))
