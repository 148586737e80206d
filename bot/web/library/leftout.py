"""The page that tells what a format cannot carry, before its file is given out."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from bot.language.phrases import Phrases
from bot.web.inside import Inside
from bot.web.library.formats import Written
from bot.web.sessions import Me

_TAB = "/desk/exchange"
#: How many lines are shown.
_SHOWN = 500


async def left_out(inside: Inside, phrases: Phrases, request: Request, me: Me, made: Written) -> Response:
    """Show what is not in a file that was asked for, with the way to the file itself."""
    say = phrases.into(me.language)
    return await inside.page(
        me,
        "lib_leftout.html",
        made.name,
        tab=_TAB,
        address=f"{request.url.path}?{request.url.include_query_params(told='1').query}",
        remarks=[(each, say.gettext(each.template) % each.values) for each in made.remarks[:_SHOWN]],
        untold=max(0, len(made.remarks) - _SHOWN),
    )
