"""Every table. The migrations build the same ones; a test compares the two on both databases."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from bot.store.columns import Moment, SealedJSON, SealedSecret, Sequence

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)


def _of_conversation(*, nullable: bool = False) -> Column[str]:
    return Column("conversation_id", ForeignKey("conversation.id", ondelete="CASCADE"), nullable=nullable)


inbox = Table(
    "inbox",
    metadata,
    Column("sequence", Sequence, primary_key=True),
    Column("channel", String, nullable=False),
    Column("external_id", String, nullable=False),
    Column("address", String, nullable=False),
    Column("payload", SealedJSON),
    Column("received_at", Moment, nullable=False),
    Column("state", String, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("due", Moment, nullable=False),
    Column("trouble", String),
    # Where it stands among all that is open: by its lane first, then by its place; see `bot.store.inbox.put`.
    Column("lane", Integer, nullable=False, server_default=text("1")),
    Column("place", Moment, nullable=False, server_default=text("'1970-01-01 00:00:00.000000'")),
    UniqueConstraint("channel", "external_id"),
    Index(
        "ix_inbox_open_line",
        "lane",
        "place",
        "sequence",
        "channel",
        "address",
        sqlite_where=text("state = 'new'"),
        postgresql_where=text("state = 'new'"),
    ),
    Index(
        "ix_inbox_open",
        "channel",
        "address",
        "sequence",
        sqlite_where=text("state = 'new'"),
        postgresql_where=text("state = 'new'"),
    ),
    # By which what was set aside is counted, without a look at all that was not.
    Index("ix_inbox_aside", "sequence", sqlite_where=text("state = 'aside'"), postgresql_where=text("state = 'aside'")),
    sqlite_autoincrement=True,  # a stream that resumes after a number must not meet another row under it
)

conversation = Table(
    "conversation",
    metadata,
    Column("id", String, primary_key=True),
    Column("channel", String, nullable=False),
    Column("address", String, nullable=False),
    Column("language", String),
    Column("chosen_language", Boolean, nullable=False),
    Column("country", String),
    Column("place", String),
    Column("lives_in", String),
    Column("situation", String),
    Column("topic", String),
    Column("topic_country", String),
    Column("asked", JSON(none_as_null=True)),
    Column("holder", String, nullable=False),
    Column("waiting", Boolean, nullable=False),
    Column("greeted", Boolean, nullable=False),
    Column("pending", SealedJSON),
    Column("not_helpful", Integer, nullable=False),
    Column("voted", String),
    Column("crisis_shown_at", Moment),
    Column("crisis_shown", String),
    Column("ended", String),
    Column("stopped", Boolean, nullable=False),
    Column("discreet", Boolean, nullable=False, server_default=text("false")),
    Column("hurry", Integer, nullable=False, server_default=text("0")),
    Column("hurry_since", Moment),
    Column("version", Integer, nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Column("expires_at", Moment),
    Column("lease_owner", String),
    Column("lease_until", Moment),
    UniqueConstraint("channel", "address"),
    Index("ix_conversation_changed_at", "changed_at"),
    Index(
        "ix_conversation_expires_at",
        "expires_at",
        sqlite_where=text("expires_at IS NOT NULL"),
        postgresql_where=text("expires_at IS NOT NULL"),
    ),
)

turn = Table(
    "turn",
    metadata,
    # The inbox number itself is the key: that is what makes a second turn about one incoming impossible.
    Column("incoming", Sequence, primary_key=True, autoincrement=False),
    _of_conversation(),
    Column("verdict", JSON(none_as_null=True)),
    Column("guess", JSON(none_as_null=True)),
    Column("relayed", Boolean, nullable=False),
    Column("at", Moment, nullable=False),
    Index("ix_turn_conversation_id", "conversation_id"),
)

entry = Table(
    "entry",
    metadata,
    Column("sequence", Sequence, primary_key=True),
    _of_conversation(),
    Column("turn", Sequence),
    Column("position", Integer, nullable=False),
    Column("author", String, nullable=False),
    Column("staff", String),
    Column("body", SealedJSON, nullable=False),
    Column("at", Moment, nullable=False),
    # The version of the conversation in which the line was last changed after it was said.
    Column("changed", Integer),
    UniqueConstraint("turn", "position"),
    Index("ix_entry_conversation_id_sequence", "conversation_id", "sequence"),
    sqlite_autoincrement=True,  # a stream that resumes after a number must not meet another row under it
)

outbox = Table(
    "outbox",
    metadata,
    Column("entry", ForeignKey("entry.sequence", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    _of_conversation(),
    Column("channel", String, nullable=False),
    Column("address", String, nullable=False),
    Column("state", String, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("due", Moment, nullable=False),
    Column("put_at", Moment, nullable=False),
    Column("remote_id", String),
    Column("failure", String),
    Index("ix_outbox_conversation_id", "conversation_id"),
    Index(
        "ix_outbox_open",
        "channel",
        "address",
        "entry",
        sqlite_where=text("state IN ('new', 'sending')"),
        postgresql_where=text("state IN ('new', 'sending')"),
    ),
)

case_file = Table(
    "case_file",
    metadata,
    Column("id", String, primary_key=True),
    Column("code", String, nullable=False, unique=True),
    _of_conversation(),
    Column("reason", String, nullable=False),
    Column("state", String, nullable=False),
    Column("topic", String),
    Column("opened_at", Moment, nullable=False),
    Column("waiting_since", Moment),
    Column("claimed_by", String),
    Column("claimed_at", Moment),
    Column("closed_at", Moment),
    Column("point", String),
    Column("promised_at", Moment),
    Column("confidential", Boolean, nullable=False, server_default=text("false")),
    Column("later_until", Moment),
    Column("continues", String),
    Column("outcome", String),
    Column("closed_by", String),
    Column("helped", Boolean),
    Column("spoke_at", Moment),
    Column("offered_to", String),
    Column("offered_by", String),
    Column("offered_reader", String),
    Index(
        "uq_case_file_open",
        "conversation_id",
        unique=True,
        sqlite_where=text("state <> 'closed'"),
        postgresql_where=text("state <> 'closed'"),
    ),
    Index("ix_case_file_conversation_id", "conversation_id"),
    Index("ix_case_file_continues", "continues"),
    Index("ix_case_file_closed_at", "closed_at"),
)

vote = Table(
    "vote",
    metadata,
    Column("sequence", Sequence, primary_key=True),
    _of_conversation(),
    Column("topic", String, nullable=False),
    Column("country", String, nullable=False),
    Column("helpful", Boolean, nullable=False),
    Column("at", Moment, nullable=False),
    Index("ix_vote_conversation_id", "conversation_id"),
)

edition = Table(
    "edition",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("parent", Integer, nullable=False, unique=True),
    Column("source_hash", String, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("published_at", Moment, nullable=False),
    Column("note", Text, nullable=False),
    Column("kind", String, nullable=False, server_default=text("'shipped'")),
    Column("published_by", String),
    Column("draft_id", String),
    Column("agreed", JSON(none_as_null=True)),
)

weights = Table(
    "weights",
    metadata,
    Column("fingerprint", String, primary_key=True),
    Column("content", LargeBinary, nullable=False),
    Column("kept_at", Moment, nullable=False),
)

vector = Table(
    "vector",
    metadata,
    Column("encoder", String, primary_key=True),
    Column("text_hash", String, primary_key=True),
    Column("content", LargeBinary, nullable=False),
)

staff = Table(
    "staff",
    metadata,
    Column("id", String, primary_key=True),
    Column("name", String, nullable=False, unique=True),
    Column("role", String, nullable=False),
    Column("password_hash", String, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("disabled_at", Moment),
    Column("points", JSON(none_as_null=True)),
    Column("language", String),
    Column("away", Boolean, nullable=False, server_default=text("false")),
    Column("email", String),
    Column("telegram", String),
    Column("totp", SealedSecret),
    Column("totp_step", Sequence),
    Column("seen_at", Moment),
    Index("uq_staff_telegram", "telegram", unique=True),
)

staff_session = Table(
    "staff_session",
    metadata,
    # SHA-256 of the cookie: who reads this table cannot sign in with it.
    Column("token_hash", String, primary_key=True),
    Column("staff_id", ForeignKey("staff.id", ondelete="CASCADE"), nullable=False),
    Column("csrf", String, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("seen_at", Moment),
    Column("label", String),
    Column("id", String),
    Column("second_factor", Boolean, nullable=False, server_default=text("false")),
    Column("reading", String),
    Column("offered", SealedSecret),
    Index("ix_staff_session_staff_id", "staff_id"),
)

signin_failure = Table(
    "signin_failure",
    metadata,
    Column("sequence", Sequence, primary_key=True),
    Column("subject", String, nullable=False),
    Column("at", Moment, nullable=False),
    Index("ix_signin_failure_subject_at", "subject", "at"),
)

lease = Table(
    "lease",
    metadata,
    Column("name", String, primary_key=True),
    Column("owner", String, nullable=False),
    Column("until", Moment, nullable=False),
)
