"""The page that tells what a format cannot carry, before its file is given out."""

from __future__ import annotations

from gettext import NullTranslations

from starlette.requests import Request
from starlette.responses import Response

from bot.editing.items import Item, Kind
from bot.editing.trees import Tree
from bot.language.phrases import Phrases
from bot.web.inside import Inside
from bot.web.library import naming
from bot.web.library.formats import Written
from bot.web.sessions import Me

_TAB = "/desk/exchange"
#: How many lines are shown.
_SHOWN = 500


async def left_out(inside: Inside, phrases: Phrases, tree: Tree, request: Request, me: Me, made: Written) -> Response:
    """Show what is not in a file that was asked for, with the way to the file itself."""
    say = phrases.into(me.language)
    return await inside.page(
        me,
        "lib_leftout.html",
        made.name,
        tab=_TAB,
        address=f"{request.url.path}?{request.url.include_query_params(told='1').query}",
        remarks=[
            (_name(tree, each.node, me.language, say), say.gettext(each.template) % each.values) for each in made.remarks[:_SHOWN]
        ],
        untold=max(0, len(made.remarks) - _SHOWN),
    )


def _name(tree: Tree, node: str, language: str, say: NullTranslations) -> str:
    """Return what an editor calls an answer; what is none is called as it is."""
    item = Item(Kind.ANSWER, node)
    return naming.item_name(tree, item, language, say) if "/" in node else node
