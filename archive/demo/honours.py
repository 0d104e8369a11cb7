"""Who is commended, sent to training or named a talent, as the archive's own rules allow."""

from collections.abc import Iterator
from datetime import date
from random import Random

from archive.demo.paper import ORGANIZATION, Command, at, later, paper
from archive.demo.season import Season
from domain.rules.eligibility import Purpose
from domain.rules.finding import Verdict
from domain.rules.standing import Standing

COMMENDED, TRAINED, TALENTED = 0.5, 0.7, 0.15
TITLE = "年度实绩考核先进个人"
REASON = "年度实绩突出"


def honours(season: Season, rng: Random) -> list[Command]:
    """Return the decisions about the unit's people, and the corrections that overtake them."""
    return [*_commended(season, rng), *_trained(season, rng), *_talented(season, rng)]


def _commended(season: Season, rng: Random) -> Iterator[Command]:
    groups = [s for s in season.ranked if s.half != "none"]
    if not groups:
        return
    level = max(groups, key=lambda s: (s.of, s.rank_level)).rank_level
    best = next(s for s in groups if s.rank_level == level and s.rank == 1)
    unfounded = season.planned("decision_without_evidence")
    if unfounded or rng.random() < COMMENDED:
        reason = {} if unfounded else {"reason": REASON}
        if unfounded:
            season.label("decision_without_evidence", best.cadre)
        yield _decision(season, "commend", best.cadre, rng, title=TITLE, **reason)
    if season.planned("below_half_commended"):
        low = rng.choice([s for s in groups if s.half == "lower" and s.rank_level == level])
        season.label("below_half_commended", low.cadre)
        yield _decision(season, "commend", low.cadre, rng, title=TITLE, reason="群众基础好")


def _trained(season: Season, rng: Random) -> Iterator[Command]:
    eligible = _eligible(season, "training") if rng.random() < TRAINED else []
    if not eligible:
        return
    cadre = eligible[0].cadre
    yield _decision(season, "train", cadre, rng, course="中青年干部培训班", reason=REASON)
    if season.free(cadre) and _rests_on(season, cadre) and season.seized("evidence_changed"):
        yield _overtaken(season, cadre, rng)


def _talented(season: Season, rng: Random) -> Iterator[Command]:
    eligible = _eligible(season, "talent") if rng.random() < TALENTED else []
    # whose grade is corrected has a bond, and isn't named as well
    for standing in (s for s in eligible if season.free(s.cadre)):
        yield _decision(season, "talent", standing.cadre, rng, title="优秀年轻干部", reason=REASON)
        return


def _eligible(season: Season, purpose: Purpose) -> list[Standing]:
    """Return those who meet the conditions, the best first."""
    verdict, times = season.books.memory.verdict, season.books.memory.excellent
    best = [s for s in season.ranked if times(s.cadre) > 2]
    best.sort(key=lambda s: (-(s.annual or 0), s.cadre))
    return [s for s in best if verdict(purpose, s.cadre, season.year) is Verdict.PASS]


def _rests_on(season: Season, cadre: str) -> bool:
    """Tell if the training would not be due without this year's grade."""
    memory = season.books.memory
    memory.regrade(cadre, season.year, "competent")
    verdict = memory.verdict("training", cadre, season.year)
    memory.regrade(cadre, season.year, season.grades[cadre])
    return verdict is not Verdict.PASS


def _overtaken(season: Season, cadre: str, rng: Random) -> Command:
    """Return the correction of the grade on which a decision rests."""
    season.grades[cadre] = "competent"
    season.books.memory.regrade(cadre, season.year, "competent")
    season.books.world.bound.add(cadre)
    season.label("evidence_changed", cadre)
    day = later(date(season.year + 1, 2, 20), rng, 0, 6)
    return paper(
        "result.correct",
        ORGANIZATION,
        day,
        at(day, rng),
        cadre=cadre,
        year=season.year,
        grade="competent",
        reason="查实材料不实，等次予以更正",
        approver="市委组织部部务会",
    )


def _decision(season: Season, kind: str, cadre: str, rng: Random, **fields: str) -> Command:
    day = date(season.year + 1, 1, 30)
    season.honoured.add(cadre)
    return paper(
        f"decision.{kind}",
        ORGANIZATION,
        day,
        at(day, rng),
        decision=season.books.world.decision(day.year),
        cadre=cadre,
        year=season.year,
        meeting=f"{day.year}年部务会第2次会议",
        **fields,
    )
