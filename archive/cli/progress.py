"""A progress bar on stderr, where a person looks at a terminal."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from domain.sentence import Lang, term
from projections.rebuild import Progress as Report


@contextmanager
def progress_bar(what: str, lang: Lang) -> Iterator[Report | None]:
    """Yield a function (done, of) that moves the bar; None where nobody looks."""
    if not sys.stderr.isatty():
        yield None
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = None

        def report(done: int, of: int) -> None:
            nonlocal task
            if task is None:
                task = bar.add_task(term(what, lang), total=of)
            bar.update(task, completed=done, total=of)

        yield report
