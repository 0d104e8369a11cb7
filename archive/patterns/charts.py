"""Charts of scoring patterns as files: a heat map and a graph for each group with a lead."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from archive.charts.heat_map import heat_map
from archive.charts.relations import Tie, relation_graph
from archive.patterns.rows import named, term_of
from domain.refusal import Refusal
from domain.sentence import Lang, say, speak
from projections.patterns.analysed import Analysed
from projections.patterns.found import Found
from projections.patterns.pairs import Pair
from projections.patterns.parts import is_of
from projections.patterns.releasing import Pointed
from projections.patterns.rings import Ring

CHARTED = ("pairs", "rings", "retaliation")
"""The kinds of leads that charts show."""
_UNSAFE = '/\\:*?"<>|#'


def write_charts(
    folder: Path, analysed: Analysed, unit: str | None, names: Mapping[str, str], lang: Lang
) -> None:
    """Write the charts of the unit asked for, or of every group with a lead.

    Raises:
        Refusal: a file can't be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for found in analysed.found:
        own = [lead for lead in analysed.leads if _is_of(lead, found)]
        for group in sorted(found.residuals):
            leads = [lead for lead in own if lead.group == group]
            if (unit and is_of(group, unit)) or (unit is None and leads):
                _write(folder, found, group, leads, names, lang)


def _write(
    folder: Path,
    found: Found,
    group: str,
    leads: Iterable[Pointed],
    names: Mapping[str, str],
    lang: Lang,
) -> None:
    people = found.people[group]
    place = {who: at for at, who in enumerate(people)}
    called = [named(who, names) for who in people]
    ties, rings = [], []
    for lead in leads:
        if isinstance(lead.item, Pair):
            a, b = place[lead.item.a], place[lead.item.b]
            ties.append(Tie(a, b, lead.item.estimate, lead.strength == "strong"))
        elif isinstance(lead.item, Ring):
            rings.append([place[who] for who in lead.item.members])
    framed = {(t.a, t.b) for t in ties} | {(t.b, t.a) for t in ties}
    framed |= {(i, j) for ring in rings for i in ring for j in ring if i != j}
    stratum = {
        "group": group,
        "relation": term_of(found.relation) or "—",
        "source": term_of(found.source) or "—",
    }
    residuals = found.residuals[group].tolist()
    title = speak(say("heat_map_title", **stratum), lang)
    name = "-".join(filter(None, (group, found.relation, found.source)))
    map_file, graph_file = (folder / f"{_safe(name)}-{what}.svg" for what in ("heat", "graph"))
    drawn = heat_map(called, residuals, framed, title, lang)
    _keep(drawn, map_file)
    title = speak(say("graph_title", **stratum), lang)
    _keep(relation_graph(called, ties, rings, title, lang), graph_file)


def _keep(drawn: str, file: Path) -> None:
    try:
        file.write_bytes(drawn.encode())
    except OSError as error:
        raise Refusal(say("file_unwritable", file=file, reason=error.strerror)) from None


def _is_of(lead: Pointed, found: Found) -> bool:
    return (lead.relation, lead.source) == (found.relation, found.source)


def _safe(name: str) -> str:
    """Return a name as any file system takes it."""
    return "".join("_" if c in _UNSAFE or not c.isprintable() else c for c in name)
