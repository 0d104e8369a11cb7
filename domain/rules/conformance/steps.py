"""Chains of steps: what is missing in one, and what was taken before what comes first."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TypeVar

from domain.rules.conformance.facts import Step
from domain.sentence import Sentence, Term, say

S = TypeVar("S", bound=Step)
LABELS = {"confirmed": "step_confirmed"}
"""The labels of steps whose codes are shown otherwise as a status."""


def rounds(steps: Sequence[S], *, begins: str, ends: str) -> list[list[S]]:
    """Divide a chain's steps: a round begins with ``begins`` or behind ``ends``.

    A step ``begins`` that follows itself begins nothing: it only takes the other's place.
    """
    found: list[list[S]] = []
    before: str | None = ends
    for step in steps:
        if before == ends or (step.step == begins and before != begins):
            found.append([])
        found[-1].append(step)
        before = step.step
    return found


def named(step: str) -> Term:
    """Return a step as it is told."""
    return Term(step, LABELS.get(step))


def out_of_order(steps: Sequence[Step], chain: Sequence[str]) -> Iterator[Sentence]:
    """Yield what is wrong with one round's order.

    Each step of the chain wants those before it: somewhere in the round, and not later. The
    business dates decide; of one day the log's order.
    """
    taken = {step.step: step for step in steps}  # the last of each kind
    if chain[0] in taken:  # the beginning is taken anew until the next step is
        taken[chain[0]] = _beginning(steps, chain[0])
    last = max((chain.index(name) for name in taken if name in chain), default=0)
    for name in chain[:last]:
        if name not in taken:
            yield say("step_missing", step=named(name))
    present = [taken[name] for name in chain if name in taken]
    for before, after in pairwise(present):
        if (after.on, after.position) < (before.on, before.position):
            yield say(
                "step_before",
                step=named(after.step),
                on=after.on,
                first=named(before.step),
                first_on=before.on,
            )


def _beginning(steps: Sequence[Step], name: str) -> Step:
    """Return the beginning that the next steps are about: the last one before any of them."""
    beginnings = [step for step in steps if step.step == name]
    others = [step.position for step in steps if step.step != name]
    upto = min(others, default=beginnings[-1].position)
    return next((step for step in reversed(beginnings) if step.position <= upto), beginnings[0])
