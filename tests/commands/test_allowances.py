"""Grants with a standard of one's own."""

from projections.facts import allowances
from tests.commands.office import clock, pool
from tests.given import an_archive, asked, given
from tests.said import people, policy, roster, said

OFFICE = [policy(), *people("A", "B"), roster("A", "B")]
GRANT = said(
    "allowance.grant",
    unit="U1",
    year=2018,
    grants=[
        {"cadre": "A", "amount": 9_500.5, "standard": 9_000},
        {"cadre": "B", "amount": 10_000},
    ],
)


def test_a_grant_may_have_a_standard_of_its_own() -> None:
    stream = "allowance/2018/U1"
    given(*OFFICE, pool(), clock=clock).when(GRANT).then(
        (stream, "allowance.granted", {"cadre": "A", "amount": 950_050, "standard": 900_000}),
        (stream, "allowance.granted", {"cadre": "B", "amount": 1_000_000, "standard": None}),
    )


def test_a_standard_of_nothing_is_refused() -> None:
    grants = [{"cadre": "B", "amount": 1}, {"cadre": "A", "amount": 1, "standard": 0}]
    for told in ({}, {"legacy": True, "known_at": "2019-05-01"}):
        given(*OFFICE, clock=clock).when(GRANT | {"grants": grants} | told).refused(
            "the standard is 0; expected more, since the spread is measured by it",
            "grants.1.standard",
        )


def test_the_view_has_each_standard_and_what_floats() -> None:
    with an_archive(*OFFICE, pool(floating=2_500), GRANT) as archive, asked(archive) as reader:
        rows = sorted(reader.rows(allowances), key=lambda row: row.position)
        assert [(r.kind, r.cadre, r.amount, r.floating, r.standard) for r in rows] == [
            ("pool", None, 1_000_000, 250_000, None),
            ("grant", "A", 950_050, None, 900_000),
            ("grant", "B", 1_000_000, None, None),
        ]
