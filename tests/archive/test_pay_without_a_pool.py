"""Allowances of a level whose standard nobody set: listed, found, and judged as far as can be."""

import json
from typing import Any

import pytest

from archive.archive import Archive
from domain.rules.finding import Finding
from domain.sentence import speak
from projections.conformance import checks_of_year
from projections.spread import proposals, spreads
from tests.archive.test_pay import ANNUAL, pool
from tests.cli.program import in_process
from tests.given import Command, an_archive, asked
from tests.said import component, paper, people, policy, roster, said

OFFICE = [
    *paper("2018-01-01", *people(*ANNUAL), policy(), roster(*ANNUAL)),
    *paper("2019-02-01", *(component(code, "annual", ANNUAL[code]) for code in ANNUAL)),
]
PASS, FAIL, INSUFFICIENT, NONE = "PASS", "FAIL", "INSUFFICIENT", "NOT_APPLICABLE"


def paying(*amounts: float, own: tuple[float, ...] = ()) -> Command:
    grants: list[dict[str, Any]] = [
        {"cadre": f"C{n}", "amount": amount} for n, amount in enumerate(amounts, start=1)
    ]
    for grant, standard in zip(grants, own, strict=False):
        grant["standard"] = standard
    return said("allowance.grant", unit="U1", year=2018, grants=grants)


@pytest.mark.parametrize(
    ("granted", "band", "uneven", "order"),
    [
        (paying(11_000, 10_500, 9_500, 9_000), INSUFFICIENT, PASS, PASS),
        (paying(10_000, 10_000, 10_000, 10_000), INSUFFICIENT, FAIL, PASS),
        (paying(9_000, 11_000, 9_000, 9_000), INSUFFICIENT, PASS, FAIL),
        (paying(10_000), INSUFFICIENT, NONE, NONE),
        # with standards of their own all of them can be judged; with some only, none
        (paying(11_000, 18_000, own=(10_000, 20_000)), PASS, PASS, PASS),
        (paying(11_000, 18_000, own=(10_000,)), INSUFFICIENT, INSUFFICIENT, INSUFFICIENT),
    ],
)
def test_what_is_paid_without_a_standard_is_over_the_pool(
    granted: Command, band: str, uneven: str, order: str
) -> None:
    with an_archive(*OFFICE, granted) as archive, asked(archive) as reader:
        (found,) = spreads(reader, 2018)
        assert proposals(reader, 2018) == []
    parts: dict[str, Finding] = {part.rule: part for part in found.finding.parts}
    assert {rule: str(part.verdict) for rule, part in parts.items()} == {
        "R13.band": band,
        "R06": uneven,
        "R13.pool": FAIL,
        "R13.order": order,
    }
    assert (found.pool.standard, found.pool.total, str(found.finding.verdict)) == (None, None, FAIL)
    assert found.paid == sum(int(grant["amount"] * 100) for grant in granted["grants"])
    assert speak(parts["R13.pool"].found).startswith("未定标准，")
    assert "no standard set" in speak(parts["R13.pool"].found, "en")


def test_the_check_finds_it_until_the_standard_is_set() -> None:
    granted = paying(11_000, 10_500, 9_500, 9_000)
    with an_archive(*OFFICE, granted, pool()) as archive:
        position = archive.log.last_position() - 1
        verdicts = []
        for as_of in (f"#{position}", None):
            with asked(archive, as_of) as reader:
                verdicts.append(
                    {
                        str(one.finding.verdict)
                        for one in checks_of_year(reader, 2018)
                        if one.check == "over_pool"
                    }
                )
    assert verdicts == [{FAIL}, {PASS}]


def test_the_level_is_listed_without_a_pool(
    location: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with Archive(location, create=True) as archive:
        for command in (*OFFICE, paying(11_000, 9_000)):
            archive.do(command)
    shiji = in_process(capsys, location)
    (row,) = json.loads(shiji("spread", "2018", "--json").out)
    assert (row["rank_level"], row["people"], row["pool"], row["paid"]) == ("1A50", 4, None, 20_000)
    assert "20000.00" in shiji("spread", "2018").out
