"""A conversation remembers the last topics that were asked about, so that a message can go back to one.

Old and new programs can work on these tables side by side: the column may be empty and an old program leaves it alone.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the column."""
    op.add_column("conversation", sa.Column("asked", sa.JSON()))
