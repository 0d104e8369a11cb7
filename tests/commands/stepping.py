"""Tables of steps: what came before, what is tried, and the sentence that refuses it."""

from typing import Any, NamedTuple

import pytest

from tests.commands.office import clock
from tests.given import given
from tests.said import Command, paper, people, policy, said, unit

OFFICE = [
    policy(),
    *people("A", "B", "HEAD"),
    said("unit.assign", unit="U1", role="unit_head", cadre="HEAD", on="2015-01-01"),
    unit("U9", on="2018-07-01"),
    said("cadre.register", cadre="LATE", name="后来", on="2019-05-01"),
    said("cadre.register", cadre="GONE", name="已离", on="2010-01-01"),
    said("cadre.leave", cadre="GONE", reason="retired", on="2018-01-31"),
]
NOBODY = "cadre NOBODY is not registered; register them with cadre.register"


class Step(NamedTuple):
    """A command behind others, and what refuses it."""

    name: str
    before: list[Command]
    command: Command
    sentence: str
    field: str | None


def steps(*table: tuple[str, list[Command], Command, str, str | None]) -> Any:
    """Return a parametrisation named by the steps."""
    return pytest.mark.parametrize("step", [Step(*row) for row in table], ids=lambda s: s.name)


def refused_live(step: Step) -> None:
    """Expect the refusal of a step as it happens."""
    given(*OFFICE, *step.before, clock=clock).when(step.command).refused(step.sentence, step.field)


def refused_of_paper(step: Step) -> None:
    """Expect the refusal of a step of paper history."""
    tried = _of_paper(step)
    tried.refused(step.sentence, step.field)


def recorded_of_paper(step: Step) -> None:
    """Expect the step recorded as paper history, where conformance finds it."""
    tried = _of_paper(step)
    assert tried.refusal is None, str(tried.refusal)
    assert len(tried.events) == 1


def _of_paper(step: Step) -> Any:
    before = paper("2019-05-01", *step.before)
    (command,) = paper("2019-05-02", step.command)
    return given(*OFFICE, *before, clock=clock).when(command)
