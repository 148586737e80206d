"""The tables of editing: drafts, what is tried with them, what outsiders say, and what residents asked, with persons masked."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Index, Integer, LargeBinary, String, Table, Text, text

from bot.store.columns import Moment, SealedBytes, SealedJSON, SealedText, Sequence
from bot.store.tables import metadata


def _of_draft(*, key: bool = False) -> Column[str]:
    return Column("draft_id", ForeignKey("draft.id", ondelete="CASCADE"), nullable=False, primary_key=key)


# ---- drafts

#: Changes on their way: ``base`` is the edition that they were made on, ``edition`` the one that they became. ``kind`` says how
#: they came about, as of an edition, and ``asked_by`` who said that somebody should look at them and publish.
draft = Table(
    "draft",
    metadata,
    Column("id", String, primary_key=True),
    Column("title", Text, nullable=False),
    Column("state", String, nullable=False),
    Column("base", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("made_by", String, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Column("edition", Integer),
    Column("kind", String, nullable=False),
    Column("asked_by", String),
    Index("ix_draft_state", "state"),
)

#: One knowledge file as a draft has it: ``content`` is its plain value, null when the draft deletes the file.
draft_file = Table(
    "draft_file",
    metadata,
    _of_draft(key=True),
    Column("file", String, primary_key=True),
    Column("content", JSON(none_as_null=True)),
    Column("changed_by", String, nullable=False),
    Column("changed_at", Moment, nullable=False),
)

#: Which draft somebody is working on.
draft_at_hand = Table(
    "draft_at_hand",
    metadata,
    Column("staff_id", ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True),
    _of_draft(),
    Index("ix_draft_at_hand_draft_id", "draft_id"),
)

#: Who has worked on a draft, by name: they are not the second pair of eyes.
draft_editor = Table(
    "draft_editor",
    metadata,
    _of_draft(key=True),
    Column("staff", String, primary_key=True),
)

#: What would change if a draft were published: asked for, being found out, found out. ``digest`` tells which state of the
#: knowledge it was found out for, ``base`` against which edition; ``weights`` is the fingerprint of those learned for it, which
#: are kept until it is published.
trial = Table(
    "trial",
    metadata,
    _of_draft(key=True),
    Column("digest", String, nullable=False),
    Column("base", Integer, nullable=False),
    Column("state", String, nullable=False),
    Column("stage", String),
    Column("share", Integer),
    Column("result", SealedJSON),
    Column("weights", String),
    Column("asked_by", String, nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("ended_at", Moment),
)

#: What a second editor wrote to agree that a draft is published although a golden question is lost. It holds for one digest.
agreement = Table(
    "agreement",
    metadata,
    _of_draft(key=True),
    Column("digest", String, primary_key=True),
    Column("staff", String, primary_key=True),
    Column("why", Text, nullable=False),
    Column("at", Moment, nullable=False),
)

#: The knowledge folders that were taken, or written from here. ``content`` is the library of the one that was merged last, as
#: compressed JSON: what tells an editor's work from an old release. It is null where another has followed.
shipped = Table(
    "shipped",
    metadata,
    Column("source_hash", String, primary_key=True),
    Column("content", LargeBinary),
    Column("taken_at", Moment, nullable=False),
)

#: Where an update of the knowledge files says otherwise than an editor, whose text was kept. ``path`` is JSON, the others are
#: plain values, null where nothing stands.
contradiction = Table(
    "contradiction",
    metadata,
    Column("file", String, primary_key=True),
    Column("path", String, primary_key=True),
    Column("base", JSON(none_as_null=True)),
    Column("ours", JSON(none_as_null=True)),
    Column("theirs", JSON(none_as_null=True)),
    Column("at", Moment, nullable=False),
)

#: Who of the staff sees to it that a topic stays true.
topic_owner = Table(
    "topic_owner",
    metadata,
    Column("topic", String, primary_key=True),
    Column("staff_id", ForeignKey("staff.id", ondelete="CASCADE"), nullable=False),
    Index("ix_topic_owner_staff_id", "staff_id"),
)

#: When somebody was last written to about what is due to be checked.
reminder = Table(
    "reminder",
    metadata,
    Column("staff_id", ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True),
    Column("at", Moment, nullable=False),
)

#: A private link by which an office reads and confirms what is said of it. The link itself is not kept.
provider_link = Table(
    "provider_link",
    metadata,
    Column("token_hash", String, primary_key=True),
    Column("office", String, nullable=False),
    Column("made_by", String, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("used_at", Moment),
    Column("ended_at", Moment),
    Index("ix_provider_link_office", "office"),
)

# ---- what was asked, and what came of it; nothing here tells who

#: A question, masked, with what was decided about it. It outlives its conversation, and goes when the resident has everything
#: deleted. ``turn`` is the inbox sequence; ``text`` is null for a crisis. ``handled`` is what an editor made of it, and
#: ``draft_id`` in which draft.
question = Table(
    "question",
    metadata,
    Column("turn", Sequence, primary_key=True, autoincrement=False),
    Column("conversation_id", ForeignKey("conversation.id", ondelete="SET NULL")),
    Column("at", Moment, nullable=False),
    Column("channel", String, nullable=False),
    Column("language", String),
    Column("country", String),
    Column("place", String),
    Column("point", String),
    Column("kind", String, nullable=False),
    Column("topic", String),
    Column("situation", String),
    Column("crisis", String),
    Column("text", SealedText),
    Column("open_then", Boolean),
    Column("helpful", Boolean),
    Column("to_person", Boolean, nullable=False, server_default=text("false")),
    Column("handled", String),
    Column("draft_id", String),
    Column("vector", SealedBytes),
    Index("ix_question_at", "at"),
    Index("ix_question_conversation_id", "conversation_id"),
    Index(
        "ix_question_unhandled", "language", "at", sqlite_where=text("handled IS NULL"), postgresql_where=text("handled IS NULL")
    ),
)

#: A case as figures need it. ``claim_open`` and ``answer_open`` are the seconds of opening time until somebody took it, and until
#: somebody answered; null where the hours are not known.
case_record = Table(
    "case_record",
    metadata,
    Column("case_id", String, primary_key=True),
    Column("opened_at", Moment, nullable=False),
    Column("reason", String, nullable=False),
    Column("topic", String),
    Column("language", String),
    Column("channel", String, nullable=False),
    Column("point", String),
    Column("claimed_at", Moment),
    Column("answered_at", Moment),
    Column("claim_open", Integer),
    Column("answer_open", Integer),
    Column("closed_at", Moment),
    Column("outcome", String),
    Column("open_then", Boolean),
    Column("helped", Boolean),
    Index("ix_case_record_opened_at", "opened_at"),
)
