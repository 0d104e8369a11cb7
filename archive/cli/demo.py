"""``shiji demo``: build a simulated city through commands, then walk through the questions."""

import json
import time
from collections import Counter
from datetime import date
from pathlib import Path

import click

from archive.archive import Archive
from archive.cli.asked import QUESTIONS
from archive.cli.options import Failure, archive_options
from archive.cli.progress import progress_bar
from archive.cli.signed_in import operation
from archive.commands import COMMANDS
from archive.demo.city import MOST_UNITS, MOST_YEARS, City, city
from archive.store.location import is_postgres
from domain.sentence import Lang, say, speak
from projections.as_of import AsOf
from projections.facts import decisions
from projections.ranking import annual_ranking
from projections.talks import talks_of_year

LABELS = "labels.json"


@click.command()
@click.option(
    "--units", type=click.IntRange(1, MOST_UNITS), default=6, show_default=True, help="单位数。"
)
@click.option(
    "--years", type=click.IntRange(1, MOST_YEARS), default=5, show_default=True, help="年度数。"
)
@click.option("--seed", default=1, show_default=True, help="随机种子；同一种子得到同一座城市。")
@archive_options
@operation("demo")
def demo(units: int, years: int, seed: int, location: str, lang: Lang) -> None:
    """示例城市：用命令建立一座模拟的城市，再走一遍各项查询。"""
    made = city(units, years, seed)
    with Archive(location, create=True) as archive:
        if archive.log.last_position():
            raise Failure(say("demo_not_empty", location=location))
        started = time.monotonic()
        commands, events = _build(archive, made, lang)
        archive.views.ensure()
        seconds = f"{time.monotonic() - started:.0f}"
    labels = Path("." if is_postgres(location) else location) / LABELS
    labels.write_text(json.dumps(made.labels, ensure_ascii=False, indent=1), "utf-8")
    click.echo(
        speak(
            say(
                "demo_built",
                units=units,
                years=len(made.years),
                commands=commands,
                events=events,
                seconds=seconds,
                labels=labels,
            ),
            lang,
        )
    )
    _walk(location, made, lang)


def _build(archive: Archive, made: City, lang: Lang) -> tuple[int, int]:
    """Record the whole city; a refused command would be our own mistake."""
    total = sum(1 for _ in made.commands(COMMANDS))
    events = 0
    with progress_bar("demo", lang) as bar:
        outcomes = archive.record(made.commands(COMMANDS))
        for done, outcome in enumerate(outcomes, start=1):
            if outcome.refusal:
                raise outcome.refusal
            events += len(outcome.positions)
            if bar and done % 500 == 0:
                bar(done, total)
    return total, events


def _walk(location: str, made: City, lang: Lang) -> None:
    """Ask the new archive one question after another, each as it would be typed."""
    year = made.years[-1]
    with Archive(location) as archive, archive.ask(AsOf(date(year + 1, 12, 31))) as reader:
        ranked = annual_ranking(reader, year)
        talk = next(iter(talks_of_year(reader, year)), None)
        excepted = [row for row in reader.rows(decisions) if row.kind == "except"]
    sizes = Counter(line.standing.unit for line in ranked)
    unit = min(sizes, key=lambda unit: (sizes[unit], unit))
    own = [line.standing for line in ranked if line.standing.unit == unit]
    best = max(own, key=lambda standing: (standing.half == "upper", standing.annual or 0))
    evidence = [str(position) for position in best.scored.evidence[:2]]
    known_then = f"{year}-12-31"
    asked: list[tuple[str, list[str]]] = [
        ("rank", [str(year), "--unit", unit]),
        ("rank", [str(year), "--unit", unit, "--as-of", known_then]),
        ("eligible", [best.cadre, "--for", "promotion", "--year", str(year)]),
        ("audit", ["--ratee", best.cadre, "--year", str(year), "--source", "ballot"]),
        ("event", evidence),
    ]
    if talk:
        asked.append(("record", [talk.cadre, "--year", str(year), "--as-of", f"{year}-04-30"]))
        asked.append(("talks", [str(year)]))
    planted = [lab for lab in made.labels if lab["kind"] == "violation" and lab["year"] == year]
    if planted:
        asked.append(("check", [str(year), "--unit", planted[0]["unit"]]))
    if excepted:
        asked.append(("dossier", [max(excepted, key=lambda row: row.position).decision]))
    for name, arguments in asked:
        click.echo(f"\n$ shiji {name} {' '.join(arguments)}")
        where = ["--archive", location, "--lang", lang]
        QUESTIONS[name].main([*arguments, *where], standalone_mode=False)
