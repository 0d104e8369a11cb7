"""What a finding says follows from what it cites (law 5)."""

from dataclasses import replace

from domain.rules.eligibility import commendation
from domain.rules.facts import UnitYear
from domain.rules.finding import Finding, flat
from domain.rules.standing import Standing, judge
from tests.rules.given import annuals, case, member, unit_year


def cites(standing: Standing) -> dict[str, set[int]]:
    return {f.rule: set(f.evidence) for whole in standing.findings for f in flat(whole)}


def standing_of(cadre: str, unit: UnitYear) -> Standing:
    return next(standing for standing in judge(unit) if standing.cadre == cadre)


def scores_of(unit: UnitYear, *cadres: str) -> set[int]:
    return {given.position for m in unit.members if m.cadre in cadres for given in m.given.values()}


def unit_with_scores_at_places_of_their_own(*points: int) -> UnitYear:
    people = [
        replace(m, position=n, given={"annual": replace(m.given["annual"], position=100 + n)})
        for n, m in enumerate(annuals(*points).members, start=1)
    ]
    return unit_year(people)


def test_a_place_cites_every_score_that_was_compared_and_the_roster() -> None:
    unit = unit_with_scores_at_places_of_their_own(90, 88, 86)

    found = cites(standing_of("C1", unit))
    compared = {1, 2, 3, 101, 102, 103}
    assert [found[rule] for rule in ("R12", "R17", "R21.zone", "R15")] == [compared] * 4
    assert found["R15.floor"] == {101}
    (half, leading) = commendation(case("C1", [unit])).finding.parts
    assert compared <= set(half.evidence)
    assert compared <= set(leading.evidence)


def test_a_score_that_was_not_compared_is_not_cited() -> None:
    unit = unit_with_scores_at_places_of_their_own(90, 88, 86)
    first, *others = unit.members
    left_out = unit_year([replace(first, participates="comment_only"), *others])

    assert cites(standing_of("C1", left_out))["R12"] == {1, 2, 3}
    assert cites(standing_of("C2", left_out))["R12"] == {1, 2, 3, 102, 103}


def test_who_lacks_a_score_is_unranked_on_the_evidence_of_what_there_is() -> None:
    lacking = member("C9", performance=90)
    unit = unit_year([*annuals(90, 88, 86).members, lacking])
    found = cites(standing_of("C9", unit))

    assert found["R12"] == {m.position for m in unit.members} | scores_of(unit, "C9")


def test_a_small_group_compared_with_the_city_cites_its_own_and_says_how_many() -> None:
    unit = unit_with_scores_at_places_of_their_own(90, 70)
    pool = {("other", "1A41"): [7000, 9000, 9500]}
    (low,) = (s for s in judge(unit, pool) if s.cadre == "C2")
    zone: Finding = next(f for f in low.findings if f.rule == "R21.zone")

    assert zone.evidence == (1, 2, 101, 102)
    assert str(zone.found) == "得分更低者0人，全市同类别同层次共3人（外单位得分未列入依据）"


def test_a_seat_also_cites_the_roster_that_the_quota_is_shared_over() -> None:
    unit = unit_with_scores_at_places_of_their_own(90, 88, 86)
    elsewhere = replace(member("D1", level="1A42", annual=80), position=50)

    assert 50 in cites(standing_of("C1", unit_year([*unit.members, elsewhere])))["R15.quota"]
