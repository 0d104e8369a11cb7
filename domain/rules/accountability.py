"""Talks due and talks held (R21 reminder, R22 admonition).

Due: in the bottom zone and below the cut. A reminder is held by the unit's deputy or head,
an admonition by the head; when the subject is the head, the city leader talks. A talk held
before the closing (while the year is open: before its end) follows no result: it isn't counted.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from domain.rules.facts import TalkHeld, UnitYear
from domain.rules.finding import Finding, Verdict, positions
from domain.rules.policy import Policy
from domain.rules.ranking import zone_finding
from domain.rules.standing import Standing
from domain.sentence import Sentence, Term, points, say

Kind = Literal["reminder", "admonition"]
TalkStatus = Literal["due", "held", "wrong_talker", "too_light", "overdue", "not_needed"]

RULES: Mapping[Kind, str] = {"reminder": "R21", "admonition": "R22"}
TALKERS: Mapping[Kind, tuple[str, ...]] = {
    "reminder": ("unit_deputy", "unit_head"),
    "admonition": ("unit_head",),
}
HEADS_TALKERS = ("city_leader",)
REASSIGNED = ("demoted", "non_leading")
"""The steps that give another post to who didn't improve (R22, R23)."""
VERDICTS: Mapping[TalkStatus, Verdict] = {
    "held": Verdict.PASS,
    "due": Verdict.INSUFFICIENT,
    "wrong_talker": Verdict.FAIL,
    "too_light": Verdict.FAIL,
    "overdue": Verdict.FAIL,
    "not_needed": Verdict.NOT_APPLICABLE,
}
# Of several talks with one cadre the one that satisfies most counts.
BEST: tuple[TalkStatus, ...] = ("held", "overdue", "wrong_talker", "too_light")


@dataclass(frozen=True, slots=True)
class TalkDue:
    """A talk that is due, or was held without being due.

    Args:
        talkers: the roles of whom one must talk; empty when no talk is needed.
        unit: the one whose roster judges, else where the cadre then served; empty if nowhere.
        annual: the published annual score in hundredths; with ``rank`` and ``of``, None
            (``of`` 0) when the cadre isn't on the year's roster.
        due: the last day for it; None while the year is open, the talk is then provisional.
    """

    unit: str
    year: int
    cadre: str
    kind: Kind
    talkers: tuple[str, ...]
    status: TalkStatus
    annual: int | None
    rank: int | None
    of: int
    due: date | None
    evidence: tuple[int, ...]
    finding: Finding


def talks(
    unit_year: UnitYear,
    standings: Sequence[Standing],
    held: Sequence[TalkHeld],
    head: str | None,
    today: date,
) -> list[TalkDue]:
    """Return the talks of a unit's year: those due by the ranking, then those not needed.

    Args:
        standings: the year as judged, with the city's scores for small groups.
        held: the talks on record about this year.
        head: the unit's head, whose talk is the city leader's.
        today: the day to which overdue refers.
    """
    talks_with: dict[str, list[TalkHeld]] = {}
    for talk in held:
        talks_with.setdefault(talk.cadre, []).append(talk)
    first_day = unit_year.closing.on if unit_year.closing else date(unit_year.year, 12, 31)
    due: list[TalkDue] = []
    for standing in standings:
        if kind := kind_due(standing):
            own = [t for t in talks_with.get(standing.cadre, ()) if t.on >= first_day]
            early = [t for t in talks_with.pop(standing.cadre, ()) if t.on < first_day]
            if early:
                talks_with[standing.cadre] = early
            due.append(_due(unit_year, standing, kind, own, standing.cadre == head, today))
    by_cadre = {standing.cadre: standing for standing in standings}
    due.extend(
        not_needed(
            talk,
            unit_year.unit,
            unit_year.year,
            unit_year.policy,
            by_cadre.get(cadre),
            deadline(unit_year),
        )
        for cadre, rest in talks_with.items()
        for talk in rest
    )
    return due


def kind_due(standing: Standing) -> Kind | None:
    """Return the talk that a standing asks for: in the bottom zone and below the cut."""
    grading = standing.policy.grading
    if standing.zone.verdict is not Verdict.PASS or standing.annual is None:
        return None
    if standing.annual < grading.incompetent_below:
        return "admonition"
    return "reminder" if standing.annual < grading.basically_competent_below else None


