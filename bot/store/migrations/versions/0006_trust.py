"""Keys that seal what is kept, a proof of housekeeping, conversations that leave no trace, and a limit for who writes in haste.

From here on the tables know which steps were done, and which programs use them.

Old and new programs can work on these tables side by side: what is added has a value where an old program writes none.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
kind = "pre"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the tables and the columns."""
    op.create_table(
        "sealing_key",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("retired_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_sealing_key"),
    )
    op.create_table(
        "chore",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("began_at", MOMENT, nullable=False),
        sa.Column("done_at", MOMENT),
        sa.Column("did", sa.JSON(none_as_null=True)),
        sa.PrimaryKeyConstraint("name", name="pk_chore"),
    )
    op.create_table(
        "step",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_step"),
    )
    op.create_table(
        "program",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("knows", sa.String(), nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_program"),
    )
    op.add_column("conversation", sa.Column("discreet", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("conversation", sa.Column("hurry", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.add_column("conversation", sa.Column("hurry_since", MOMENT))
    op.add_column("inbox", sa.Column("lane", sa.Integer(), server_default=sa.text("1"), nullable=False))
    # What an old program puts in stands first, in its order.
    long_ago = sa.text("'1970-01-01 00:00:00.000000'")
    op.add_column("inbox", sa.Column("place", MOMENT, server_default=long_ago, nullable=False))
    is_open = sa.text("state = 'new'")
    line = ["lane", "place", "sequence", "channel", "address"]
    op.create_index("ix_inbox_open_line", "inbox", line, sqlite_where=is_open, postgresql_where=is_open)
    is_aside = sa.text("state = 'aside'")
    op.create_index("ix_inbox_aside", "inbox", ["sequence"], sqlite_where=is_aside, postgresql_where=is_aside)
    # By these housekeeping finds what is over, and deleting an entry finds what hangs on it.
    op.create_index("ix_conversation_changed_at", "conversation", ["changed_at"])
    with_an_end = sa.text("expires_at IS NOT NULL")
    op.create_index(
        "ix_conversation_expires_at",
        "conversation",
        ["expires_at"],
        sqlite_where=with_an_end,
        postgresql_where=with_an_end,
    )
    op.create_index("ix_amendment_entry", "amendment", ["entry"])
    # And by these the figures find the cases that ended lately, and /health what staff were told lately.
    op.create_index("ix_case_file_closed_at", "case_file", ["closed_at"])
    op.create_index("ix_told_tried_at", "told", ["tried_at"])
