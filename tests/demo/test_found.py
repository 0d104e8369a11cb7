"""What is planted in a simulated city is what leads point at, and the control units have none."""

from datetime import date

import pytest

from archive.archive import Archive
from archive.commands import COMMANDS
from archive.demo.city import city
from archive.demo.found import Counted, counted
from domain.lead import KINDS
from projections.as_of import AsOf
from projections.patterns.analysed import analyse
from projections.patterns.archived import archived


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Counted]:
    made = city(4, 6, 7)
    with Archive(tmp_path_factory.mktemp("city"), create=True) as archive:
        refused = [o.refusal for o in archive.record(made.commands(COMMANDS)) if o.refusal]
        assert refused == []
        with archive.ask(AsOf(date(made.years[-1] + 2, 1, 1))) as reader:
            panels = archived(reader, archive.views.engine)
    leads = analyse(panels, 1, KINDS).leads
    return {one.kind: one for one in counted(made.labels, leads, KINDS)}


LEAST = [
    # kind, least recall, least precision
    ("raters", 1.0, 0.8),
    ("pairs", 0.2, 1.0),
    ("windows", 0.2, 1.0),
]
"""Of four units and six years; docs/patterns.md has the table of a larger city."""


@pytest.mark.parametrize(("kind", "recall", "precision"), LEAST)
def test_leads_point_at_what_is_planted(
    found: dict[str, Counted], kind: str, recall: float, precision: float
) -> None:
    one = found[kind]
    assert one.planted
    assert (one.recall or 0) >= recall
    assert (one.precision or 0) >= precision


def test_of_what_is_planted_nowhere_there_are_no_leads(found: dict[str, Counted]) -> None:
    nowhere = {kind: one.leads for kind, one in found.items() if not one.planted}
    assert nowhere == dict.fromkeys(("rings", "in-group", "rivals", "retaliation", "units"), 0)


def test_the_control_units_have_no_leads(found: dict[str, Counted]) -> None:
    assert [one.in_controls for one in found.values()] == [0] * len(KINDS)