def deadline(unit_year: UnitYear) -> date | None:
    """Return the last day for the talks of a year; None while it is open."""
    if unit_year.closing is None:
        return None
    return unit_year.closing.on + timedelta(days=unit_year.policy.talks.days)


def _due(
    unit_year: UnitYear,
    standing: Standing,
    kind: Kind,
    held: Sequence[TalkHeld],
    is_head: bool,
    today: date,
) -> TalkDue:
    talkers = HEADS_TALKERS if is_head else TALKERS[kind]
    last_day = deadline(unit_year)
    missing: TalkStatus = "due" if last_day is None or today <= last_day else "overdue"
    statuses = {_judged(talk, kind, talkers, last_day) for talk in held}
    status = next((status for status in BEST if status in statuses), missing)
    closing = (unit_year.closing.position,) if unit_year.closing else ()
    evidence = positions(
        (
            standing.scored.evidence,
            standing.ranked.roster,
            closing,
            [talk.position for talk in held],
        )
    )
    return TalkDue(
        unit=unit_year.unit,
        year=unit_year.year,
        cadre=standing.cadre,
        kind=kind,
        talkers=talkers,
        status=status,
        annual=standing.annual,
        rank=standing.rank,
        of=standing.of,
        due=last_day,
        evidence=evidence,
        finding=Finding(
            rule=RULES[kind],
            verdict=VERDICTS[status],
            found=_found(standing, status, held),
            needed=_needed(kind, talkers, last_day),
            clause=unit_year.policy.clause(_cut(kind)),
            evidence=evidence,
            parts=(zone_finding(standing.ranked, standing.zone, standing.policy),),
        ),
    )


def _judged(
    talk: TalkHeld, kind: Kind, talkers: tuple[str, ...], last_day: date | None
) -> TalkStatus:
    if kind == "admonition" and talk.kind == "reminder":
        return "too_light"
    if not talk.holds_role or talk.talker == talk.cadre or talk.talker_role not in talkers:
        return "wrong_talker"
    return "held" if last_day is None or talk.on <= last_day else "overdue"


def not_needed(
    talk: TalkHeld,
    unit: str,
    year: int,
    policy: Policy | None,
    standing: Standing | None = None,
    due: date | None = None,
) -> TalkDue:
    """Return a talk that was held without being due; ``standing`` is None on no roster."""
    scored = standing.scored.evidence if standing else ()
    evidence = positions((scored, (talk.position,)))
    return TalkDue(
        unit=unit,
        year=year,
        cadre=talk.cadre,
        kind=talk.kind,
        talkers=(),
        status="not_needed",
        annual=standing.annual if standing else None,
        rank=standing.rank if standing else None,
        of=standing.of if standing else 0,
        due=due,
        evidence=evidence,
        finding=Finding(
            rule=RULES[talk.kind],
            verdict=VERDICTS["not_needed"],
            found=_found(standing, "not_needed", [talk]),
            needed=say("talk_not_needed"),
            clause=policy.clause(_cut(talk.kind)) if policy else "",
            evidence=evidence,
        ),
    )


def _cut(kind: Kind) -> str:
    below = {"reminder": "basically_competent_below", "admonition": "incompetent_below"}
    return f"grading.{below[kind]}"


def _needed(kind: Kind, talkers: tuple[str, ...], last_day: date | None) -> Sentence:
    roles = tuple(Term(role) for role in talkers)
    if last_day is None:
        return say("talk_needed_provisional", kind=Term(kind), talkers=roles)
    return say("talk_needed", kind=Term(kind), talkers=roles, due=last_day)


def _found(standing: Standing | None, status: TalkStatus, held: Sequence[TalkHeld]) -> Sentence:
    talks = tuple(_spoken(held)) or (say("talk_none"),)
    if standing is None or standing.rank is None or standing.annual is None:
        return say("talk_found", status=Term(status), talks=talks)
    return say(
        "talk_found_ranked",
        annual=points(standing.annual),
        rank=standing.rank,
        of=standing.of,
        status=Term(status),
        talks=talks,
    )


def _spoken(held: Sequence[TalkHeld]) -> Iterator[Sentence]:
    for talk in held:
        yield say(
            "talk_held",
            kind=Term(talk.kind),
            on=talk.on,
            talker=talk.talker,
            role=Term(talk.talker_role),
        )
