"""How far a job is, and a bar that shows it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Progress:
    """State of a running job, as it is told to a callback.

    Attributes:
        phase: "reading" (the dump is read once; only `rows` counts), "loading" (the workers load their
            models) or "running".
        rows: rows done, those of earlier runs included.
        total: rows of the dump, 0 while it is read.
        rows_per_second: of this run since its first shard was handed out.
        crashes: how often a worker died.
    """

    phase: Literal["reading", "loading", "running"]
    rows: int
    total: int = 0
    rows_per_second: float = 0.0
    crashes: int = 0

    @property
    def seconds_left(self) -> float | None:
        """Estimated time to the end, None while it is unknown."""
        return (self.total - self.rows) / self.rows_per_second if self.rows_per_second else None


ProgressCallback = Callable[[Progress], None]


@contextmanager
def progress_bar() -> Iterator[ProgressCallback]:
    """Show a bar on stderr with notes a second and time left; yields the callback for `run_job`."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[speed]}"),
        TimeElapsedColumn(),
    )  # fmt: skip
    with Bar(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("reading", total=None, speed="")

        def show(progress: Progress) -> None:
            left = progress.seconds_left
            speed = f"{progress.rows_per_second:.1f} notes/s" if progress.rows_per_second else ""
            if left is not None:
                minutes, seconds = divmod(round(left), 60)
                speed += f", {minutes // 60}:{minutes % 60:02d}:{seconds:02d} left"
            total = progress.total or None
            bar.update(task, description=progress.phase, completed=progress.rows, total=total, speed=speed)

        yield show
