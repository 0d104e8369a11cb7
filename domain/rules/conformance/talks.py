"""Talks (R21, R22): held, by the right talker, not too light, in time; and what followed."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from domain.rules.accountability import REASSIGNED, TalkDue, TalkStatus
from domain.rules.conformance.facts import Conduct, Found, TalkStep
from domain.rules.finding import Finding, Verdict
from domain.sentence import Term, say


def talk_missing(conduct: Conduct) -> Iterator[Found]:
    """A talk that is due was held; until its last day nothing is missing."""
    for talk in _due(conduct):
        verdict = Verdict.PASS
        if not _was_held(conduct, talk):
            passed = talk.status == "overdue"
            verdict = Verdict.FAIL if passed else Verdict.NOT_APPLICABLE
        yield _told(conduct, talk, verdict)


def talk_overdue(conduct: Conduct) -> Iterator[Found]:
    """A talk was held by its last day."""
    return _of_held(conduct, "overdue")


def talk_wrong_talker(conduct: Conduct) -> Iterator[Found]:
    """A talk was held by somebody with the role for it, and not by its subject."""
    return _of_held(conduct, "wrong_talker")


def talk_too_light(conduct: Conduct) -> Iterator[Found]:
    """Whom an admonition is due isn't only reminded."""
    return _of_held(conduct, "too_light")


def no_improvement(conduct: Conduct) -> Iterator[Found]:
    """After an admonition's deadline the cadre improved, or took another post with a reason.

    Where no deadline was set, the policy's days after the talk count. A deadline of whom only a
    reminder was due, and who got no admonition, is no matter of this check (R21).
    """
    grave = {talk.cadre for talk in _due(conduct) if talk.kind == "admonition"}
    days = timedelta(days=conduct.policy.talks.improvement_days)
    for cadre in sorted({*conduct.held, *conduct.talk_steps}):
        steps = conduct.talk_steps.get(cadre, ())
        talks = [t for t in conduct.held.get(cadre, ()) if t.what == "admonition"]
        deadlines = [step for step in steps if step.step == "deadline" and step.due]
        if not talks and not (deadlines and cadre in grave):
            continue
        if deadlines:
            due, asked = deadlines[-1].due or date.max, deadlines[-1].position
        else:
            due, asked = talks[-1].on + days, talks[-1].position
        yield Found(cadre, _improved(conduct, steps, due, asked))


def _improved(conduct: Conduct, steps: tuple[TalkStep, ...], due: date, asked: int) -> Finding:
    moved = [step for step in steps if step.step in REASSIGNED]
    reviews = [step for step in steps if step.step == "improvement"]
    outcome = reviews[-1].outcome if reviews else None
    settled = bool(moved) or outcome == "improved"
    verdict = Verdict.PASS if settled else Verdict.FAIL
    if not settled and conduct.today <= due:
        verdict = Verdict.NOT_APPLICABLE
    what = [Term(outcome)] if outcome else []
    what += [Term(step.step) for step in moved]
    return Finding(
        rule="R22",
        verdict=verdict,
        found=say("improvement_found", what=tuple(what) or say("improvement_none")),
        needed=say("improvement_needed", due=due),
        clause=conduct.policy.clause("talks.improvement_days"),
        evidence=tuple(sorted({asked, *(step.position for step in (*reviews, *moved))})),
    )


def _due(conduct: Conduct) -> list[TalkDue]:
    return [talk for talk in conduct.talks if talk.status != "not_needed"]


def _of_held(conduct: Conduct, wrong: TalkStatus) -> Iterator[Found]:
    for talk in _due(conduct):
        if _was_held(conduct, talk):
            yield _told(conduct, talk, Verdict.FAIL if talk.status == wrong else Verdict.PASS)


def _was_held(conduct: Conduct, talk: TalkDue) -> bool:
    """Tell if a talk counts for it; else it is only due, or nobody held it in time."""
    held = {one.position for one in conduct.held.get(talk.cadre, ())}
    return not held.isdisjoint(talk.evidence)


def _told(conduct: Conduct, talk: TalkDue, verdict: Verdict) -> Found:
    """Tell of a talk; nobody failed at what couldn't be known by its last day."""
    finding = replace(talk.finding, verdict=verdict)
    if verdict is Verdict.FAIL and talk.cadre in conduct.unforeseen:
        since = say("talk_unforeseen", found=finding.found)
        finding = replace(finding, verdict=Verdict.INSUFFICIENT, found=since)
    return Found(talk.cadre, finding)
