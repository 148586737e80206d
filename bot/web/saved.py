"""The pages on which saved replies are kept: written once, in all languages, with fields that are filled in when used."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.language.phrases import Phrases
from bot.model.library import LANGUAGES
from bot.model.staff import Action
from bot.store import audit, replies
from bot.store.database import Database
from bot.store.replies import Draft, SavedReply
from bot.web import forms
from bot.web.inside import Inside
from bot.web.replyform import ReplyForm, drafted, point_name, problems_of
from bot.web.savedtexts import SavedTexts, may_keep
from bot.web.sessions import Me

_ID = re.compile(r"[0-9a-f]{32}")
_PREVIEW = "preview"
PATH = "/desk/replies"


class SavedReplies:
    """The list of saved replies, and the page of one."""

    def __init__(self, db: Database, phrases: Phrases, inside: Inside, saved: SavedTexts, now: Callable[[], datetime]) -> None:
        self._db = db
        self._phrases = phrases
        self._inside = inside
        self._saved = saved
        self._now = now
        self._form = ReplyForm(inside, phrases)

    def routes(self) -> list[Route]:
        """Return the routes."""
        one, keep, shown = f"{PATH}/{{reply_id}}", Action.KEEP_REPLIES, self._inside.shown
        posts = {f"{PATH}/new": self._make, one: self._change, f"{one}/delete": self._delete}
        return [
            Route(PATH, shown(self._list, Action.USE_REPLIES), methods=["GET"]),
            Route(f"{PATH}/new", shown(self._blank, keep), methods=["GET"]),
            Route(one, shown(self._open, keep), methods=["GET"]),
            Route(f"{one}/delete", shown(self._ask, keep), methods=["GET"]),
            *(
                Route(path, self._inside.posted(post, self._again, PATH, keep, keeps=True), methods=["POST"])
                for path, post in posts.items()
            ),
        ]

    async def _list(self, request: Request, me: Me) -> Response:
        saved = await self._saved.read()
        shown = [reply for reply in saved.replies if me.member.serves(reply.draft.point)]
        return await self._inside.page(
            me,
            "replies.html",
            self._phrases.into(me.language).gettext("Saved replies"),
            replies=shown,
            may_write={reply.id for reply in shown if may_keep(me.member, reply.draft.point)},
            points={reply.draft.point: point_name(saved, reply.draft.point, me.language) for reply in shown},
            lacking={reply.id: [each for each in LANGUAGES if not reply.draft.texts.get(each)] for reply in shown},
            done=request.query_params.get("done", ""),
        )

    async def _blank(self, _: Request, me: Me) -> Response:
        own = me.member.points
        point = next(iter(sorted(own)), None) if own is not None else None
        return await self._form.show(me, Draft("", point), await self._saved.read())

    async def _open(self, request: Request, me: Me) -> Response:
        reply = await self._find(request, me)
        return await self._form.show(me, reply.draft, await self._saved.read(), reply=reply, previewed=True)

    async def _make(self, _: Request, me: Me, fields: Mapping[str, str]) -> Response:
        draft, saved = drafted(fields), await self._saved.read()
        problems = problems_of(draft, me, saved, self._phrases.into(me.language))
        if problems:
            return await self._form.show(me, draft, saved, problems=problems, status=422)
        if fields.get("do") == _PREVIEW:
            return await self._form.show(me, draft, saved, previewed=True)
        async with self._db.write() as tx:
            await replies.make(tx, draft, me.name, self._now())
            await audit.put(tx, me.name, "reply-made", draft.name, self._now(), point=draft.point)
        return RedirectResponse(f"{PATH}?done=saved", status_code=303)

    async def _change(self, request: Request, me: Me, fields: Mapping[str, str]) -> Response:
        draft, saved, version = drafted(fields), await self._saved.read(), forms.number(fields, "version")
        reply = await self._kept(request, me)
        if reply is None:
            return await self._form.show(me, draft, saved, gone=True, status=409)
        problems = problems_of(draft, me, saved, self._phrases.into(me.language))
        if problems:
            return await self._form.show(me, draft, saved, reply=reply, version=version, problems=problems, status=422)
        if fields.get("do") == _PREVIEW:
            return await self._form.show(me, draft, saved, reply=reply, version=version, previewed=True)
        async with self._db.write() as tx:
            done = await replies.change(tx, reply.id, version, draft, me.name, self._now())
            if done:
                await audit.put(tx, me.name, "reply-changed", draft.name, self._now(), point=draft.point)
        if done:
            return RedirectResponse(f"{PATH}?done=saved", status_code=303)
        theirs = await self._kept(request, me)
        return await self._form.show(me, draft, saved, reply=theirs, theirs=theirs, gone=theirs is None, status=409)

    async def _ask(self, request: Request, me: Me) -> Response:
        return await self._sure(me, await self._find(request, me))

    async def _delete(self, request: Request, me: Me, fields: Mapping[str, str]) -> Response:
        reply = await self._find(request, me)
        async with self._db.write() as tx:
            done = await replies.remove(tx, reply.id, forms.number(fields, "version"))
            if done:
                await audit.put(tx, me.name, "reply-deleted", reply.draft.name, self._now(), point=reply.draft.point)
        if not done:
            return await self._sure(me, await self._find(request, me), changed=True, status=409)
        return RedirectResponse(f"{PATH}?done=deleted", status_code=303)

    async def _again(self, request: Request, me: Me, fields: Mapping[str, str], problem: str) -> Response:
        """Show a form of another session again: what was typed, or the question whether to delete."""
        if request.url.path.endswith("/delete"):
            return await self._sure(me, await self._find(request, me), problem=problem, status=403)
        reply = await self._kept(request, me) if "reply_id" in request.path_params else None
        version = reply.version if reply is not None else None
        saved = await self._saved.read()
        return await self._form.show(me, drafted(fields), saved, reply=reply, version=version, problem=problem, status=403)

    async def _sure(self, me: Me, reply: SavedReply, *, problem: str = "", changed: bool = False, status: int = 200) -> Response:
        name = self._phrases.into(me.language).gettext("Delete a reply")
        values = {"reply": reply, "changed": changed, "problem": problem}
        return await self._inside.page(me, "reply_delete.html", name, status=status, **values)

    async def _find(self, request: Request, me: Me) -> SavedReply:
        """Return the reply of an address; 404 for none, and for one that they may not write."""
        reply = await self._kept(request, me)
        if reply is None:
            raise HTTPException(404)
        return reply

    async def _kept(self, request: Request, me: Me) -> SavedReply | None:
        """Return the reply of an address, None when it is there no more; 404 for one that they may not write."""
        reply_id = request.path_params["reply_id"]
        if not _ID.fullmatch(reply_id):
            raise HTTPException(404)
        async with self._db.read() as tx:
            reply = await replies.get(tx, reply_id)
        if reply is not None and not may_keep(me.member, reply.draft.point):
            raise HTTPException(404)
        return reply
