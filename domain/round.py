"""A round of scoring (轮次): who is expected to score whom, and between which days."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from domain.cadre import Cadre
from domain.refusal import Refusal
from domain.sentence import say


@dataclass(frozen=True, slots=True)
class Expected:
    """A score that a round expects."""

    rater: str
    ratee: str
    relation: str


def must_be_round(
    starts: date,
    ends: date,
    expected: Sequence[Expected],
    cadres: Mapping[str, Cadre],
    day: date,
) -> None:
    """Refuse a round that ends before it starts, or expects what can't be scored on ``day``.

    Raises:
        Refusal: its field is the pair's.
    """
    if ends < starts:
        raise Refusal(say("ends_before_start", starts=starts, ends=ends), "until")
    for index, pair in enumerate(expected):
        if pair.rater == pair.ratee:
            raise Refusal(say("scores_oneself", cadre=pair.rater), f"expected.{index}.ratee")
        cadres[pair.rater].must_exist(day, f"expected.{index}.rater")
        cadres[pair.ratee].must_exist(day, f"expected.{index}.ratee")
