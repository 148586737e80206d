"""Whether what stands around it answers: Telegram, the mail server, and the program itself."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import aiosmtplib
import httpx

from bot.addresses import smtp_server
from bot.doctor.findings import Finding, look, ok, wrong
from bot.settings import Settings

#: Seconds that each has to answer.
PATIENCE = 5.0

#: For how long an error that Telegram met at the webhook is of now, and how many updates may wait there.
_OF_NOW, _MANY = timedelta(hours=1), 100


async def mail(settings: Settings) -> Finding:
    """Try to sign in to the mail server; nothing is sent."""
    url = settings.smtp_url.get_secret_value()
    if not url:
        return look("mail", "No mail server is set: staff are not told by e-mail of who waits.", "See INFOPOINT_SMTP_URL.")
    server = smtp_server(url)
    client = aiosmtplib.SMTP(
        hostname=server.host,
        port=server.port,
        username=server.user,
        password=server.password,
        use_tls=server.encrypted is True,
        start_tls=True if server.encrypted is False else None,
        local_hostname=socket.gethostname(),
        timeout=PATIENCE,
    )
    try:
        async with client:
            return ok("mail", f"{server.host} takes our letters.")
    except aiosmtplib.SMTPAuthenticationError:
        return wrong("mail", f"{server.host} does not take this user and password.", "See INFOPOINT_SMTP_URL.")
    except (aiosmtplib.SMTPException, OSError, ValueError) as error:
        return wrong("mail", f"{server.host}:{server.port} cannot be used ({type(error).__name__}).", "See INFOPOINT_SMTP_URL.")


async def telegram(settings: Settings, now: datetime) -> AsyncIterator[Finding]:
    """Yield how it is with the bot, with its webhook, and with the staff's group."""
    if not settings.telegram_token.get_secret_value():
        yield ok("telegram", "There is no bot.")
        return
    from bot.channels.telegram import client  # noqa: PLC0415 - a second of imports, for those who use it

    client.quiet()
    raw = client.RawApi(settings)
    try:
        me = await raw.call("getMe", {}, timeout=PATIENCE)
        hook = await raw.call("getWebhookInfo", {}, timeout=PATIENCE)
    except client.Trouble as trouble:
        if trouble.wrong_token:
            yield wrong("telegram", "Telegram does not know this token.", "Ask @BotFather, and see INFOPOINT_TELEGRAM_TOKEN.")
        else:
            yield wrong(
                "telegram", f"Telegram cannot be reached ({trouble.detail}).", "See INFOPOINT_TELEGRAM_API_URL and the network."
            )
        return
    else:
        yield ok("telegram", f"The bot is @{me.get('username')}.")
        for finding in _webhook(settings, hook, now):
            yield finding
        if settings.telegram_staff_group:
            yield await _group(settings, raw)
    finally:
        await raw.close()


async def program(settings: Settings, newest: int) -> AsyncIterator[Finding]:
    """Yield what the program that runs here tells of itself; ``newest`` is the newest edition, 0 for none."""
    host = "127.0.0.1" if settings.host in ("0.0.0.0", "::", "") else settings.host  # noqa: S104 - compared, not bound
    address = f"http://[{host}]:{settings.port}" if ":" in host else f"http://{host}:{settings.port}"
    try:
        async with httpx.AsyncClient(timeout=PATIENCE) as browser:
            told = (await browser.get(f"{address}/health", headers={"accept": "application/json"})).json()
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, OSError):
        told = None
    if not isinstance(told, Mapping) or "edition" not in told:
        yield look("program", f"It does not run at {address}.", "Start `infopoint run`.")
        return
    edition = told.get("edition")
    if isinstance(edition, int) and edition < newest:
        yield wrong(
            "stale edition",
            f"Edition {edition} answers, {newest} is the newest.",
            "It follows within a minute; else see its log.",
        )
    else:
        yield ok("program", f"It runs at {address}, with edition {edition}.")
    if told.get("strength") != "full":
        yield look("strength", "It does not understand at its full strength.", "See the encoder and learning above, and /health.")
    for amiss in told.get("degraded") or ():
        yield look("health", f"{amiss}.", "")


def _webhook(settings: Settings, hook: Any, now: datetime) -> list[Finding]:  # noqa: ANN401 - Telegram's own
    from bot.channels.telegram.parse import UPDATES  # noqa: PLC0415 - as above
    from bot.channels.telegram.webhook import PATH  # noqa: PLC0415 - as above

    told: Mapping[str, Any] = hook if isinstance(hook, Mapping) else {}
    wanted, found = (settings.public_url + PATH if settings.public_url else ""), str(told.get("url", ""))
    if not wanted:
        if found:
            return [
                wrong(
                    "webhook",
                    "Telegram sends the bot's messages to another address.",
                    "Set INFOPOINT_PUBLIC_URL, or delete the webhook there.",
                )
            ]
        return [ok("webhook", "None: the program asks for messages.")]
    if not found:
        return [wrong("webhook", "It is not set.", "`infopoint run` sets it when Telegram can be reached.")]
    if found != wanted:
        return [
            wrong(
                "webhook", f"It is set elsewhere than at {wanted}.", "Does another installation use this bot? Give each its own."
            )
        ]
    findings = []
    failed = told.get("last_error_date")
    if isinstance(failed, int) and now - datetime.fromtimestamp(failed, UTC) < _OF_NOW:
        findings.append(
            wrong(
                "webhook",
                f"Telegram could not deliver: {told.get('last_error_message')}.",
                "Can INFOPOINT_PUBLIC_URL be reached?",
            )
        )
    waiting = told.get("pending_update_count")
    if isinstance(waiting, int) and waiting > _MANY:
        findings.append(look("webhook", f"{waiting} messages wait at Telegram.", "Can INFOPOINT_PUBLIC_URL be reached?"))
    allowed = told.get("allowed_updates")
    if isinstance(allowed, list) and not set(UPDATES) <= set(allowed):
        findings.append(look("webhook", "It does not bring all that is wanted.", "`infopoint run` sets it anew."))
    return findings or [ok("webhook", f"It is set at {wanted}.")]


async def _group(settings: Settings, raw: Any) -> Finding:  # noqa: ANN401 - the client, whose import takes a second
    from bot.channels.telegram import client  # noqa: PLC0415 - as above
    from bot.channels.telegram.group import TelegramTopics  # noqa: PLC0415 - as above
    from bot.channels.topics import TopicFailure  # noqa: PLC0415 - as above

    caller = client.caller(settings, limited=False)
    try:
        await TelegramTopics(caller, raw, int(settings.telegram_staff_group), client.bot_id(settings)).look()
    except TopicFailure as failure:
        do = "The bot is to be an admin there that may manage topics and delete messages."
        return wrong("staff group", f"It cannot be used ({failure.detail}).", do)
    finally:
        await caller.request.shutdown()
    return ok("staff group", "The bot may do what it has to.")
