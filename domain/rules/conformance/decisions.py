"""Decisions (R03, R17, R20): grounded, allowed as known when taken, and what changed since."""

from collections.abc import Iterator

from domain.rules.clauses import clause
from domain.rules.conformance.facts import Conduct, Decided, Found, Post
from domain.rules.finding import Finding, Verdict, flat, positions
from domain.rules.policy import Policy
from domain.sentence import Sentence, Term, say


def decision_without_evidence(conduct: Conduct) -> Iterator[Found]:
    """A decision names evidence or says a reason."""
    for taken in conduct.decisions:
        grounded = bool(taken.cites or taken.reason)
        found = say("grounds_found", n=len(taken.cites), reason=taken.reason or "—")
        evidence = positions(((taken.position,), taken.cites))
        verdict = Verdict.PASS if grounded else Verdict.FAIL
        needed = say("grounds_needed")
        finding = Finding("R03", verdict, _of(taken, found), needed, clause("R03"), evidence)
        yield Found(taken.cadre, finding)


def below_half_commended(conduct: Conduct) -> Iterator[Found]:
    """Nobody below the half is commended, as it was known then (R17); an exception is no excuse."""
    for taken in conduct.decisions:
        if taken.kind == "commend":
            yield _as_known_then(taken, taken.then.verdict)


def ineligible_appointed(conduct: Conduct) -> Iterator[Found]:
    """Who is appointed to a higher level was eligible, as known then, or is an exception (R20)."""
    for taken in conduct.decisions:
        if taken.kind != "appoint":
            continue
        higher = _is_higher(conduct.policy, taken.rank_level, taken.held)
        verdict = taken.then.verdict
        if taken.excepted is not None and verdict is not Verdict.PASS:
            verdict = Verdict.PASS
        elif higher is False:
            verdict = Verdict.NOT_APPLICABLE
        elif higher is None and verdict is Verdict.FAIL:
            verdict = Verdict.INSUFFICIENT
        yield _as_known_then(taken, verdict)


def evidence_changed(conduct: Conduct) -> Iterator[Found]:
    """What a decision rests on is as it was known when it was taken.

    A difference is no violation of those who decided then: it wants looking at, INSUFFICIENT.
    """
    for taken in conduct.decisions:
        told = tuple(_differences(taken))
        same = not told and not taken.changed
        found = say("evidence_kept")
        if not same:
            positions_told = tuple(f"#{position}" for position in taken.changed)
            found = say("evidence_since", differences=told or "—", events=positions_told or "—")
        since = set(taken.now.evidence) - set(taken.then.evidence) if told else set()
        evidence = positions(((taken.position,), taken.cites, taken.changed, since))
        verdict = Verdict.PASS if same else Verdict.INSUFFICIENT
        needed = say("evidence_needed")
        finding = Finding("R34", verdict, _of(taken, found), needed, clause("R34"), evidence)
        yield Found(taken.cadre, finding)


def posted_without_decision(conduct: Conduct) -> Iterator[Found]:
    """A posting to a higher level follows a decision to appoint that cadre to that level.

    The decision stands, was taken up to the day of the posting, and after the posting before.
    """
    for post in conduct.postings:
        if post.former is None or post.former.rank_level == post.rank_level:
            continue
        higher = _is_higher(conduct.policy, post.rank_level, post.former)
        decided = [
            one
            for one in conduct.appointments.get(post.cadre, ())
            if one.what == post.rank_level and post.former.on <= one.on <= post.on
        ]
        verdict = Verdict.PASS if decided else Verdict.FAIL
        if higher is False:
            verdict = Verdict.NOT_APPLICABLE
        elif higher is None and not decided:
            verdict = Verdict.INSUFFICIENT
        found = say(
            "posted_found",
            on=post.on,
            post=post.post,
            before=post.former.rank_level,
            after=post.rank_level,
            n=len(decided),
        )
        evidence = positions(
            ((post.position, post.former.position), (one.position for one in decided))
        )
        law = clause("R20")
        finding = Finding("R20", verdict, found, say("posted_needed"), law, evidence)
        yield Found(post.cadre, finding)


def _as_known_then(taken: Decided, verdict: Verdict) -> Found:
    """Tell what was found when the decision was taken."""
    told = [part for part in taken.then.parts if not part.soft] or [taken.then]
    excepted = say("excepted") if taken.excepted is not None else say("not_excepted")
    found = say(
        "answered_then",
        verdict=Term(taken.then.verdict),
        parts=tuple(_part(part) for part in told),
        excepted=excepted,
    )
    own = (taken.position, *((taken.excepted,) if taken.excepted else ()))
    evidence = positions((own, taken.then.evidence))
    then = taken.then
    clause_of = then.clause or clause("R20")
    finding = Finding(then.rule, verdict, _of(taken, found), then.needed, clause_of, evidence)
    return Found(taken.cadre, finding)


def _differences(taken: Decided) -> Iterator[Sentence]:
    """Say which findings read otherwise now; what combines others only repeats them."""
    then = {finding.rule: finding for finding in flat(taken.then)}
    for now in flat(taken.now):
        was = then.get(now.rule)
        repeats = now.found.key == "combined" or (now.soft and now is not taken.now)
        if was is None or repeats or (was.verdict, was.found) == (now.verdict, now.found):
            continue
        yield say(
            "evidence_differs",
            rule=now.rule,
            then=was.found,
            then_verdict=Term(was.verdict),
            now=now.found,
            now_verdict=Term(now.verdict),
        )


def _is_higher(policy: Policy, level: str | None, former: Post | None) -> bool | None:
    """Tell if a level is above the former post's; None where the policy doesn't order them."""
    order = policy.levels.order
    if former is None or level is None or level not in order or former.rank_level not in order:
        return None if former is None or level != former.rank_level else False
    return order.index(level) < order.index(former.rank_level)


def _of(taken: Decided, found: Sentence) -> Sentence:
    return say(
        "decision_found",
        decision=taken.decision,
        kind=Term(taken.kind),
        on=taken.on,
        found=found,
    )


def _part(part: Finding) -> Sentence:
    if part.found.key == "combined":
        return say("combined_part", rule=part.rule, verdict=Term(part.verdict))
    return say("part_found", rule=part.rule, verdict=Term(part.verdict), found=part.found)
