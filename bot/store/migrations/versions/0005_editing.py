"""Editing: drafts and what is tried with them, what outsiders say, what residents asked (persons masked), and figures of cases.

Old and new programs can work on these tables side by side: new columns may be empty or have a value of their own, and an old
program leaves them alone.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

MOMENT = sa.DateTime(timezone=True)
SEQUENCE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the new tables and columns."""
    _drafts()
    _asked()
    _columns()


def _drafts() -> None:
    op.create_table(
        "draft",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("base", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("edition", sa.Integer()),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("asked_by", sa.String()),
        sa.PrimaryKeyConstraint("id", name="pk_draft"),
    )
    op.create_index("ix_draft_state", "draft", ["state"], unique=False)
    op.create_table(
        "provider_link",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("office", sa.String(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT),
        sa.Column("ended_at", MOMENT),
        sa.PrimaryKeyConstraint("token_hash", name="pk_provider_link"),
    )
    op.create_index("ix_provider_link_office", "provider_link", ["office"], unique=False)
    op.create_table(
        "shipped",
        sa.Column("source_hash", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary()),
        sa.Column("taken_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("source_hash", name="pk_shipped"),
    )
    op.create_table(
        "contradiction",
        sa.Column("file", sa.String(), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("base", sa.JSON(none_as_null=True)),
        sa.Column("ours", sa.JSON(none_as_null=True)),
        sa.Column("theirs", sa.JSON(none_as_null=True)),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("file", "path", name="pk_contradiction"),
    )
    op.create_table(
        "agreement",
        sa.Column("draft_id", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("staff", sa.String(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"], name="fk_agreement_draft_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("draft_id", "digest", "staff", name="pk_agreement"),
    )
    op.create_table(
        "draft_at_hand",
        sa.Column("staff_id", sa.String(), nullable=False),
        sa.Column("draft_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"], name="fk_draft_at_hand_draft_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_draft_at_hand_staff_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("staff_id", name="pk_draft_at_hand"),
    )
    op.create_index("ix_draft_at_hand_draft_id", "draft_at_hand", ["draft_id"], unique=False)
    op.create_table(
        "draft_editor",
        sa.Column("draft_id", sa.String(), nullable=False),
        sa.Column("staff", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"], name="fk_draft_editor_draft_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("draft_id", "staff", name="pk_draft_editor"),
    )
    op.create_table(
        "draft_file",
        sa.Column("draft_id", sa.String(), nullable=False),
        sa.Column("file", sa.String(), nullable=False),
        sa.Column("content", sa.JSON(none_as_null=True)),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"], name="fk_draft_file_draft_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("draft_id", "file", name="pk_draft_file"),
    )
    op.create_table(
        "reminder",
        sa.Column("staff_id", sa.String(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_reminder_staff_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("staff_id", name="pk_reminder"),
    )
    op.create_table(
        "topic_owner",
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("staff_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_topic_owner_staff_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("topic", name="pk_topic_owner"),
    )
    op.create_index("ix_topic_owner_staff_id", "topic_owner", ["staff_id"], unique=False)
    op.create_table(
        "trial",
        sa.Column("draft_id", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("base", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("stage", sa.String()),
        sa.Column("share", sa.Integer()),
        sa.Column("result", sa.JSON(none_as_null=True)),
        sa.Column("weights", sa.String()),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"], name="fk_trial_draft_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("draft_id", name="pk_trial"),
    )


def _asked() -> None:
    op.create_table(
        "case_record",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("topic", sa.String()),
        sa.Column("language", sa.String()),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("point", sa.String()),
        sa.Column("claimed_at", MOMENT),
        sa.Column("answered_at", MOMENT),
        sa.Column("claim_open", sa.Integer()),
        sa.Column("answer_open", sa.Integer()),
        sa.Column("closed_at", MOMENT),
        sa.Column("outcome", sa.String()),
        sa.Column("open_then", sa.Boolean()),
        sa.Column("helped", sa.Boolean()),
        sa.PrimaryKeyConstraint("case_id", name="pk_case_record"),
    )
    op.create_index("ix_case_record_opened_at", "case_record", ["opened_at"], unique=False)
    op.create_table(
        "question",
        sa.Column("turn", SEQUENCE, autoincrement=False, nullable=False),
        sa.Column("conversation_id", sa.String()),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("language", sa.String()),
        sa.Column("country", sa.String()),
        sa.Column("place", sa.String()),
        sa.Column("point", sa.String()),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("topic", sa.String()),
        sa.Column("situation", sa.String()),
        sa.Column("crisis", sa.String()),
        sa.Column("text", sa.Text()),
        sa.Column("open_then", sa.Boolean()),
        sa.Column("helpful", sa.Boolean()),
        sa.Column("to_person", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("handled", sa.String()),
        sa.Column("draft_id", sa.String()),
        sa.Column("vector", sa.LargeBinary()),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name="fk_question_conversation_id", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("turn", name="pk_question"),
    )
    op.create_index("ix_question_at", "question", ["at"], unique=False)
    op.create_index("ix_question_conversation_id", "question", ["conversation_id"], unique=False)
    op.create_index(
        "ix_question_unhandled",
        "question",
        ["language", "at"],
        unique=False,
        sqlite_where=sa.text("handled IS NULL"),
        postgresql_where=sa.text("handled IS NULL"),
    )


def _columns() -> None:
    op.add_column("edition", sa.Column("kind", sa.String(), server_default=sa.text("'shipped'"), nullable=False))
    op.add_column("edition", sa.Column("published_by", sa.String()))
    op.add_column("edition", sa.Column("draft_id", sa.String()))
    op.add_column("edition", sa.Column("agreed", sa.JSON(none_as_null=True)))
    # SQLite cannot add a key to a table: there the table is made anew, and its rows are copied.
    with op.batch_alter_table("suggestion") as suggestion:
        suggestion.add_column(sa.Column("kind", sa.String(), server_default=sa.text("'staff'"), nullable=False))
        suggestion.add_column(sa.Column("item", sa.String()))
        suggestion.add_column(sa.Column("change", sa.JSON(none_as_null=True)))
        suggestion.add_column(sa.Column("draft_id", sa.String()))
        suggestion.add_column(sa.Column("conversation_id", sa.String()))
        key = ("conversation", ["conversation_id"], ["id"])
        suggestion.create_foreign_key("fk_suggestion_conversation_id", *key, ondelete="SET NULL")
        suggestion.create_index("ix_suggestion_conversation_id", ["conversation_id"], unique=False)
