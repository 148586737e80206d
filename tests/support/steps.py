"""Steps of releases to come: one that adds, one that takes away what older programs need, and one that adds again."""

from __future__ import annotations

from pathlib import Path

from bot.store.migrations import HEAD, OURS, Steps

ADDS, TAKES, ADDS_MORE = (f"{int(HEAD) + number:04}" for number in (1, 2, 3))

_FILES = {
    ADDS: ("pre", 'op.add_column("vote", sa.Column("why", sa.String()))'),
    TAKES: ("post", 'op.drop_index("ix_vote_conversation_id", "vote")\n    op.drop_column("lease", "owner")'),
    ADDS_MORE: ("pre", 'op.add_column("vote", sa.Column("how", sa.String()))'),
}


def release(folder: Path, newest: str) -> Steps:
    """Return what a later program knows whose newest step is ``newest``; the files of its steps are written to ``folder``."""
    for number, (kind, work) in _FILES.items():
        if number <= newest:
            names = f'revision = "{number}"\ndown_revision = "{int(number) - 1:04}"\nkind = "{kind}"'
            code = f"import sqlalchemy as sa\nfrom alembic import op\n\n{names}\n\n\ndef upgrade():\n    {work}\n"
            (folder / f"{number}_later.py").write_text(code, encoding="utf-8")
    return Steps(newest, OURS.post | ({TAKES} if newest >= TAKES else set()), (*OURS.folders, folder))
