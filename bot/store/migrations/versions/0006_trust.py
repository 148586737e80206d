"""Keys that seal what is kept, a proof of housekeeping, conversations that leave no trace, and a limit for who writes in haste.

Old and new programs can work on these tables side by side: what is added has a value where an old program writes none.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

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
    op.add_column("conversation", sa.Column("discreet", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("conversation", sa.Column("hurry", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.add_column("conversation", sa.Column("hurry_since", MOMENT))
