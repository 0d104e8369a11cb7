"""The figures as tables: what it is at each size, how it grew, and what it is beside."""

from collections.abc import Iterator, Sequence

from rich.table import Table

from benchmarks.figure import Figure, rounded
from benchmarks.measuring import Measured


def tables(sizes: Sequence[Measured]) -> Iterator[Table]:
    """Yield a table a store; the sizes go from the smaller to the larger."""
    for store in sizes[-1].figures:
        yield _table(store, sizes)


def _table(store: str, sizes: Sequence[Measured]) -> Table:
    title = "; then ".join(
        f"{size.units} units, {size.years} years, {size.events:,} events" for size in sizes
    )
    table = Table(title=f"{store}: {title}", title_justify="left")
    for heading in ("what", *(f"{size.events:,}" for size in sizes), ""):
        table.add_column(heading, justify="right" if heading[:1].isdigit() else "left")
    for heading in ("grew", "beside", "figure", "ratio"):
        table.add_column(heading, justify="left" if heading == "beside" else "right")
    for of_one in zip(*(size.figures[store] for size in sizes), strict=True):
        table.add_row(*_row(of_one))
    return table


def _row(of_one: Sequence[Figure]) -> Iterator[str]:
    """Yield the cells of one thing, measured at each size."""
    first, last = of_one[0], of_one[-1]
    yield last.what
    yield from (_shown(figure.value) for figure in of_one)
    yield last.unit
    yield f"× {rounded(last.value / first.value)}"
    yield last.beside
    yield "" if last.other is None else _shown(last.other)
    yield "" if last.ratio is None else f"{last.ratio:.2f}"


def _shown(value: float) -> str:
    return f"{rounded(value):,}"
