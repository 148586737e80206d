"""The audit log for admins: filtered, paged by the number of the line, and as a table for other programs (CSV)."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.language.phrases import Phrases
from bot.model.staff import Action
from bot.store import audit, staff
from bot.store.audit import Act
from bot.store.database import Database, Transaction
from bot.web.auditwords import action_name, detail_words
from bot.web.inside import Inside
from bot.web.reading import Reading
from bot.web.sessions import Me

PATH = "/desk/audit"
_ON_A_PAGE = 100
#: The longest table that is made at once; what is older is got by a filter, or with ``before``.
_IN_A_TABLE = 20_000
#: What a 64-bit number can take, and our sequences are.
_SEQUENCE = re.compile(r"[0-9]{1,18}")
#: A program for tables takes a cell that begins so for a formula (OWASP, "CSV Injection").
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Filter:
    """Which lines are wanted; what is empty or None filters nothing."""

    staff: str = ""
    subject: str = ""
    action: str = ""
    before: int | None = None

    def query(self, *, before: int | None = None) -> str:
        """Return it as the query of an address, for the lines before a sequence."""
        given = {"staff": self.staff, "subject": self.subject, "action": self.action, "before": before}
        return urlencode({name: value for name, value in given.items() if value})


class AuditLog:
    """The pages of the audit log. Each look at it stands in it, once an hour."""

    def __init__(self, db: Database, phrases: Phrases, inside: Inside, reading: Reading, now: Callable[[], datetime]) -> None:
        self._db = db
        self._phrases = phrases
        self._inside = inside
        self._reading = reading
        self._now = now

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            Route(PATH, self._inside.shown(self._page, Action.READ_AUDIT), methods=["GET"]),
            Route(f"{PATH}.csv", self._inside.shown(self._table, Action.READ_AUDIT), methods=["GET"]),
        ]

    async def _page(self, request: Request, me: Me) -> Response:
        wanted, say = _wanted(request), self._phrases.into(me.language)
        await self._reading.note(me, "read-audit", me.name)
        async with self._db.read() as tx:
            acts = await _found(tx, wanted, _ON_A_PAGE + 1)
            names, actions = [member.name for member in await staff.everyone(tx)], await audit.actions(tx)
        shown = acts[:_ON_A_PAGE]
        called = {action: action_name(action, say) for action in actions}
        return await self._inside.page(
            me,
            "audit.html",
            say.gettext("Audit log"),
            acts=[(act, action_name(act.action, say), detail_words(act.detail, say)) for act in shown],
            wanted=wanted,
            names=names,
            actions=dict(sorted(called.items(), key=lambda item: item[1].casefold())),
            older=wanted.query(before=shown[-1].sequence) if len(acts) > _ON_A_PAGE else "",
            table=wanted.query(before=wanted.before),
        )

    async def _table(self, request: Request, me: Me) -> Response:
        wanted, now = _wanted(request), self._now()
        async with self._db.write() as tx:
            await audit.put(tx, me.name, "export-audit", me.name, now)
            acts = await _found(tx, wanted, _IN_A_TABLE)
        lines = io.StringIO()
        writer = csv.writer(lines)
        writer.writerow(["sequence", "at", "staff", "action", "subject", "detail"])
        for act in acts:
            detail = " ".join(f"{key}={value}" for key, value in act.detail.items())
            at = act.at.isoformat(timespec="seconds")
            writer.writerow([act.sequence, at, *map(_cell, (act.staff, act.action, act.subject, detail))])
        name = f"audit-{now:%Y-%m-%d}.csv"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        # The mark at the beginning tells programs for tables that it is UTF-8.
        return Response("\ufeff" + lines.getvalue(), headers=headers, media_type="text/csv; charset=utf-8")


def _wanted(request: Request) -> Filter:
    given = request.query_params
    text = {name: given.get(name, "").strip()[:_LONGEST] for name in ("staff", "subject", "action")}
    before = given.get("before", "")
    return Filter(**text, before=int(before) if _SEQUENCE.fullmatch(before) else None)


async def _found(tx: Transaction, wanted: Filter, limit: int) -> list[Act]:
    # Codes of cases are kept in capitals; whoever reads one off a paper may type it small.
    subjects = dict.fromkeys((wanted.subject, wanted.subject.upper()))
    for subject in subjects:
        found = await audit.latest(
            tx, before=wanted.before, staff=wanted.staff, subject=subject, action=wanted.action, limit=limit
        )
        if found:
            return list(found)
    return []


def _cell(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text
