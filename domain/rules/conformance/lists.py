"""Work lists (R07 to R10): everyone's, approved by the right hands, filed, and in time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from domain.rules.clauses import clause
from domain.rules.conformance.facts import Conduct, Found, ListStep
from domain.rules.conformance.schemes import together, who_took
from domain.rules.conformance.steps import out_of_order, rounds
from domain.rules.facts import CadreYear
from domain.rules.finding import Finding, Verdict
from domain.rules.procedure import APPROVALS, list_roles
from domain.sentence import Sentence, Term, say

APPROVING = {"reviewed": "R08", "resolved": "R09"}


@dataclass(frozen=True, slots=True)
class Due:
    """A filing that is due by ``day``; of a list handed in from ``since`` on, after a new post.

    Args:
        parameter: what of the policy decides the day.
        evidence: the posting or amendment that asks for it.
    """

    day: date
    parameter: str = "lists.due_day"
    since: date | None = None
    evidence: tuple[int, ...] = ()


def order(conduct: Conduct) -> Iterator[Found]:
    """A list is handed in, approved as its cadre's category asks, and filed, in this order."""
    categories = {member.cadre: member.category for member in conduct.facts.members}
    for cadre, all_steps in sorted(conduct.lists.items()):
        for steps in rounds(_here(conduct, all_steps), begins="submitted", ends="returned"):
            chain = ("submitted", _approval(categories.get(cadre), steps), "filed")
            problems = tuple(out_of_order(steps, chain))
            needed = say("chain_needed", chain=tuple(map(Term, chain)))
            found = say("problems", problems=problems) if problems else say("in_order")
            verdict = Verdict.FAIL if problems else Verdict.PASS
            evidence = tuple(step.position for step in steps)
            finding = Finding("R10", verdict, found, needed, clause("R10"), evidence)
            yield Found(cadre, finding)


def wrong_role(conduct: Conduct) -> Iterator[Found]:
    """A list is reviewed by a deputy (without another one, the head), or resolved by the group."""
    for cadre, submitted, step in _approvals(conduct):
        others = {cadre, submitted.by if submitted else cadre} - {step.by}  # his own: self_approval
        deputies = set(conduct.roles.holders("unit_deputy", step.on)) - others
        roles = list_roles(step.step, has_deputy=bool(deputies))
        held = conduct.roles.any_held(step.by, roles, step.on)
        yield who_took(cadre, APPROVING[step.step], step, roles, held=held)


def self_approval(conduct: Conduct) -> Iterator[Found]:
    """Nobody reviews or resolves his own list, nor one that he handed in.

    An author may attend the meeting that resolves; who records the resolution may not be one.
    """
    for cadre, submitted, step in _approvals(conduct):
        yield Found(cadre, _by_another(cadre, submitted, step))


def not_collective(conduct: Conduct) -> Iterator[Found]:
    """The Party group resolves a list together, at a named meeting."""
    for cadre, steps in sorted(conduct.lists.items()):
        for step in _here(conduct, steps):
            if step.step == "resolved":
                yield together(conduct, cadre, "R09", step)


def no_filed_list(conduct: Conduct) -> Iterator[Found]:
    """Everyone who takes part has filed the list last handed in, after a new post a new one.

    Until a filing is due nothing is missing. A year of paper history of which nothing tells
    of lists is INSUFFICIENT.
    """
    unknown = conduct.paper and not conduct.lists
    for member in _taking_part(conduct):
        steps = conduct.lists.get(member.cadre, ())
        dues = _dues(conduct, member.cadre)
        if not dues:
            continue
        missing = tuple(_unfiled(steps, dues))
        verdict = Verdict.PASS
        if any(conduct.today > day for day, _ in missing):
            verdict = Verdict.INSUFFICIENT if unknown else Verdict.FAIL
            missing = tuple((day, why) for day, why in missing if conduct.today > day)
        elif missing:
            verdict = Verdict.NOT_APPLICABLE
        problems = tuple(why for _, why in missing)
        found = say("problems", problems=problems) if problems else say("list_filed")
        own = [step.position for step in steps]
        asked = [position for due in dues for position in due.evidence]
        evidence = tuple(sorted({member.position, *own, *asked}))
        needed = say("filed_needed")
        yield Found(member.cadre, Finding("R07", verdict, found, needed, clause("R07"), evidence))


