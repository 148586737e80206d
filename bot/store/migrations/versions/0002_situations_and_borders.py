"""A conversation remembers where the resident lives, and the situation that was opened last.

Old and new programs can work on these tables side by side: the columns may be empty and an old program leaves them alone.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the two columns."""
    op.add_column("conversation", sa.Column("lives_in", sa.String()))
    op.add_column("conversation", sa.Column("situation", sa.String()))
