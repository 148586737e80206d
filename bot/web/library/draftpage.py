"""The page of a draft: everything that it changes, what keeps it back, and the button that publishes it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from markupsafe import Markup
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.editing import differences, trees
from bot.editing.drafting import Drafting, ItemMoved, NoDraft, Work
from bot.editing.items import Item, Spot, item_at
from bot.editing.problems import Severity
from bot.editing.publishing import LONGEST_NOTE, Publishing, PublishRefusal, Ready, SecondEyes
from bot.language.phrases import Phrases
from bot.language.text import clean
from bot.model.staff import Action
from bot.store import drafts
from bot.store.database import Database
from bot.store.drafts import Draft, DraftMoved, State
from bot.threads import in_thread
from bot.web import forms
from bot.web.inside import Inside
from bot.web.library.differences import ITEMS_ON_A_PAGE, Reader
from bot.web.library.drafts import PATH, DraftList, draft_id, late
from bot.web.library.publishwords import hint, moved, reasons, refused
from bot.web.sessions import Me

#: Shows what a trial found, as a part of the page.
Panel = Callable[[Me, Work], Awaitable[Markup]]

_NO_FORM: Mapping[str, str] = MappingProxyType({})


class DraftPage:
    """Shows a draft, and takes what is decided about it."""

    def __init__(
        self,
        db: Database,
        phrases: Phrases,
        inside: Inside,
        drafting: Drafting,
        publishing: Publishing,
        drafts_page: DraftList,
        panel: Panel,
        now: Callable[[], datetime],
    ) -> None:
        self._db, self._phrases, self._inside, self._drafting = db, phrases, inside, drafting
        self._publishing, self._list, self._panel, self._now = publishing, drafts_page, panel, now

    def routes(self) -> list[Route]:
        """Return the routes."""
        one, edit, publish = f"{PATH}/{{id}}", Action.EDIT, Action.PUBLISH
        posts = {
            "publish": (self._publish, publish),
            "agree": (self._agree, publish),
            "ask": (self._ask, edit),
            "settle": (self._settle, edit),
            "item": (self._take_back, edit),
        }
        return [
            Route(one, self._inside.shown(self._open, edit), methods=["GET"]),
            *(
                Route(f"{one}/{name}", self._inside.posted(post, self._again, "", right, keeps=True), methods=["POST"])
                for name, (post, right) in posts.items()
            ),
            *(Route(f"{one}/{name}", self._inside.shown(self._astray, edit), methods=["GET"]) for name in posts),
        ]

    async def _open(self, request: Request, me: Me) -> Response:
        return await self._show(request, me)

    async def _astray(self, request: Request, _: Me) -> Response:
        """Lead who opens the address of a form back to the draft."""
        return RedirectResponse(f"{PATH}/{draft_id(request)}", status_code=303)

    async def _publish(self, request: Request, me: Me, form: Mapping[str, str]) -> Response:
        note, version = clean(form.get("reason", "")), forms.number(form, "version")
        try:
            edition = await self._publishing.publish(me.member, draft_id(request), version, note)
        except (PublishRefusal, NoDraft) as refusal:
            return await self._refuse(request, me, form, refusal)
        return RedirectResponse(f"/desk/editions/{edition.number}?done=published", status_code=303)

    async def _agree(self, request: Request, me: Me, form: Mapping[str, str]) -> Response:
        why, version = clean(form.get("why", "")), forms.number(form, "version")
        try:
            await self._publishing.agree(me.member, draft_id(request), version, why)
        except (PublishRefusal, NoDraft) as refusal:
            return await self._refuse(request, me, form, refusal)
        return _back(request)

    async def _ask(self, request: Request, me: Me, form: Mapping[str, str]) -> Response:
        draft = await self._seen(request, form)
        if draft is None:
            return await self._refuse(request, me, form, DraftMoved())
        try:
            async with self._db.write() as tx:
                await drafts.ask(tx, draft, me.name if form.get("ready") == "yes" else None, self._now())
        except DraftMoved as moved_meanwhile:
            return await self._refuse(request, me, form, moved_meanwhile)
        return _back(request)

    async def _settle(self, request: Request, me: Me, form: Mapping[str, str]) -> Response:
        try:
            work = await self._seen_work(request, form)
        except (NoDraft, DraftMoved) as gone:
            return await self._refuse(request, me, form, gone)
        chosen = [form.get(f"choice-{number}") for number in range(len(work.conflicts))]
        if not chosen or not set(chosen) <= {"ours", "theirs"}:
            say = self._phrases.into(me.language)
            return await self._show(request, me, form, say.gettext("Choose for each place what is to hold."), status=422)
        theirs = [(each.file, each.path) for each, side in zip(work.conflicts, chosen, strict=True) if side == "theirs"]
        try:
            await self._drafting.settle(me.member, work, theirs)
        except ItemMoved as moved_meanwhile:
            return await self._refuse(request, me, form, moved_meanwhile)
        return _back(request)

    async def _take_back(self, request: Request, me: Me, form: Mapping[str, str]) -> Response:
        item = Item.of(form.get("item", ""))
        if item is None:
            raise HTTPException(400)
        try:
            work = await self._seen_work(request, form)
        except (NoDraft, DraftMoved) as gone:
            return await self._refuse(request, me, form, gone)
        tree = await in_thread(lambda: differences.taken(work.tree, work.live.tree, item))
        values: dict[Spot, Any] = {(file, ()): tree.get(file) for file in trees.changed_files(work.tree, tree)}
        try:
            await self._drafting.change(me.member, work, values, "")
        except ItemMoved as moved_meanwhile:
            return await self._refuse(request, me, form, moved_meanwhile)
        return _back(request)

    async def _again(self, request: Request, me: Me, form: Mapping[str, str], problem: str) -> Response:
        return await self._show(request, me, form, problem, status=403)

    async def _refuse(self, request: Request, me: Me, form: Mapping[str, str], refusal: Exception) -> Response:
        """Show the page again with what was refused; the list where the draft has ended meanwhile."""
        say = self._phrases.into(me.language)
        status, problem = refused(refusal, say) if isinstance(refusal, PublishRefusal) else (409, moved(say))
        return await self._show(request, me, form, problem, status=status)

    async def _show(
        self, request: Request, me: Me, form: Mapping[str, str] = _NO_FORM, problem: str = "", *, status: int = 200
    ) -> Response:
        """Return the page; ``form`` is what was typed, ``problem`` why it was not taken."""
        typed = "\n".join(text for name in ("reason", "why") if (text := form.get(name, "")))
        try:
            work = await self._drafting.of(draft_id(request))
        except NoDraft:
            return await self._ended(request, me, typed, status)
        ready = await self._publishing.judge(work)
        say = self._phrases.into(me.language)
        values = await in_thread(lambda: self._values(request, me, ready))
        refusal = ready.refusal(me.member)
        return await self._inside.page(
            me,
            "lib_draft.html",
            say.gettext("Draft"),
            status=status,
            tab=PATH,
            draft=work.draft,
            live=work.live.number,
            at_hand=await self._is_at_hand(me, work),
            needs_others=isinstance(refusal, SecondEyes),
            hint=hint(refusal, say),
            reasons=reasons(ready.reasons, work.live.library, me.language, say),
            losses=ready.losses,
            agreed=ready.agreed,
            panel=await self._panel(me, work),
            problem=problem,
            at=request.url.path.rpartition("/")[2] if problem else "",
            reason=form.get("reason", ""),
            why=form.get("why", ""),
            chosen=form,
            most=LONGEST_NOTE,
            **values,
        )

    def _values(self, request: Request, me: Me, ready: Ready) -> dict[str, Any]:
        """Return what changes and what is wrong, in words."""
        work, found = ready.work, ready.reading.problems
        reader = Reader(self._phrases.into(me.language), me.language, work.live.tree, work.tree)
        changed = differences.of(work.live.tree, work.tree)
        page = max(1, int(given)) if (given := request.query_params.get("page", "")).isdecimal() and len(given) < 5 else 1  # noqa: PLR2004 - no draft has so many pages
        on_page = changed[(page - 1) * ITEMS_ON_A_PAGE : page * ITEMS_ON_A_PAGE]
        its = {each.item for each in changed}
        return {
            "changes": reader.changes(on_page, (each for each in found if each.severity is not Severity.NOTE)),
            "total": len(changed),
            "page": page,
            "pages": -(-len(changed) // ITEMS_ON_A_PAGE),
            "errors": [reader.problem(each) for each in ready.reading.errors],
            "elsewhere": sum(each.severity is Severity.WARNING and item_at(each.file, each.path) not in its for each in found),
            "conflicts": reader.conflicts(work.conflicts),
        }

    async def _is_at_hand(self, me: Me, work: Work) -> bool:
        async with self._db.read() as tx:
            mine = await drafts.at_hand(tx, me.member.id)
        return mine is not None and work.draft is not None and mine.id == work.draft.id

    async def _ended(self, request: Request, me: Me, typed: str, status: int) -> Response:
        """Answer for a draft that is not open: lead to its edition, or tell what became of it."""
        draft = await self._kept(request)
        if status == 200 and draft.state is State.PUBLISHED:  # noqa: PLR2004 - HTTP: a page that was only opened
            return RedirectResponse(f"/desk/editions/{draft.edition}", status_code=303)
        return await self._list.show(me, late(draft, self._phrases, me), typed=typed, status=409)

    async def _seen_work(self, request: Request, form: Mapping[str, str]) -> Work:
        """Return the draft as its page had shown it, against the same edition. Raises `NoDraft` and `DraftMoved`."""
        version, live = forms.number(form, "version"), forms.number(form, "live")
        work = await self._drafting.of(draft_id(request))
        if work.draft is None or (work.draft.version, work.live.number) != (version, live):
            raise DraftMoved
        return work

    async def _seen(self, request: Request, form: Mapping[str, str]) -> Draft | None:
        """Return the draft if it is still the one that the page had shown."""
        draft = await self._kept(request)
        return draft if draft.state is State.OPEN and draft.version == forms.number(form, "version") else None

    async def _kept(self, request: Request) -> Draft:
        async with self._db.read() as tx:
            draft = await drafts.get(tx, draft_id(request))
        if draft is None:
            raise HTTPException(404)
        return draft


def _back(request: Request) -> Response:
    return RedirectResponse(f"{PATH}/{draft_id(request)}", status_code=303)
