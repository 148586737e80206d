"""The desk: where cases belong and how they end, hours and duty, files, call backs, rights and second factors, the audit log.

Old and new programs can work on these tables side by side: new columns may be empty or have a value of their own, and an old
program leaves them alone.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

MOMENT = sa.DateTime(timezone=True)
SEQUENCE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the new tables and columns."""
    _tables_by_themselves()
    _tables_of_others()
    _columns()


def _tables_by_themselves() -> None:
    op.create_table(
        "audit",
        sa.Column("sequence", SEQUENCE, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("staff", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name="pk_audit"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_audit_at", "audit", ["at"])
    op.create_index("ix_audit_staff", "audit", ["staff"])
    op.create_index("ix_audit_subject", "audit", ["subject"])
    op.create_table(
        "closure",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("point", sa.String(), nullable=False),
        sa.Column("begins", MOMENT, nullable=False),
        sa.Column("ends", MOMENT, nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_closure"),
    )
    op.create_index("ix_closure_point_ends", "closure", ["point", "ends"])
    op.create_table(
        "point_hours",
        sa.Column("point", sa.String(), nullable=False),
        sa.Column("hours", sa.String()),
        sa.Column("holidays", sa.JSON(), nullable=False),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("point", name="pk_point_hours"),
    )
    op.create_table(
        "saved_reply",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("point", sa.String()),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.Column("version", SEQUENCE, nullable=False),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_saved_reply"),
    )
    op.create_table(
        "suggestion",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("topic", sa.String()),
        sa.Column("country", sa.String()),
        sa.Column("language", sa.String()),
        sa.Column("point", sa.String()),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("decided_by", sa.String()),
        sa.Column("decided_at", MOMENT),
        sa.Column("why", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_suggestion"),
    )


def _tables_of_others() -> None:
    op.create_table(
        "attachment",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("staff", sa.String()),
        sa.Column("kept_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name="fk_attachment_conversation_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_attachment"),
    )
    op.create_index("ix_attachment_conversation_id", "attachment", ["conversation_id"])
    op.create_table(
        "invitation",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("staff_id", sa.String()),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("points", sa.JSON(none_as_null=True)),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_invitation_staff_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("token_hash", name="pk_invitation"),
    )
    op.create_table(
        "link_code",
        sa.Column("code_hash", sa.String(), nullable=False),
        sa.Column("staff_id", sa.String(), nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_link_code_staff_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("code_hash", name="pk_link_code"),
    )
    op.create_table(
        "recovery_code",
        sa.Column("code_hash", sa.String(), nullable=False),
        sa.Column("staff_id", sa.String(), nullable=False),
        sa.Column("used_at", MOMENT),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_recovery_code_staff_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("code_hash", name="pk_recovery_code"),
    )
    op.create_index("ix_recovery_code_staff_id", "recovery_code", ["staff_id"])
    op.create_table(
        "shift",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("staff_id", sa.String(), nullable=False),
        sa.Column("points", sa.JSON(), nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("hours", sa.String(), nullable=False),
        sa.Column("deputy", sa.Boolean(), nullable=False),
        sa.Column("begins", MOMENT),
        sa.Column("ends", MOMENT),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_shift_staff_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_shift"),
    )
    op.create_index("ix_shift_staff_id", "shift", ["staff_id"])
    op.create_table(
        "amendment",
        sa.Column("sequence", SEQUENCE, nullable=False),
        sa.Column("entry", SEQUENCE, nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("tries", SEQUENCE, nullable=False),
        sa.Column("due", MOMENT, nullable=False),
        sa.Column("put_at", MOMENT, nullable=False),
        sa.Column("failure", sa.String()),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name="fk_amendment_conversation_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["entry"], ["entry.sequence"], name="fk_amendment_entry", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("sequence", name="pk_amendment"),
    )
    op.create_index("ix_amendment_conversation_id", "amendment", ["conversation_id"])
    op.create_index(
        "ix_amendment_open",
        "amendment",
        ["channel", "sequence"],
        unique=False,
        sqlite_where=sa.text("state IN ('new', 'sending')"),
        postgresql_where=sa.text("state IN ('new', 'sending')"),
    )
    op.create_table(
        "call_back",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("done_at", MOMENT),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name="fk_call_back_case_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name="fk_call_back_conversation_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_call_back"),
    )
    op.create_index("ix_call_back_case_id", "call_back", ["case_id"])
    op.create_index("ix_call_back_conversation_id", "call_back", ["conversation_id"])
    op.create_table(
        "case_reader",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("staff", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name="fk_case_reader_case_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("case_id", "staff", name="pk_case_reader"),
    )
    op.create_table(
        "group_topic",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("thread", sa.String(), nullable=False),
        sa.Column("mirrored", SEQUENCE, nullable=False),
        sa.Column("shown", SEQUENCE),
        sa.Column("headed", sa.String(), nullable=False),
        sa.Column("holder", sa.String()),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", name="pk_group_topic"),
        sa.UniqueConstraint("thread", name="uq_group_topic_thread"),
    )
    op.create_table(
        "group_line",
        sa.Column("sequence", SEQUENCE, nullable=False),
        sa.Column("thread", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("put_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("sequence", name="pk_group_line"),
    )
    op.create_table(
        "told",
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("staff", sa.String(), nullable=False),
        sa.Column("means", sa.String(), nullable=False),
        sa.Column("case_id", sa.String()),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("tries", SEQUENCE, nullable=False),
        sa.Column("due", MOMENT, nullable=False),
        sa.Column("put_at", MOMENT, nullable=False),
        sa.Column("tried_at", MOMENT),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name="fk_told_case_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("about", "since", "step", "staff", "means", name="pk_told"),
    )
    op.create_index("ix_told_case_id", "told", ["case_id"])
    op.create_index("ix_told_means", "told", ["means", "tried_at"])
    op.create_index(
        "ix_told_open",
        "told",
        ["due"],
        unique=False,
        sqlite_where=sa.text("state = 'new'"),
        postgresql_where=sa.text("state = 'new'"),
    )
    op.create_table(
        "call_try",
        sa.Column("sequence", SEQUENCE, nullable=False),
        sa.Column("call_back_id", sa.String(), nullable=False),
        sa.Column("staff", sa.String(), nullable=False),
        sa.Column("reached", sa.Boolean(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["call_back_id"], ["call_back.id"], name="fk_call_try_call_back_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("sequence", name="pk_call_try"),
    )
    op.create_index("ix_call_try_call_back_id", "call_try", ["call_back_id"])


def _columns() -> None:
    op.add_column("entry", sa.Column("changed", sa.Integer()))
    op.add_column("conversation", sa.Column("ended", sa.String()))
    op.add_column("case_file", sa.Column("point", sa.String()))
    op.add_column("case_file", sa.Column("promised_at", MOMENT))
    op.add_column("case_file", sa.Column("confidential", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("case_file", sa.Column("later_until", MOMENT))
    op.add_column("case_file", sa.Column("continues", sa.String()))
    op.create_index("ix_case_file_continues", "case_file", ["continues"])
    op.add_column("case_file", sa.Column("outcome", sa.String()))
    op.add_column("case_file", sa.Column("closed_by", sa.String()))
    op.add_column("case_file", sa.Column("helped", sa.Boolean()))
    op.add_column("case_file", sa.Column("spoke_at", MOMENT))
    op.add_column("case_file", sa.Column("offered_to", sa.String()))
    op.add_column("case_file", sa.Column("offered_by", sa.String()))
    op.add_column("case_file", sa.Column("offered_reader", sa.String()))
    op.add_column("staff", sa.Column("points", sa.JSON(none_as_null=True)))
    op.add_column("staff", sa.Column("language", sa.String()))
    op.add_column("staff", sa.Column("away", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("staff", sa.Column("email", sa.String()))
    op.add_column("staff", sa.Column("telegram", sa.String()))
    op.add_column("staff", sa.Column("totp", sa.String()))
    op.add_column("staff", sa.Column("totp_step", SEQUENCE))
    op.add_column("staff", sa.Column("seen_at", MOMENT))
    op.create_index("uq_staff_telegram", "staff", ["telegram"], unique=True)
    op.add_column("staff_session", sa.Column("seen_at", MOMENT))
    op.add_column("staff_session", sa.Column("label", sa.String()))
    op.add_column("staff_session", sa.Column("id", sa.String()))
    op.add_column("staff_session", sa.Column("second_factor", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("staff_session", sa.Column("reading", sa.String()))
    op.add_column("staff_session", sa.Column("offered", sa.String()))
