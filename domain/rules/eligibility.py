"""Eligibility for promotion, commendation, training and talent (R16 to R20).

Every answer is also computed under each other reading of the open parameters that bear on
it, one at a time; an answer that flips is sensitive to interpretation.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from domain.rules.case import Case, Scores, scores
from domain.rules.finding import Finding, Verdict, flat
from domain.rules.honours import commendable, talented, trainable
from domain.rules.policy import OPEN
from domain.rules.promotion import promotable
from domain.sentence import say

Purpose = Literal["promotion", "commendation", "training", "talent"]
Rule: TypeAlias = Callable[[Case, Scores], Finding]

RANKING = ("ranking.partition", "ranking.half")


@dataclass(frozen=True, slots=True)
class Interpretation:
    """The verdict under another reading of one parameter."""

    parameter: str
    value: str
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class JudgedBy:
    """The policy text that judged one year of the window."""

    year: int
    unit: str
    policy: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to an eligibility question.

    Args:
        finding: the tree whose root gives the verdict; ``findings`` is the same flat, root first.
        sensitive: some other reading gives another verdict.
        judged_by: the policy texts that were used, by year.
        year: the last year of the window; None when no roster and policy cover one.
    """

    finding: Finding
    interpretations: tuple[Interpretation, ...]
    judged_by: tuple[JudgedBy, ...] = ()
    year: int | None = None

    @property
    def verdict(self) -> Verdict:
        """The verdict of the finding."""
        return self.finding.verdict

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The finding and all its parts, depth first."""
        return flat(self.finding)

    @property
    def sensitive(self) -> bool:
        """Whether another reading of an open parameter gives another verdict."""
        return any(other.verdict is not self.verdict for other in self.interpretations)


def answer(purpose: Purpose, case: Case) -> Answer:
    """Answer one question about one cadre, under every reading."""
    rule, parameters = PURPOSES[purpose]
    known = scores(case)
    others = tuple(
        Interpretation(parameter, value, rule(case.reading(parameter, value), known).verdict)
        for parameter, value in _other_readings(case, parameters)
    )
    judged_by = tuple(
        JudgedBy(year, facts.unit, facts.policy.name, facts.policy.sha256)
        for year, facts in sorted(case.years.items())
    )
    return Answer(rule(case, known), others, judged_by, case.year)


def found(purpose: Purpose, case: Case) -> Finding:
    """Return the finding alone, as the policy reads its open parameters."""
    rule, _ = PURPOSES[purpose]
    return rule(case, scores(case))


def unknown(purpose: Purpose, cadre: str) -> Answer:
    """Answer about a cadre who stood on no roster that a policy covers: nothing is known."""
    missing = say("no_roster", cadre=cadre)
    finding = Finding(RULES[purpose], Verdict.INSUFFICIENT, missing, say("roster_needed"), "")
    return Answer(finding, ())


def promotion(case: Case) -> Answer:
    """C1 and C2 over the window (R20)."""
    return answer("promotion", case)


def commendation(case: Case) -> Answer:
    """The upper half of the year (R17)."""
    return answer("commendation", case)


def training(case: Case) -> Answer:
    """Enough years of 优秀 in the window (R18)."""
    return answer("training", case)


def talent(case: Case) -> Answer:
    """A run of 优秀 years in the window (R19)."""
    return answer("talent", case)


def _other_readings(case: Case, parameters: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for parameter in parameters:
        section, name = parameter.split(".")
        current = getattr(getattr(case.policy, section), name)
        for value in OPEN[parameter]:
            if value != current:
                yield parameter, value


PURPOSES: Mapping[Purpose, tuple[Rule, tuple[str, ...]]] = {
    "promotion": (promotable, (*RANKING, "promotion.total", "promotion.peers")),
    "commendation": (commendable, RANKING),
    "training": (trainable, RANKING),
    "talent": (talented, (*RANKING, "talent.gap")),
}

RULES: Mapping[Purpose, str] = {
    "promotion": "R20",
    "commendation": "R17",
    "training": "R18",
    "talent": "R19",
}
