"""Results (R02, R14, R15, R17, R31b, law): grounded, as computed, published as they are."""

from collections.abc import Iterator, Mapping, Sequence

from domain.rules.clauses import clause
from domain.rules.conformance.facts import Conduct, Dated, Found, ResultStep
from domain.rules.conformance.steps import named, out_of_order
from domain.rules.finding import Finding, Verdict, positions
from domain.rules.outside import NO_SCORE
from domain.rules.ranking import half_finding
from domain.rules.standing import Standing
from domain.sentence import Sentence, Term, points, say

BEFORE: Mapping[str, tuple[str, ...]] = {
    "publicised": ("proposed",),
    "confirmed": ("proposed",),
    "notified": ("confirmed",),
    "acknowledged": ("notified",),
    "reconsidered": ("notified",),
    "appealed": ("notified",),
}
"""What each step of a result wants before it; a live confirmation also a publication."""


def order(conduct: Conduct) -> Iterator[Found]:
    """A result is proposed, publicised, confirmed, notified and acknowledged in this order.

    Paper history may lack the publication.
    """
    for cadre, steps in sorted(conduct.results.items()):
        problems = tuple(dict.fromkeys(_problems(steps)))
        taken = tuple(named(step) for step in dict.fromkeys(one.step for one in steps))
        found = say("steps_in_order", steps=taken)
        if problems:
            found = say("problems", problems=problems)
        verdict = Verdict.FAIL if problems else Verdict.PASS
        needed = say("result_order_needed")
        yield Found(cadre, Finding("R15", verdict, found, needed, clause("R15"), _at(steps)))


def self_approval(conduct: Conduct) -> Iterator[Found]:
    """Nobody confirms his own result, nor decides about it; proposing isn't meant."""
    for cadre, steps in sorted(conduct.results.items()):
        for step in steps:
            if step.step in ("confirmed", "decided"):
                verdict = Verdict.FAIL if step.by == cadre else Verdict.PASS
                found = say("step_by", step=named(step.step), on=step.on, by=step.by)
                needed = say("not_by_oneself", cadre=cadre)
                evidence = (step.position,)
                yield Found(cadre, Finding("R15", verdict, found, needed, clause("R15"), evidence))


def no_evidence(conduct: Conduct) -> Iterator[Found]:
    """A grade rests on the year's log: entries, or ratings that stand.

    Where the scores are paper history's own numbers, the log is missing: INSUFFICIENT.
    """
    for cadre, standing in sorted(conduct.standings.items()):
        member = standing.member
        if member.grade is None or member.grade.grade in NO_SCORE:
            continue
        entries = conduct.entries.get(cadre, ())
        ratings = [score.position for score in member.scores if score.source == "log"]
        given = [number.position for number in member.given.values() if number.computed_elsewhere]
        verdict = Verdict.PASS
        if not entries and not ratings:
            verdict = Verdict.INSUFFICIENT if given else Verdict.FAIL
        found = say("log_found", entries=len(entries), ratings=len(ratings))
        evidence = positions(((member.grade.position,), entries, ratings, given))
        needed = say("log_needed")
        yield Found(cadre, Finding("R02", verdict, found, needed, clause("R02"), evidence))


