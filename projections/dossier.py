"""The dossier of a decision (决定案卷): what it rested on, its peers, and what changed since."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from domain.decision import Cited
from domain.rules.eligibility import Answer, unknown
from domain.rules.finding import Finding, Verdict, flat
from domain.sentence import speak
from projections.decisions import DecisionTaken, known_then
from projections.eligibility import eligibility, eligible, judging_unit
from projections.ranking import RankedCadre, annual_ranking
from projections.reader import Reader
from projections.since import Since, since


@dataclass(frozen=True, slots=True)
class Peer:
    """Somebody of the same level: where they stood, and whether they were as eligible that day."""

    ranked: RankedCadre
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Change:
    """A condition that reads otherwise now.

    Args:
        then, now: what was found; None where that condition wasn't asked for.
        events: the positions of the events that brought it about.
    """

    rule: str
    then: Finding | None
    now: Finding | None
    events: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """What the decision cited otherwise than it is recomputed; None where one has nothing."""

    rule: str
    cited: str | None
    recomputed: str | None


@dataclass(frozen=True, slots=True)
class Dossier:
    """All that speaks for and against a decision.

    Args:
        cited: as the decision carries it.
        differences: from what is recomputed as of the position cited; there should be none.
        then: the answer when it was taken, with the other readings of open parameters.
        now: the same question, as of the reader's time.
        standing: where the cadre stood then; None when on no roster of the year judged.
        peers: of the cadre's unit and rank level in the year judged, as known then.
        changes: condition by condition, those that read otherwise now.
        events: what happened since to its evidence or to the cadre's years, in order.
    """

    decision: DecisionTaken
    cited: Cited
    differences: tuple[Difference, ...]
    then: Answer
    now: Answer
    standing: RankedCadre | None
    peers: tuple[Peer, ...]
    changes: tuple[Change, ...]
    events: tuple[int, ...]


def dossier(reader: Reader, decision: DecisionTaken, cited: Cited) -> Dossier:
    """Return the dossier of a decision that stands.

    Args:
        cited: of the decision's own event.
    """
    before = known_then(reader, decision)
    then = eligibility(before, decision.purpose, decision.cadre, decision.asked)
    now = _now(reader, decision)
    level = _level(before, decision)
    own = next((line for line in level if line.standing.cadre == decision.cadre), None)
    happened = since(reader, before, decision, then, now)
    return Dossier(
        decision=decision,
        cited=cited,
        differences=tuple(_differences(cited, _recomputed(before, decision, cited, then))),
        then=then,
        now=now,
        standing=own,
        peers=tuple(_peer(before, decision, line) for line in level if line is not own),
        changes=tuple(_changes(then.finding, now.finding, happened)),
        events=happened.positions,
    )


def met_by(finding: Finding) -> dict[str, tuple[str, ...]]:
    """Return, of each condition with alternatives that was met, by which of them."""
    return {
        found.rule: tuple(part.rule for part in found.parts if part.verdict is Verdict.PASS)
        for found in flat(finding)
        if found.rule in ALTERNATIVES and found.verdict is Verdict.PASS
    }


ALTERNATIVES = frozenset({"R20.C1", "R20.C2"})
"""The conditions of which one branch is enough."""


def _now(reader: Reader, decision: DecisionTaken) -> Answer:
    if decision.year is None:
        return unknown(decision.purpose, decision.cadre)
    return eligibility(reader, decision.purpose, decision.cadre, decision.year)


def _level(before: Reader, decision: DecisionTaken) -> list[RankedCadre]:
    """Return the cadre's unit and rank level in the year judged, ranked as known then."""
    unit = judging_unit(before, decision.cadre, decision.year)
    if unit is None or decision.year is None:
        return []
    ranked = annual_ranking(before, decision.year, unit)
    own = next((r.standing for r in ranked if r.standing.cadre == decision.cadre), None)
    return [r for r in ranked if own and r.standing.rank_level == own.rank_level]


def _peer(before: Reader, decision: DecisionTaken, line: RankedCadre) -> Peer:
    found = eligible(before, decision.purpose, line.standing.cadre, decision.year)
    return Peer(line, found.verdict)


def _recomputed(before: Reader, decision: DecisionTaken, cited: Cited, then: Answer) -> Answer:
    """Return the answer as of the position cited.

    Between that and the decision others may have recorded; of a whole batch taken at once it
    cites the log before the batch.
    """
    if before.as_of.position is None or cited.position >= before.as_of.position:
        return then
    as_of = replace(before.as_of, position=cited.position)
    earlier = Reader(before.connection, as_of)
    return eligibility(earlier, decision.purpose, decision.cadre, decision.asked)


def _differences(cited: Cited, recomputed: Answer) -> Iterator[Difference]:
    there = {found.rule: f"{found.verdict} {found.found}" for found in cited.findings}
    here = {found.rule: f"{found.verdict} {speak(found.found)}" for found in recomputed.findings}
    there |= {"year": _text(cited.year), "verdict": cited.verdict}
    here |= {"year": _text(recomputed.year), "verdict": str(recomputed.verdict)}
    for rule in dict.fromkeys(("year", "verdict", *there, *here)):
        if there.get(rule) != here.get(rule):
            yield Difference(rule, there.get(rule), here.get(rule))


def _text(year: int | None) -> str:
    return "" if year is None else str(year)


def _changes(then: Finding, now: Finding, happened: Since) -> Iterator[Change]:
    before = {found.rule: found for found in flat(then)}
    today = {found.rule: found for found in flat(now)}
    for rule in dict.fromkeys((*before, *today)):
        old, new = before.get(rule), today.get(rule)
        if _read(old) != _read(new):
            yield Change(rule, old, new, happened.behind(old, new))


def _read(found: Finding | None) -> tuple[Verdict, str] | None:
    return None if found is None else (found.verdict, speak(found.found))
