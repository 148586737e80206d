"""The tables of the desk: what staff keep there, how they are told of it, and who did what. All in the `metadata` of `tables`."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Index, String, Table, text

from bot.store.columns import Moment, SealedBytes, SealedJSON, SealedString, SealedText, Sequence
from bot.store.tables import metadata


def _of_conversation() -> Column[str]:
    return Column("conversation_id", ForeignKey("conversation.id", ondelete="CASCADE"), nullable=False)


def _of_case(*, key: bool = False) -> Column[str]:
    return Column("case_id", ForeignKey("case_file.id", ondelete="CASCADE"), nullable=False, primary_key=key)


def _of_staff(*, nullable: bool = False) -> Column[str]:
    return Column("staff_id", ForeignKey("staff.id", ondelete="CASCADE"), nullable=nullable)


# ---- cases

#: Who may read a confidential case, by name.
case_reader = Table(
    "case_reader",
    metadata,
    _of_case(key=True),
    Column("staff", String, primary_key=True),
)

#: Files that were attached on channels that keep none themselves, and all that staff attach.
attachment = Table(
    "attachment",
    metadata,
    Column("id", String, primary_key=True),
    _of_conversation(),
    Column("name", SealedString, nullable=False),
    Column("media_type", String, nullable=False),
    Column("content", SealedBytes, nullable=False),
    Column("staff", String),
    Column("kept_at", Moment, nullable=False),
    Index("ix_attachment_conversation_id", "conversation_id"),
)

#: Changes of messages that are out already: the new text, or that the message is to go.
amendment = Table(
    "amendment",
    metadata,
    Column("sequence", Sequence, primary_key=True),
    Column("entry", ForeignKey("entry.sequence", ondelete="CASCADE"), nullable=False),
    _of_conversation(),
    Column("channel", String, nullable=False),
    Column("address", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("state", String, nullable=False),
    Column("tries", Sequence, nullable=False),
    Column("due", Moment, nullable=False),
    Column("put_at", Moment, nullable=False),
    Column("failure", String),
    Index("ix_amendment_conversation_id", "conversation_id"),
    Index("ix_amendment_entry", "entry"),  # or each entry that is deleted looks through all of them
    Index(
        "ix_amendment_open",
        "channel",
        "sequence",
        sqlite_where=text("state IN ('new', 'sending')"),
        postgresql_where=text("state IN ('new', 'sending')"),
    ),
)

#: A wish to be called back or written to elsewhere.
call_back = Table(
    "call_back",
    metadata,
    Column("id", String, primary_key=True),
    _of_conversation(),
    _of_case(),
    Column("kind", String, nullable=False),
    Column("value", SealedString, nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("done_at", Moment),
    Index("ix_call_back_case_id", "case_id"),
    Index("ix_call_back_conversation_id", "conversation_id"),
)

#: What came of each try to call back.
call_try = Table(
    "call_try",
    metadata,
    Column("sequence", Sequence, primary_key=True),
    Column("call_back_id", ForeignKey("call_back.id", ondelete="CASCADE"), nullable=False),
    Column("staff", String, nullable=False),
    Column("reached", Boolean, nullable=False),
    Column("at", Moment, nullable=False),
    Index("ix_call_try_call_back_id", "call_back_id"),
)

#: What the bot should have known, and what residents and offices say is wrong, in words from which persons cannot be told, for
#: the editors. Outlives its case. ``kind`` says whose it is, ``item`` and ``change`` what is to be changed to what.
suggestion = Table(
    "suggestion",
    metadata,
    Column("id", String, primary_key=True),
    Column("topic", String),
    Column("country", String),
    Column("language", String),
    Column("point", String),
    Column("question", SealedText, nullable=False),
    Column("answer", SealedText, nullable=False),
    Column("made_by", String, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("state", String, nullable=False),
    Column("decided_by", String),
    Column("decided_at", Moment),
    Column("why", SealedText),
    Column("kind", String, nullable=False, server_default=text("'staff'")),
    Column("item", String),
    Column("change", SealedJSON),
    Column("draft_id", String),
    Column("conversation_id", ForeignKey("conversation.id", ondelete="SET NULL")),
    Index("ix_suggestion_conversation_id", "conversation_id"),
)

#: Whom of the staff we tell of what, so that each is told once of each wait: of a case, or of a time in which nobody is on duty
#: (without a ``case_id``). A row is made when it is to be told, and stands in ``state`` until it was.
told = Table(
    "told",
    metadata,
    Column("about", String, primary_key=True),
    Column("since", Moment, primary_key=True),
    Column("step", String, primary_key=True),
    Column("staff", String, primary_key=True),
    Column("means", String, primary_key=True),
    Column("case_id", ForeignKey("case_file.id", ondelete="CASCADE")),
    Column("state", String, nullable=False),
    Column("tries", Sequence, nullable=False),
    Column("due", Moment, nullable=False),
    Column("put_at", Moment, nullable=False),
    Column("tried_at", Moment),
    Index("ix_told_case_id", "case_id"),
    Index("ix_told_means", "means", "tried_at"),
    Index("ix_told_tried_at", "tried_at"),
    Index("ix_told_open", "due", sqlite_where=text("state = 'new'"), postgresql_where=text("state = 'new'")),
)

#: The topic of a case in the staff's Telegram group: ``mirrored`` is the last line of the transcript that is there, ``shown``
#: the group's number of the last message with words of the resident, the others what was last told or set there. It outlives
#: its case, so that the topic of a resident who had everything deleted can be deleted, too.
group_topic = Table(
    "group_topic",
    metadata,
    Column("case_id", String, primary_key=True),
    Column("thread", String, nullable=False, unique=True),
    Column("mirrored", Sequence, nullable=False),
    Column("shown", Sequence),
    Column("headed", String, nullable=False),
    Column("holder", String),
    Column("closed", Boolean, nullable=False),
)

#: What the program itself has to say in the group, until it is said: a refusal, mostly.
group_line = Table(
    "group_line",
    metadata,
    Column("sequence", Sequence, primary_key=True),
    Column("thread", String, nullable=False),
    Column("text", SealedText, nullable=False),
    Column("put_at", Moment, nullable=False),
)

# ---- hours and duty

#: The hours of an info point as its coordinator keeps them; without a row those of the library hold.
point_hours = Table(
    "point_hours",
    metadata,
    Column("point", String, primary_key=True),
    Column("hours", String),
    Column("holidays", JSON, nullable=False),
    Column("changed_by", String, nullable=False),
    Column("changed_at", Moment, nullable=False),
)

closure = Table(
    "closure",
    metadata,
    Column("id", String, primary_key=True),
    Column("point", String, nullable=False),
    Column("begins", Moment, nullable=False),
    Column("ends", Moment, nullable=False),
    Column("made_by", String, nullable=False),
    Index("ix_closure_point_ends", "point", "ends"),
)

shift = Table(
    "shift",
    metadata,
    Column("id", String, primary_key=True),
    _of_staff(),
    Column("points", JSON, nullable=False),
    Column("country", String, nullable=False),
    Column("hours", String, nullable=False),
    Column("deputy", Boolean, nullable=False),
    Column("begins", Moment),
    Column("ends", Moment),
    Index("ix_shift_staff_id", "staff_id"),
)

saved_reply = Table(
    "saved_reply",
    metadata,
    Column("id", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("point", String),
    Column("texts", JSON, nullable=False),
    Column("version", Sequence, nullable=False),
    Column("changed_by", String, nullable=False),
    Column("changed_at", Moment, nullable=False),
)

# ---- people

recovery_code = Table(
    "recovery_code",
    metadata,
    Column("code_hash", String, primary_key=True),
    _of_staff(),
    Column("used_at", Moment),
    Index("ix_recovery_code_staff_id", "staff_id"),
)

#: An invitation, or a link to set a new password when ``staff_id`` is given.
invitation = Table(
    "invitation",
    metadata,
    Column("token_hash", String, primary_key=True),
    _of_staff(nullable=True),
    Column("name", String, nullable=False),
    Column("role", String, nullable=False),
    Column("points", JSON(none_as_null=True)),
    Column("made_by", String, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("used_at", Moment),
)

#: One-time codes by which a member links the Telegram account that uses one.
link_code = Table(
    "link_code",
    metadata,
    Column("code_hash", String, primary_key=True),
    _of_staff(),
    Column("expires_at", Moment, nullable=False),
)

#: Who read or changed what. ``subject`` is a case code, a name or an info point; ``detail`` never holds a resident's words.
audit = Table(
    "audit",
    metadata,
    Column("sequence", Sequence, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("staff", String, nullable=False),
    Column("action", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("detail", JSON, nullable=False),
    Index("ix_audit_at", "at"),
    Index("ix_audit_staff", "staff"),
    Index("ix_audit_subject", "subject"),
    sqlite_autoincrement=True,  # a deleted line leaves a gap that can be seen
)
