"""All settings, read once from ``INFOPOINT_*`` variables into one frozen object.

A secret may also stand in a file named by ``INFOPOINT_<NAME>_FILE``. A variable that begins with ``INFOPOINT_`` and is no
setting is refused: it is a misspelt one.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, ValidationInfo, field_validator

from bot.addresses import is_mail_address, is_origin, is_private, smtp_server

PREFIX = "INFOPOINT_"
_HERE = Path(__file__).resolve().parent

#: 32 bytes in base 64.
_SEALING_KEY = re.compile(r"[A-Za-z0-9_-]{43}=?")


def shipped(name: str) -> Path:
    """Return the folder ``knowledge`` or ``locales`` that came with the program: the checkout's, or the wheel's own."""
    checkout = _HERE.parent / name
    return checkout if checkout.is_dir() else _HERE / f"_{name}"


class SettingsError(Exception):
    """A setting is wrong; the message names each one and says what it takes."""


class Settings(BaseModel):
    """Everything an operator can set. Each field's description is its manual."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: str = Field("127.0.0.1", description="Address that the web server listens on.")
    port: int = Field(8080, ge=0, le=65535, description="Port that the web server listens on; 0 takes a free one.")
    database_url: SecretStr = Field(
        SecretStr("sqlite:///data/infopoint.db"),
        description="Where everything is kept: sqlite:///path or postgresql://user:password@host/name.",
    )
    public_url: str = Field(
        "", description="The https address under which residents reach this server; with it Telegram uses a webhook."
    )
    telegram_token: SecretStr = Field(SecretStr(""), description="The bot's token from BotFather; empty means no Telegram.")
    telegram_api_url: str = Field("https://api.telegram.org", description="Address of the Bot API server, without /bot.")
    telegram_webhook_secret: SecretStr = Field(
        SecretStr(""),
        description="Secret that Telegram sends with each webhook call; empty means one is derived from the token.",
    )
    telegram_staff_group: str = Field(
        "",
        description="Number of the staff's group on Telegram, which has topics and the bot as its admin: -100 and more digits.",
    )
    knowledge: Path = Field(default_factory=lambda: shipped("knowledge"), description="Folder of the knowledge files.")
    max_wrong: float = Field(
        0.02,
        gt=0,
        le=0.5,
        description="Share of wrong answers that is accepted; lower means more choices and more persons.",
    )
    encoder: str = Field(
        "e5",
        description="What gives evidence from meaning: e5, none for words only, or the address of an OpenAI-compatible "
        "endpoint (https://host/v1), which then reads what residents write.",
    )
    encoder_model: str = Field(
        "", max_length=200, validate_default=True, description="The model that the encoder's endpoint is asked for."
    )
    encoder_key: SecretStr = Field(SecretStr(""), description="The key that the encoder's endpoint wants, if any.")
    smtp_url: SecretStr = Field(
        SecretStr(""),
        description="The mail server by which staff are told of waiting cases: smtp://user:password@host:587, encrypted by "
        "STARTTLS, or smtps://user:password@host:465; empty means no e-mail.",
    )
    mail_from: str = Field("", validate_default=True, description="The address from which staff are written to.")
    tell_after: float = Field(
        5,
        ge=0,
        le=1440,
        description="Minutes that a case waits before those on duty are told of it; of a crisis they are told at once.",
    )
    deputy_after: float = Field(
        30, ge=0, le=10080, validate_default=True, description="Minutes that a case waits before their deputies are told of it."
    )
    admin_after: float = Field(
        120, ge=0, le=10080, validate_default=True, description="Minutes that a case waits before the admins are told of it."
    )
    four_eyes: str = Field(
        "",
        pattern=r"^$|^all$|^[a-z0-9-]+( ?, ?[a-z0-9-]+)*$",
        description="What nobody may publish who has worked on it: all, or what the residents of some info points are told, "
        "given by their ids with commas between; words for crises never.",
    )
    open_data: bool = Field(
        default=False,
        description="Whether everybody may read how many questions came, by month, with small counts hidden: yes or no.",
    )
    sealing_keys: SecretStr = Field(
        SecretStr(""),
        description="Keys that seal what residents wrote in the database, the newest first, with commas between; empty "
        "means those in the key file.",
    )
    key_file: Path = Field(
        Path("data/infopoint.key"),
        description="File with the keys that seal what residents wrote; made at the first start. Keep a copy of it apart "
        "from the backups: without it nobody can read them.",
    )
    keep_conversations: int = Field(
        30, ge=1, le=3650, description="Days that a conversation is kept after its last word, or after its last case was closed."
    )
    keep_figures: int = Field(
        366, ge=31, le=3660, description="Days that questions without persons, figures of cases and suggestions are kept."
    )
    keep_backups: int = Field(
        30, ge=1, le=3650, description="Days that backups are kept; residents who have everything deleted are told."
    )
    metrics_token: SecretStr = Field(
        SecretStr(""), description="What a Prometheus server must show (as a bearer token) to read /metrics; empty: nobody may."
    )
    work_port: int = Field(
        0,
        ge=0,
        le=65535,
        description="Port at which a process of `infopoint work` tells /ready, /health and /metrics of itself; 0: none.",
    )
    embed_in: str = Field(
        "",
        description="Origins of web pages that may show the residents' chat within them (https://www.example.org), with commas "
        "between; empty: none may.",
    )
    enforcement_body: str = Field(
        "",
        max_length=500,
        description="The body that looks after the accessibility of public websites in your country, with its address: the "
        "accessibility statement names it.",
    )
    log_level: str = Field("INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$", description="How much is logged.")
    workers: int = Field(1, ge=1, le=64, description="How many conversations one process works on at the same time.")

    unanswered_after: int = Field(
        60,
        ge=1,
        le=10_000,
        description="Minutes of opening time after which a case that somebody has and does not answer goes back into the line.",
    )
    silent_after: int = Field(
        14, ge=1, le=365, description="Days after which a case is closed whose resident says nothing to the last word of staff."
    )

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: SecretStr) -> SecretStr:
        if not value.get_secret_value().startswith(("sqlite:///", "postgresql://")):
            raise ValueError("begins with sqlite:/// or postgresql://")
        return value

    @field_validator("sealing_keys")
    @classmethod
    def _known_keys(cls, value: SecretStr) -> SecretStr:
        for key in filter(None, value.get_secret_value().replace("\n", ",").split(",")):
            if not _SEALING_KEY.fullmatch(key.strip()):
                raise ValueError("holds something else than keys, which `infopoint keys new --print` prints")
        return value

    @field_validator("public_url", "telegram_api_url")
    @classmethod
    def _whole_address(cls, value: str) -> str:
        if value and not value.startswith(("https://", "http://")):
            raise ValueError("begins with https://")
        return value.rstrip("/")

    @field_validator("telegram_staff_group")
    @classmethod
    def _known_group(cls, value: str, info: ValidationInfo) -> str:
        # Only a supergroup can have topics, and the numbers of those begin so.
        if value and not (value.startswith("-100") and value[1:].isascii() and value[1:].isdecimal()):
            raise ValueError("is the number of a supergroup, which begins with -100")
        if value and not info.data.get("telegram_token", SecretStr("")).get_secret_value():
            raise ValueError("takes a bot: INFOPOINT_TELEGRAM_TOKEN is not set")
        return value

    @field_validator("encoder")
    @classmethod
    def _known_encoder(cls, value: str) -> str:
        if value in ("e5", "none"):
            return value
        if not value.startswith(("https://", "http://")):
            raise ValueError("is e5, none or the address of an endpoint, which begins with https://")
        try:
            address = urlsplit(value)
            host, port = address.hostname, address.port
        except ValueError:
            host, port = None, None
        if not host or port == 0 or not value.isascii() or not value.isprintable() or " " in value:
            raise ValueError("is no address")
        if address.username is not None or address.query or address.fragment:
            raise ValueError("has more than a host, a port and a path; a key belongs into INFOPOINT_ENCODER_KEY")
        if address.scheme == "http" and not is_private(host):
            raise ValueError("sends what residents write to a public host: that takes https://")
        return value.rstrip("/")

    @field_validator("encoder_model")
    @classmethod
    def _named_model(cls, value: str, info: ValidationInfo) -> str:
        if not value and info.data.get("encoder", "e5") not in ("e5", "none"):
            raise ValueError("is needed with an encoder behind an address")
        if not value.isprintable():
            raise ValueError("has characters that cannot be read")
        return value

    @field_validator("encoder_key")
    @classmethod
    def _sendable_key(cls, value: SecretStr) -> SecretStr:
        key = value.get_secret_value()
        if not key.isascii() or not key.isprintable():
            raise ValueError("has characters that no key has")
        return value

    @field_validator("smtp_url")
    @classmethod
    def _known_server(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value():
            smtp_server(value.get_secret_value())
        return value

    @field_validator("mail_from")
    @classmethod
    def _named_sender(cls, value: str, info: ValidationInfo) -> str:
        if not value and info.data.get("smtp_url", SecretStr("")).get_secret_value():
            raise ValueError("is needed with a mail server")
        if value and not is_mail_address(value):
            raise ValueError("is no address such as desk@example.org")
        return value

    @field_validator("embed_in")
    @classmethod
    def _known_origins(cls, value: str, info: ValidationInfo) -> str:
        # They go into a header as they stand, so nothing but an origin gets through.
        origins = [each.strip().lower() for each in value.split(",") if each.strip()]
        if not all(map(is_origin, origins)):
            raise ValueError("takes origins such as https://www.example.org, without a path, with commas between")
        if any(each.startswith("https:") for each in origins) and not info.data.get("public_url", "").startswith("https:"):
            raise ValueError("needs INFOPOINT_PUBLIC_URL with https://: a page under https shows no other in itself")
        return ",".join(origins)

    @field_validator("deputy_after", "admin_after")
    @classmethod
    def _in_order(cls, value: float, info: ValidationInfo) -> float:
        before = "tell_after" if info.field_name == "deputy_after" else "deputy_after"
        if value < info.data.get(before, 0):
            raise ValueError(f"is earlier than {PREFIX}{before.upper()}")
        return value

    @property
    def origins(self) -> tuple[str, ...]:
        """The origins of ``embed_in``."""
        return tuple(filter(None, self.embed_in.split(",")))

    @property
    def encoder_host(self) -> str:
        """The host that reads what residents write, to find its meaning; empty where that happens on this machine."""
        return "" if self.encoder in ("e5", "none") else urlsplit(self.encoder).hostname or ""


def read(environment: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from ``environment`` (the process's own when None).

    Raises `SettingsError` with one line for each wrong or unknown setting.
    """
    given = os.environ if environment is None else environment
    values: dict[str, Any] = {}
    problems: list[str] = []
    for name, text in given.items():
        if not name.startswith(PREFIX) or not text:
            continue
        field = name.removeprefix(PREFIX).lower()
        if field in Settings.model_fields:
            values[field] = text
        elif field.removesuffix("_file") in SECRETS and field.endswith("_file"):
            try:
                values[field.removesuffix("_file")] = Path(text).read_text(encoding="utf-8").strip()
            except OSError as error:
                problems.append(f"{name}: the file cannot be read: {error.strerror}")
            except UnicodeDecodeError:
                problems.append(f"{name}: the file is not text in UTF-8")
        else:
            problems.append(f"{name}: there is no such setting; `infopoint settings` lists them")
    try:
        settings = Settings(**values)
    except ValidationError as error:
        faults = error.errors(include_input=False, include_url=False)
        problems.extend(f"{PREFIX}{str(fault['loc'][0]).upper()}: {fault['msg']}" for fault in faults)
    if problems:
        raise SettingsError("\n".join(problems))
    return settings


#: Settings whose value is never shown.
SECRETS = frozenset(name for name, field in Settings.model_fields.items() if field.annotation is SecretStr)


def described(settings: Settings) -> Iterator[str]:
    """Yield for each setting its name with its present value, then what it means; a secret is only told to be set or not."""
    for name, field in Settings.model_fields.items():
        value = getattr(settings, name)
        shown = ("(set, hidden)" if value.get_secret_value() else "(not set)") if name in SECRETS else value
        yield f"{PREFIX}{name.upper()}={shown}"
        yield f"    {field.description}"