def grade_differs(conduct: Conduct) -> Iterator[Found]:
    """The grade on record is the computed one, then or now, or a reason is recorded with it.

    A correction and an upheld appeal carry their reasons. What was computed so when the grade
    was given, and differs only by what became known later, is nobody's fault.
    """
    for cadre, standing in sorted(conduct.standings.items()):
        given = standing.member.grade
        if given is None:
            continue
        step = _given_by(conduct.results.get(cadre, ()), given.position)
        then = conduct.standing_at(step, cadre) if step else standing
        computed = {one.computed_grade for one in (standing, then) if one is not None}
        reason = _reason(conduct.results.get(cadre, ()), given.position)
        verdict, found = Verdict.FAIL, say("grade_unreasoned")
        if given.grade in computed:
            verdict, found = Verdict.PASS, say("grade_same")
        elif step is not None and step.step == "decided":
            stage = Term(step.stage or "none")
            verdict, found = Verdict.PASS, say("grade_decided", stage=stage, on=step.on)
        elif given.status == "corrected":
            verdict, found = Verdict.PASS, say("grade_corrected")
        elif reason:
            verdict, found = Verdict.PASS, say("grade_reasoned", reason=reason)
        elif computed == {None}:
            verdict, found = Verdict.INSUFFICIENT, say("rank_none")
        yield Found(
            cadre,
            Finding(
                rule="R14",
                verdict=verdict,
                found=say("grade_checked", grade=Term(given.grade), found=found),
                needed=say("grade_as_computed", grade=Term(standing.computed_grade or "none")),
                clause=clause("R14"),
                evidence=positions(((given.position,), standing.scored.evidence)),
            ),
        )


def barred_excellent(conduct: Conduct) -> Iterator[Found]:
    """优秀 isn't on record for anyone whom a sanction bars, or whose year no score grades.

    What bars and wasn't known when the grade was given is INSUFFICIENT, and nobody's fault.
    """
    for cadre, standing in sorted(conduct.standings.items()):
        given = standing.member.grade
        if given is None or given.grade != "excellent":
            continue
        step = _given_by(conduct.results.get(cadre, ()), given.position)
        then = conduct.standing_at(step, cadre) if step else standing
        bar, verdict = _bar(standing), Verdict.PASS
        found = say("excellent_barred", status=Term(given.status), bar=bar.found)
        if _barred(standing):
            verdict = Verdict.FAIL
            if then is not None and not _barred(then):
                verdict, found = Verdict.INSUFFICIENT, say("barred_since", found=found)
        needed = say("barred_needed")
        evidence = positions(((given.position,), bar.evidence))
        parts = (bar,)
        yield Found(cadre, Finding("law", verdict, found, needed, bar.clause, evidence, parts))


def _barred(standing: Standing) -> bool:
    """Tell if no score makes the cadre 优秀 that year."""
    return standing.computed_grade in NO_SCORE or standing.graded.bar.verdict is Verdict.FAIL


def _bar(standing: Standing) -> Finding:
    graded = standing.graded
    return graded.finding if standing.computed_grade in NO_SCORE else graded.bar


def below_half_commended(conduct: Conduct) -> Iterator[Found]:
    """优秀 isn't proposed for anyone below the half, as it was known then (R17)."""
    for cadre, steps in sorted(conduct.results.items()):
        given = [step for step in steps if step.grade == "excellent" and step.step in _GIVING]
        for step in given[-1:]:
            standing = conduct.standing_at(step, cadre)
            if standing is None:
                continue
            half = half_finding(standing.ranked, standing.policy)
            evidence = positions((half.evidence, (step.position,)))
            found = say("excellent_given", step=named(step.step), on=step.on, place=half.found)
            needed = half.needed
            yield Found(cadre, Finding("R17", half.verdict, found, needed, half.clause, evidence))


def two_incompetent(conduct: Conduct) -> Iterator[Found]:
    """After two years of 不称职 in a row something was decided: another post, or leaving."""
    for cadre, standing in sorted(conduct.standings.items()):
        given, before = standing.member.grade, conduct.earlier.get(cadre)
        if given is None or before is None or "proposed" in (given.status, before.status):
            continue
        if (given.grade, before.grade) != ("incompetent", "incompetent"):
            continue
        since: Sequence[Dated] = conduct.gone.get(cadre, ())
        found = say("decided_since", what=tuple(map(_told, since)) or say("nothing_decided"))
        evidence = positions(
            ((given.position, before.position), (event.position for event in since))
        )
        verdict = Verdict.PASS if since else Verdict.FAIL
        needed = say("decided_since_needed")
        yield Found(cadre, Finding("law", verdict, found, needed, clause("law"), evidence))


