"""A progress bar on the terminal while something takes its time; nothing where there is no terminal."""

from __future__ import annotations

from typing import Protocol, TextIO

from rich.console import Console
from rich.progress import Progress as RichProgress
from rich.progress import TaskID


class Step(Protocol):
    """How far something is: the name of its stage, and the share of the stage that is done, 0 to 1."""

    @property
    def stage(self) -> str:
        """The name of the stage."""
        ...

    @property
    def share(self) -> float:
        """The share that is done."""
        ...


class Bar:
    """Shows one step after the other on ``stream``; ``what`` is being done stands before each."""

    def __init__(self, stream: TextIO, what: str = "Learning") -> None:
        self._what = what
        self._console = Console(file=stream)
        self._progress: RichProgress | None = None
        self._task: TaskID | None = None

    def show(self, step: Step | None) -> None:
        """Show ``step``; None ends the bar."""
        if not self._console.is_terminal:
            return
        if step is None:
            self._end()
            return
        if self._progress is None or self._task is None:
            self._progress = RichProgress(console=self._console, transient=True)
            self._progress.start()
            self._task = self._progress.add_task(step.stage, total=1.0)
        self._progress.update(self._task, description=f"{self._what}: {step.stage}", completed=step.share)

    def _end(self) -> None:
        if self._progress is not None:
            self._progress.stop()
        self._progress = self._task = None