def late(conduct: Conduct) -> Iterator[Found]:
    """A list is filed by the day that the policy names, after a new post within its days."""
    for member in _taking_part(conduct):
        steps = conduct.lists.get(member.cadre, ())
        for due in _dues(conduct, member.cadre):
            filed = _filed_for(steps, due)
            if filed is None or not _here(conduct, [filed]):
                continue
            yield Found(
                member.cadre,
                Finding(
                    rule="R10",
                    verdict=Verdict.PASS if filed.on <= due.day else Verdict.FAIL,
                    found=say("filed_on", on=filed.on),
                    needed=say("filed_by", day=due.day),
                    clause=conduct.policy.clause(due.parameter),
                    evidence=tuple(sorted((filed.position, *due.evidence))),
                ),
            )


def _taking_part(conduct: Conduct) -> list[CadreYear]:
    """Return those who take part, each on the roster that judges them."""
    return [
        member
        for member in conduct.facts.members
        if member.participates == "yes" and member.cadre in conduct.standings
    ]


def _here(conduct: Conduct, steps: Sequence[ListStep]) -> list[ListStep]:
    return [step for step in steps if step.unit in ("", conduct.unit)]


def _approval(category: str | None, steps: Sequence[ListStep]) -> str:
    known = APPROVALS.get(category or "")
    taken = [step.step for step in steps if step.step in APPROVING]
    return known or (taken[-1] if taken else "reviewed")


def _approvals(conduct: Conduct) -> Iterator[tuple[str, ListStep | None, ListStep]]:
    """Yield each approval of a list here, with its cadre and the submission it is about."""
    for cadre, all_steps in sorted(conduct.lists.items()):
        submitted: ListStep | None = None
        for step in _here(conduct, all_steps):
            if step.step == "submitted":
                submitted = step
            elif step.step in APPROVING:
                yield cadre, submitted, step


def _by_another(cadre: str, submitted: ListStep | None, step: ListStep) -> Finding:
    authors = {cadre: None} | ({submitted.by: None} if submitted else {})
    own = step.by in authors
    evidence = (submitted.position, step.position) if submitted else (step.position,)
    return Finding(
        rule=APPROVING[step.step],
        verdict=Verdict.FAIL if own else Verdict.PASS,
        found=say("step_by", step=Term(step.step), on=step.on, by=step.by),
        needed=say("not_by_authors", authors=tuple(authors)),
        clause=clause(APPROVING[step.step]),
        evidence=evidence,
    )


def _dues(conduct: Conduct, cadre: str) -> list[Due]:
    """Return when a cadre's lists are due: at first, and after each new post in the year.

    A new post so late that its list would be due in the next year asks for none in this one: who
    came from another unit keeps the list filed there, who is new in the service has none.
    """
    posted = [post for post in conduct.postings if post.cadre == cadre and post.is_new]
    dues = [
        due
        for post in sorted(posted, key=lambda post: (post.on, post.position))
        if (due := _due(conduct, post.on, post.position, post.on)).day.year == conduct.year
    ]
    if any(post.former is None or post.former.unit != conduct.unit for post in posted):
        had_one = posted[0].former is not None
        return dues or ([Due(_first(conduct))] if had_one else [])
    added = [a for a in conduct.amendments if a.cadre == cadre and a.change == "added"]
    first = _due(conduct, added[-1].on, added[-1].position) if added else Due(_first(conduct))
    return [first, *dues]


def _due(conduct: Conduct, asked: date, position: int, since: date | None = None) -> Due:
    """Return a filing that something in the year asks for; never before everyone's day."""
    first = _first(conduct)
    day = asked + timedelta(days=conduct.policy.lists.after_posting_days)
    if day <= first:
        return Due(first, since=since, evidence=(position,))
    return Due(day, "lists.after_posting_days", since, (position,))


def _first(conduct: Conduct) -> date:
    lists = conduct.policy.lists
    return date(conduct.year, lists.due_month, lists.due_day)


def _filed_for(steps: Sequence[ListStep], due: Due) -> ListStep | None:
    """Return the first filing of a list that was handed in when it is asked for."""
    submitted: ListStep | None = None
    for step in steps:
        if step.step == "submitted":
            submitted = step
        if step.step == "filed" and (due.since is None or _since(submitted, due.since)):
            return step
    return None


def _since(submitted: ListStep | None, day: date) -> bool:
    return submitted is not None and submitted.on >= day


def _unfiled(steps: Sequence[ListStep], dues: Sequence[Due]) -> Iterator[tuple[date, Sentence]]:
    """Yield what isn't filed, with the day until which nothing is missing."""
    first = min(due.day for due in dues)
    if not steps:
        yield first, say("list_none")
        return
    last = max((i for i, step in enumerate(steps) if step.step == "submitted"), default=-1)
    if all(step.step != "filed" for step in steps[last + 1 :]):
        yield first, say("list_unfiled", on=steps[max(last, 0)].on)
    for due in dues:
        if due.since and _filed_for(steps, due) is None:
            yield due.day, say("list_not_revised", on=due.since)