def publicised_differs(conduct: Conduct) -> Iterator[Found]:
    """What was publicised is what is computed.

    What was right as then known and differs only by what became known since is INSUFFICIENT: it
    wants publishing anew and is nobody's fault.
    """
    for cadre, steps in sorted(conduct.results.items()):
        for step in steps:
            if step.step == "publicised" and (now := conduct.standings.get(cadre)):
                yield Found(cadre, _publicised(step, now, conduct.standing_at(step, cadre)))


def _publicised(step: ResultStep, now: Standing, then: Standing | None) -> Finding:
    told = (step.annual, step.rank, step.of)
    known = say("recomputed", then=_computed(then), now=_computed(now))
    verdict, found = Verdict.FAIL, say("publicised_wrong", told=_place(told), known=known)
    if told == (None, None, None):
        verdict, found = Verdict.NOT_APPLICABLE, say("publicised_nothing")
    elif _agrees(told, now):
        verdict, found = Verdict.PASS, say("publicised_right", told=_place(told))
    elif now.rank is None:
        verdict = Verdict.INSUFFICIENT
        found = say("publicised_unranked", told=_place(told), known=known)
    elif then is not None and _agrees(told, then):
        verdict = Verdict.INSUFFICIENT
        found = say("publicised_since", told=_place(told), known=known)
    needed = say("publicised_needed", place=_computed(now))
    evidence = positions(((step.position,), now.ranked.evidence))
    return Finding("R31b", verdict, found, needed, clause("R31b"), evidence)


def _agrees(told: tuple[int | None, ...], standing: Standing) -> bool:
    computed = (standing.annual, standing.rank, standing.of)
    return all(a in (None, b) for a, b in zip(told, computed, strict=True))


def _place(numbers: tuple[int | None, ...]) -> Sentence:
    annual, rank, of = numbers
    shown = "—" if annual is None else points(annual)
    return say("publicised_place", annual=shown, rank=rank or "—", of=of or "—")


def _computed(standing: Standing | None) -> Sentence:
    if standing is None:
        return say("rank_none")
    return _place((standing.annual, standing.rank, standing.of))


def _problems(steps: Sequence[ResultStep]) -> Iterator[Sentence]:
    for index, step in enumerate(steps):
        if before := _before(steps, index):
            earlier = [one for one in steps[: index + 1] if one.step in (*before, step.step)]
            yield from out_of_order(earlier, (*before, step.step))
        if step.step == "publicised":
            confirmed = [one for one in steps[:index] if one.step == "confirmed"]
            if confirmed:
                yield say("publicised_after", on=step.on, confirmed=confirmed[-1].on)


def _before(steps: Sequence[ResultStep], index: int) -> tuple[str, ...]:
    """Return the steps wanted before this one; a publication behind it is told of by itself."""
    step = steps[index]
    if step.step == "decided":
        return (REQUESTS[step.stage or ""],)
    before = BEFORE.get(step.step, ())
    behind = any(one.step == "publicised" for one in steps[index:])
    live = step.step == "confirmed" and not step.legacy
    return (*before, "publicised") if live and not behind else before


def _given_by(steps: Sequence[ResultStep], position: int) -> ResultStep | None:
    """Return the step by which the grade on record was given."""
    return next((step for step in steps if step.position == position), None)


def _reason(steps: Sequence[ResultStep], position: int) -> str | None:
    """Return the reason of the last proposal up to the grade on record."""
    told = [step for step in steps if step.step == "proposed" and step.position <= position]
    return told[-1].reason if told else None


def _told(event: Dated) -> Sentence:
    return say("event_on", what=Term(event.what), on=event.on)


def _at(steps: Sequence[ResultStep]) -> tuple[int, ...]:
    return tuple(sorted(step.position for step in steps))


_GIVING = ("proposed", "confirmed")
REQUESTS = {"reconsider": "reconsidered", "appeal": "appealed", "": "reconsidered"}
