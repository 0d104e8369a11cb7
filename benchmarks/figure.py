"""One measured figure, and what it is compared with."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure, beside its peer or its limit measured in the same run.

    Args:
        what: what was measured.
        value: how much, in ``unit``.
        beside: what it is compared with, if with anything.
        other: how much that was, in the same unit.
    """

    what: str
    value: float
    unit: str
    beside: str = ""
    other: float | None = None

    @property
    def ratio(self) -> float | None:
        """This figure's share of the other."""
        return self.value / self.other if self.other else None

    def as_json(self) -> dict[str, Any]:
        """Return the figure as JSON has it."""
        told: dict[str, Any] = {"what": self.what, "value": rounded(self.value), "unit": self.unit}
        if self.other and self.ratio:
            told |= {
                "beside": self.beside,
                "other": rounded(self.other),
                "ratio": rounded(self.ratio),
            }
        return told


def rounded(value: float) -> float:
    """Return three significant digits of a small figure, whole numbers of a large one."""
    return round(value) if value >= 1000 else float(f"{value:.3g}")


def seconds(work: Callable[[], object]) -> float:
    """Return how long a piece of work took."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def milliseconds(works: Iterable[Callable[[], object]]) -> list[float]:
    """Return how long each piece of work took, the quickest first."""
    return sorted(1000 * seconds(work) for work in works)


def percentile(ascending: list[float], percent: int) -> float:
    """Return the smallest figure that ``percent`` of all don't exceed."""
    return ascending[max(0, -(-len(ascending) * percent // 100) - 1)]
