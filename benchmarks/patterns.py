"""``python -m benchmarks.patterns``: what the statistics find of the simulated law, and how fast.

Beside each figure stands what a reference implementation of the same formulas reached: for pairs
the least power that is acceptable and the range of its single runs.
"""

import resource
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import click
import numpy as np
from rich.console import Console
from rich.table import Table
from scipy import stats

from benchmarks.__main__ import WIDE
from projections.patterns.finding import find
from projections.patterns.leads import Kind
from projections.patterns.panel import Floats
from projections.patterns.windows import LEAST_PERIODS
from tests.patterns.realised import Counted, of_pairs, of_rings, of_windows, stratum_of
from tests.patterns.simulator import simulate

FIRST_SEED = 50_000
MOST_IN_A_RUN = 0.12
"""The false share that a single run should keep to."""
QUICK: tuple[Kind, ...] = ("pairs", "windows", "rings")

PAIRS = {
    ("A", 3): "≥ .29 (.22–.49)",
    ("A", 5): "≥ .65 (.62–.76)",
    ("A", 10): "≥ .90 (.89–.95)",
    ("B", 3): "≥ .05 (.01–.15)",
    ("B", 5): "≥ .18 (.18–.30)",
    ("B", 10): "≥ .35 (.33–.45)",
}
WINDOWS = {
    ("A", 5): ".52 / .076",
    ("B", 5): ".13 / .072",
    ("A", 10): ".69 / .058",
    ("B", 10): ".24 / .050",
}
RINGS = {
    ("A", 5): ".81 / .03–.09",
    ("A", 10): ".95 / .03–.09",
    ("B", 5): ".28–.33 / .03–.09",
    ("B", 10): ".48–.54 / .03–.09",
}
Setting = tuple[str, int]
SETTINGS: dict[str, Setting] = {f"{law}{periods}": (law, periods) for law, periods in PAIRS}
SPEED = "speed"
COLUMNS = (
    "", "law, periods", "power ± SE (runs)", "FDR ± SE (most)", "flagged",
    "chance of a run over .12", "reference",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One setting's figures over all seeds."""

    what: str
    setting: Setting
    counted: tuple[Counted, ...]
    reference: str

    def cells(self) -> tuple[str, ...]:
        """Return the row as it is shown."""
        power = np.array([one.power for one in self.counted])
        fdr = np.array([one.fdr for one in self.counted])
        law, periods = self.setting
        return (
            self.what,
            f"{law}{periods}",
            f"{power.mean():.3f} ± {_error(power):.3f} ({power.min():.2f}–{power.max():.2f})",
            f"{fdr.mean():.3f} ± {_error(fdr):.3f} (≤ {fdr.max():.3f})",
            f"{np.mean([one.flagged for one in self.counted]):.1f}",
            f"{self.chance():.2f}",
            self.reference,
        )

    def chance(self) -> float:
        """Return how likely one run at least passes MOST_IN_A_RUN if all had the mean's rate.

        A run with ten flags passes it with two false ones, whatever the rate is.
        """
        rate = np.mean([one.fdr for one in self.counted])
        flags = np.array([one.counted for one in self.counted])
        within = stats.binom.cdf(np.floor(MOST_IN_A_RUN * flags + 1e-9), flags, rate)
        return float(1 - within.prod())


def _error(values: Floats) -> float:
    return float(values.std(ddof=1) / np.sqrt(len(values))) if len(values) > 1 else float("nan")


@click.command()
@click.option("--seeds", type=click.IntRange(min=1), default=20, show_default=True)
@click.option(
    "--only",
    type=click.Choice([*SETTINGS, SPEED]),
    multiple=True,
    help="Leave out the others; several processes may share the work.",
)
def main(seeds: int, only: tuple[str, ...]) -> None:
    """Measure power and false discoveries on fresh seeds, then speed and memory."""
    console = Console()
    if not console.is_terminal:
        console = Console(width=WIDE)
    for name, setting in SETTINGS.items():
        if name in only or not only:
            table = Table(*COLUMNS, title=f"{name}: {seeds} seeds")
            with Console(stderr=True).status(f"measuring {name} …") as status:
                for row in rows(seeds, setting, status.update):
                    table.add_row(*row.cells())
            console.print(table)
    if SPEED in only or not only:
        console.print(speed())


def rows(seeds: int, setting: Setting, tell: Callable[[str], None]) -> Iterator[Row]:
    """Yield the figures of a setting."""
    law, periods = setting
    pairs, rings, windows = [], [], []
    none: dict[str, list[Counted]] = {"pairs": [], "rings": [], "windows": []}
    for seed in range(FIRST_SEED, FIRST_SEED + seeds):
        tell(f"law {law}, {periods} periods, seed {seed}")
        units = simulate(seed, law, periods)
        stratum = stratum_of(units)
        pairs.append(of_pairs(units, stratum.tested))
        rings.append(of_rings(units, stratum))
        if periods >= LEAST_PERIODS:
            windows.append(of_changing(seed, law, periods))
        for what, counted in of_nothing(seed, law, periods).items():
            none[what].append(counted)
    yield Row("pairs", setting, tuple(pairs), PAIRS[setting])
    yield Row("rings", setting, tuple(rings), RINGS.get(setting, ""))
    if windows:
        yield Row("windows", setting, tuple(windows), WINDOWS[setting])
    for what, found in none.items():
        if found:
            most = max(one.flagged for one in found)
            reference = f"at most {most} a run" + (" (≤ 1)" if what == "pairs" else "")
            yield Row(f"nothing planted: {what}", setting, tuple(found), reference)


def of_changing(seed: int, law: str, periods: int) -> Counted:
    """Count windows where each favour holds for three periods to all."""
    units = simulate(seed, law, periods, plant="windows")
    return of_windows(units, stratum_of(units), seed)


def of_nothing(seed: int, law: str, periods: int) -> dict[str, Counted]:
    """Count what is flagged upward of units in which nothing was planted."""
    units = simulate(seed, law, periods, plant="nothing")
    stratum = stratum_of(units)
    found = {"pairs": of_pairs(units, stratum.tested), "rings": of_rings(units, stratum)}
    if periods >= LEAST_PERIODS:
        found["windows"] = of_windows(units, stratum, seed)
    return found


def speed() -> str:
    """Return what 200 units × 10 years take: pairs, windows and rings together."""
    panels = [unit.panel for unit in simulate(FIRST_SEED, "B", 10)]
    took = []
    for _ in range(3):
        started = time.process_time()
        find(panels, FIRST_SEED, QUICK)
        took.append(time.process_time() - started)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return f"200 units × 10 years: {min(took):.1f} s of one core; {peak:.0f} MB at most, all told"


if __name__ == "__main__":
    main()
