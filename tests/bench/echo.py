"""A bare python-telegram-bot program that says what it was told: ``python -m tests.bench.echo URL TOKEN [uvloop]``.

Its updates come by polling, as the program's do, and it does with them the least that is any use.
"""

from __future__ import annotations

import asyncio
import sys

from telegram import Update
from telegram.ext import Application, CallbackQueryHandler, ContextTypes, MessageHandler, filters


async def _echo(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    assert update.message is not None
    await context.bot.send_message(update.message.chat_id, update.message.text or "?")


async def _pressed(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    query = update.callback_query
    assert query is not None
    await query.answer()
    await context.bot.send_message(query.from_user.id, query.data or "?")


def main(url: str, token: str, *, fast: bool = False) -> None:
    """Echo until ended."""
    if fast:
        import uvloop

        asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())
    application = Application.builder().token(token).base_url(f"{url}/bot").build()
    application.add_handler(MessageHandler(filters.TEXT, _echo))
    application.add_handler(CallbackQueryHandler(_pressed))
    application.run_polling(timeout=8)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], fast="uvloop" in sys.argv[3:])
