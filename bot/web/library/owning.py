"""Giving a topic to somebody who looks after it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.editing import layout
from bot.editing.drafting import Drafting
from bot.model.staff import Action, Member
from bot.store import audit, owners, staff
from bot.store.database import Database
from bot.web.inside import Inside
from bot.web.sessions import Me

PATH = "/desk/library/owner"
_ELSEWHERE = "/desk/tasks"
#: Longer addresses are none of ours.
_LONGEST = 300


class Owning:
    """Takes the form: ``topic``, ``owner`` (the id of a member, empty for everybody's) and ``back``, where it leads then."""

    def __init__(self, db: Database, inside: Inside, drafting: Drafting, now: Callable[[], datetime]) -> None:
        self._db = db
        self._inside = inside
        self._drafting = drafting
        self._now = now

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            Route(PATH, self._inside.posted(self._entrust, _again, _ELSEWHERE, Action.EDIT), methods=["POST"]),
            Route(PATH, self._inside.shown(_astray, Action.EDIT), methods=["GET"]),
        ]

    async def _entrust(self, _: Request, me: Me, form: Mapping[str, str]) -> Response:
        topic, wanted = form.get("topic", ""), form.get("owner", "")
        work = await self._drafting.at_hand(me.member)
        if layout.topic(topic) not in work.tree:
            raise HTTPException(404)
        now = self._now()
        async with self._db.write() as tx:
            owner = await staff.get(tx, wanted) if wanted else None
            if wanted and (owner is None or not owner.may(Action.EDIT)):
                raise HTTPException(404)
            await owners.entrust(tx, topic, None if owner is None else owner.id)
            await audit.put(tx, me.name, "entrust-topic", topic, now, to="" if owner is None else owner.name)
        return RedirectResponse(way_back(form) or _ELSEWHERE, status_code=303)


def editors(everyone: Iterable[Member]) -> dict[str, str]:
    """Return the names of those who can look after a topic, by id."""
    return {member.id: member.name for member in everyone if member.may(Action.EDIT)}


def way_back(form: Mapping[str, str]) -> str:
    """Return the page of the desk that a form leads back to; empty when it names none, or one elsewhere."""
    back = form.get("back", "")
    ours = back.startswith("/desk/") and back.isascii() and back.isprintable() and len(back) <= _LONGEST
    return back if ours and "\\" not in back and "//" not in back else ""


async def _again(_: Request, __: Me, ___: Mapping[str, str], ____: str) -> Response:
    """Refuse it: there is nothing typed that could be lost."""
    raise HTTPException(403)


async def _astray(_: Request, __: Me) -> Response:
    return RedirectResponse(_ELSEWHERE, status_code=303)
