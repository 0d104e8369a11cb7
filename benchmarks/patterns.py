"""``python -m benchmarks.patterns``: what the statistics find of the simulated law, and how fast.

Beside each figure stands what a reference implementation of the same formulas reached: for pairs
the least power that is acceptable and the range of its single runs.
"""

import json
import resource
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

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

FIRST_SEED = 60_000
MOST_IN_A_RUN = 0.12
"""The false share that a single run should keep to."""
QUICK: tuple[Kind, ...] = ("pairs", "windows", "rings")

SETTINGS = {f"{law}{periods}": (law, periods) for law in ("A", "B") for periods in (3, 5, 10)}
OF_NOTHING = {"nothing planted: pairs": "≤ 1 flagged a run", "nothing planted: rings": ""}
PAIRS = {
    "A3": "≥ .29 (.22–.49)",
    "A5": "≥ .65 (.62–.76)",
    "A10": "≥ .90 (.89–.95)",
    "B3": "≥ .05 (.01–.15)",
    "B5": "≥ .18 (.18–.30)",
    "B10": "≥ .35 (.33–.45)",
}
RINGS = {
    "A5": ".81 / .03–.09",
    "A10": ".95 / .03–.09",
    "B5": ".28–.33 / .03–.09",
    "B10": ".48–.54 / .03–.09",
}
WINDOWS = {"A5": ".52 / .076", "B5": ".13 / .072", "A10": ".69 / .058", "B10": ".24 / .050"}
REFERENCES = {
    name: {"pairs": PAIRS[name], "rings": RINGS.get(name, "")}
    | ({"windows": WINDOWS[name]} if name in WINDOWS else {})
    | OF_NOTHING
    | ({"nothing planted: windows": ""} if name in WINDOWS else {})
    for name in SETTINGS
}
"""What is measured of each setting, and what the reference implementation reached."""
SPEED = "speed"
COLUMNS = (
    "", "law, periods", "power ± SE (runs)", "FDR ± SE (most)", "flagged (most)",
    "chance of a run over .12", "reference",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One setting's figures over all seeds."""

    what: str
    setting: str
    counted: tuple[Counted, ...]
    reference: str

    def cells(self) -> tuple[str, ...]:
        """Return the row as it is shown."""
        power = np.array([one.power for one in self.counted])
        fdr = np.array([one.fdr for one in self.counted])
        flagged = [one.flagged for one in self.counted]
        return (
            self.what,
            self.setting,
            f"{power.mean():.3f} ± {_error(power):.3f} ({power.min():.2f}–{power.max():.2f})",
            f"{fdr.mean():.3f} ± {_error(fdr):.3f} (≤ {fdr.max():.3f})",
            f"{np.mean(flagged):.1f} (≤ {max(flagged)})",
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
@click.option("--only", type=click.Choice([*SETTINGS, SPEED]), multiple=True)
@click.option(
    "--keep",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write each run into this file, and don't measure again what stands in it: a run that was "
    "broken off goes on, and several processes share the work.",
)
def main(seeds: int, only: tuple[str, ...], keep: Path | None) -> None:
    """Measure power and false discoveries on fresh seeds, then speed and memory."""
    console = Console()
    if not console.is_terminal:
        console = Console(width=WIDE)
    for name in SETTINGS:
        if name in only or not only:
            table = Table(*COLUMNS, title=f"{name}: {seeds} seeds")
            with Console(stderr=True).status(f"measuring {name} …"):
                runs = list(measured(name, range(FIRST_SEED, FIRST_SEED + seeds), keep))
            for what, reference in REFERENCES[name].items():
                own = [counted for run in runs for of, counted in run.items() if of == what]
                table.add_row(*Row(what, name, tuple(own), reference).cells())
            console.print(table)
    if SPEED in only or not only:
        console.print(speed())


Run = dict[str, Counted]
"""What one seed of a setting gave, by what was looked for."""


def measured(name: str, seeds: Iterable[int], keep: Path | None) -> Iterator[Run]:
    """Yield the runs of a setting, those that were kept or another process keeps meanwhile."""
    for seed in seeds:
        run = _kept(name, keep).get(seed)
        if run is None:
            run = run_of(seed, *SETTINGS[name])
            if keep is not None:
                line = {"setting": name, "seed": seed}
                line |= {what: asdict(counted) for what, counted in run.items()}
                with keep.open("a") as file:
                    file.write(json.dumps(line) + "\n")
        yield run


def _kept(name: str, keep: Path | None) -> dict[int, Run]:
    if keep is None or not keep.exists():
        return {}
    lines = [json.loads(line) for line in keep.read_text().splitlines()]
    return {
        line.pop("seed"): {what: Counted(**given) for what, given in line.items()}
        for line in lines
        if line.pop("setting") == name
    }


def run_of(seed: int, law: str, periods: int) -> Run:
    """Return what one seed gives."""
    units = simulate(seed, law, periods)
    stratum = stratum_of(units)
    run = {"pairs": of_pairs(units, stratum.tested), "rings": of_rings(units, stratum)}
    if periods >= LEAST_PERIODS:
        run["windows"] = of_changing(seed, law, periods)
    nothing = of_nothing(seed, law, periods).items()
    return run | {f"nothing planted: {what}": counted for what, counted in nothing}


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
