"""The scheme (R28): its chain from the draft to the ratification, its use, its bounds (R26)."""

from collections.abc import Iterator, Sequence

from domain.rules.clauses import clause
from domain.rules.conformance.facts import Conduct, Found, ListStep, Roles, SchemeStep
from domain.rules.conformance.steps import out_of_order, rounds
from domain.rules.finding import Finding, Verdict, positions
from domain.rules.procedure import PARTY_GROUP, scheme_roles
from domain.rules.scheme_terms import out_of_bounds, read_terms
from domain.sentence import Sentence, Term, say

CHAIN = ("drafted", "screened", "resolved", "countersigned", "ratified")


def order(conduct: Conduct) -> Iterator[Found]:
    """Each draft goes through all steps in order; a step about an earlier draft is missing."""
    for steps in rounds(conduct.scheme, begins="drafted", ends="returned"):
        problems = tuple(out_of_order(steps, CHAIN))
        yield _found(conduct, "R28", problems, say("chain_needed", chain=_chain()), _at(steps))


def wrong_role(conduct: Conduct) -> Iterator[Found]:
    """Each step is taken by somebody who holds its role on that day."""
    for step in conduct.scheme:
        if roles := scheme_roles(step.step):
            held = conduct.roles.any_held(step.by, roles, step.on)
            yield who_took(None, "R28", step, roles, held=held)


def not_collective(conduct: Conduct) -> Iterator[Found]:
    """The Party group resolves the scheme together, at a named meeting."""
    for step in conduct.scheme:
        if step.step == "resolved":
            yield together(conduct, None, "R28", step)


def used_before_ratified(conduct: Conduct) -> Iterator[Found]:
    """Nothing is scored, recorded or closed before the scheme is ratified; the roster is no use.

    Paper history of which nothing tells of a scheme is INSUFFICIENT.
    """
    use = conduct.first_use
    if use is None and not conduct.scheme:
        return
    ratified = [step for step in conduct.scheme if step.step == "ratified"]
    if use is None:
        verdict, found = Verdict.NOT_APPLICABLE, say("scheme_unused")
    elif not ratified:
        unknown = conduct.paper and not conduct.scheme
        verdict = Verdict.INSUFFICIENT if unknown else Verdict.FAIL
        found = say(
            "scheme_never_ratified" if conduct.scheme else "scheme_unknown",
            use=Term(use.what),
            on=use.on,
        )
    else:
        first = min(step.on for step in ratified)
        verdict = Verdict.PASS if first <= use.on else Verdict.FAIL
        found = say("scheme_used", use=Term(use.what), on=use.on, ratified=first)
    evidence = positions(((use.position,) if use else (), _at(ratified or conduct.scheme)))
    needed = say("scheme_use_needed")
    yield Found(None, Finding("R28", verdict, found, needed, clause("R28"), evidence))


def content_changed(conduct: Conduct) -> Iterator[Found]:
    """What is ratified is what was screened, resolved and countersigned: the same hash."""
    since_return: list[SchemeStep] = []
    for step in conduct.scheme:
        if step.step == "returned":
            since_return = []
        since_return.append(step)
        if step.step == "ratified":
            yield _same_content(since_return, step)


def scheme_out_of_bounds(conduct: Conduct) -> Iterator[Found]:
    """The weights that the ratified draft (else the last) declares are within the city's bounds."""
    drafts = [step for step in conduct.scheme if step.content is not None]
    ratified = {step.sha256 for step in conduct.scheme if step.step == "ratified"}
    chosen = [step for step in drafts if step.sha256 in ratified] or drafts
    for step in chosen[-1:]:
        terms = read_terms(step.content or {})
        outside = out_of_bounds(terms, conduct.policy)
        problems = tuple(say("outside_bounds", name=name, problem=why) for name, why in outside)
        needed = say("bounds_needed")
        yield _found(conduct, "R26", problems, needed, (step.position,))


def who_took(
    cadre: str | None,
    rule: str,
    step: SchemeStep | ListStep,
    roles: Sequence[str],
    *,
    held: bool,
) -> Found:
    """Say whether a step was taken by somebody with one of its roles."""
    named = tuple(map(Term, roles))
    found = say("step_by", step=Term(step.step), on=step.on, by=step.by)
    verdict = Verdict.PASS if held else Verdict.FAIL
    needed = say("step_by_needed", roles=named)
    return Found(cadre, Finding(rule, verdict, found, needed, clause(rule), (step.position,)))


def together(conduct: Conduct, cadre: str | None, rule: str, step: SchemeStep | ListStep) -> Found:
    """Say whether a resolution names its meeting and enough of the Party group attended."""
    fewest = conduct.policy.resolution.attendees
    attending = members_of_group(conduct.roles, step)
    found = say(
        "resolved_at",
        on=step.on,
        meeting=step.meeting or say("meeting_unnamed"),
        n=len(attending),
    )
    collective = bool(step.meeting) and len(attending) >= fewest
    verdict = Verdict.PASS if collective else Verdict.FAIL
    needed = say("resolved_needed", n=fewest)
    return Found(cadre, Finding(rule, verdict, found, needed, clause(rule), (step.position,)))


def members_of_group(roles: Roles, step: SchemeStep | ListStep) -> list[str]:
    """Return those attending who belonged to the Party group on that day."""
    return [
        who for who in dict.fromkeys(step.attendees) if roles.any_held(who, PARTY_GROUP, step.on)
    ]


def _same_content(steps: Sequence[SchemeStep], ratified: SchemeStep) -> Found:
    others = [step for step in steps if step.step in CHAIN[1:-1]]
    differing = [step for step in others if step.sha256 != ratified.sha256]
    evidence = _at((*(differing or others), ratified))
    known = ratified.sha256 is not None
    found = say("content_kept") if known else say("content_unknown")
    verdict = Verdict.PASS if known else Verdict.INSUFFICIENT
    if differing:
        verdict = Verdict.FAIL
        found = say("content_differs", steps=tuple(Term(step.step) for step in differing))
    needed = say("content_needed")
    return Found(None, Finding("R28", verdict, found, needed, clause("R28"), evidence))


def _found(
    conduct: Conduct,
    rule: str,
    problems: tuple[Sentence, ...],
    needed: Sentence,
    evidence: tuple[int, ...],
) -> Found:
    verdict = Verdict.FAIL if problems else Verdict.PASS
    found = say("problems", problems=problems) if problems else say("in_order")
    return Found(None, Finding(rule, verdict, found, needed, clause(rule), evidence))


def _chain() -> tuple[Term, ...]:
    return tuple(map(Term, CHAIN))


def _at(steps: Sequence[SchemeStep]) -> tuple[int, ...]:
    return tuple(sorted(step.position for step in steps))
