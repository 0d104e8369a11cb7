"""What is planted in a simulated city is what leads point at, and the control units have none."""

from datetime import date

import pytest

from archive.archive import Archive
from archive.commands import COMMANDS
from archive.demo.city import city
from archive.demo.found import Counted, counted
from projections.as_of import AsOf
from projections.patterns.analysed import analyse
from projections.patterns.archived import archived

KINDS = ("pairs", "rings", "raters", "retaliation")


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


def test_most_leads_are_right(found: dict[str, Counted]) -> None:
    leads = sum(one.leads for one in found.values())
    assert leads
    assert sum(one.right for one in found.values()) >= 0.85 * leads


def test_every_straight_liner_is_found_and_pairs_are(found: dict[str, Counted]) -> None:
    assert found["raters"].recall == 1
    assert found["pairs"].found


def test_the_control_units_have_no_leads(found: dict[str, Counted]) -> None:
    assert [one.in_controls for one in found.values()] == [0] * len(KINDS)
