"""What Alembic loads to run the steps; the connection and its transaction come from `bot.store.migrations`."""

from __future__ import annotations

from typing import Any

from alembic import context
from sqlalchemy import delete, insert, inspect

from bot.store.guard_tables import step as _step
from bot.store.tables import metadata


def _note(ctx: Any, step: Any, heads: object, run_args: object) -> None:  # noqa: ANN401, ARG001 - as Alembic calls it
    """Write down of what kind a step was that was just done, for programs that do not know it."""
    if inspect(ctx.connection).has_table(_step.name):
        module = ctx.script.get_revision(step.up_revision_id).module
        ctx.connection.execute(delete(_step).where(_step.c.number == step.up_revision_id))
        ctx.connection.execute(insert(_step).values(number=step.up_revision_id, kind=module.kind))


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    on_version_apply=_note,
)
context.run_migrations()
