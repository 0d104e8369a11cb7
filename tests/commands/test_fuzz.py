"""Whatever stands in a field, the archive records it or refuses it in one sentence."""

import copy
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from marshmallow import Schema, ValidationError

from archive.archive import Archive
from archive.cli.main import main
from archive.commands import COMMANDS
from domain.refusal import Refusal
from domain.sentence import speak
from tests.commands.office import (
    PAST,
    amend,
    ballot,
    clock,
    enter,
    grant,
    pool,
    rounds,
    talk,
    withdraw,
)
from tests.commands.personnel import PERSONNEL
from tests.commands.pointed import POINTED
from tests.commands.process import PROCESS
from tests.given import an_archive
from tests.said import LEGACY, Command, correction, said

SEVERAL = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
BY_NAME: dict[str, Command] = {
    command["command"]: command
    for command in [
        *PAST,
        *PROCESS,
        enter("A"),
        amend("C", "removed"),
        rounds("second"),
        ballot("correct", "A", ratee="B", points=80),
        ballot("void", "A"),
        correction("A", "leader", 80),
        talk("A", "HEAD"),
        pool(),
        grant("A"),
        *PERSONNEL,
        *POINTED,
        withdraw(5),
        said("unit.release", unit="U1", role="unit_head", cadre="HEAD"),
        said("policy.amend", policy="pilot", document="x"),
        said("history.close"),
    ]
}
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(-(10**30), 10**30)
    | st.floats()
    | st.decimals()
    | st.text(max_size=70)
    | st.text(st.characters(), max_size=70)
    | st.dates().map(str)
    | st.datetimes().map(str)
    | st.sampled_from(
        ["A", "U1", "UC", "NOBODY", "annual", "peer", "2018-12-20", "\ud800", "x" * 10_000]
    )
    | st.sampled_from([Decimal("1e-99999999"), Decimal("1e400"), 2018, 90])
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=8,
)
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=8,
)


@pytest.fixture(scope="module")
def archive(store: str) -> Iterator[Archive]:
    with an_archive(*PAST, clock=clock) as archive:
        yield archive


def places(command: Command) -> list[tuple[Any, ...]]:
    """Return where values stand in a command, as paths."""
    found: list[tuple[Any, ...]] = [(name,) for name in command]
    for name, value in command.items():
        if isinstance(value, list) and value:
            found.append((name, 0))
            if isinstance(value[0], dict):
                found += [(name, 0, inner) for inner in value[0]]
    return found


def put(command: Command, place: tuple[Any, ...], value: Any) -> Command:
    changed = copy.deepcopy(command)
    holder: Any = changed
    for step in place[:-1]:
        holder = holder[step]
    holder[place[-1]] = value
    return changed


@st.composite
def broken_commands(draw: st.DrawFn) -> Command:
    """A command of the catalogue, one to three of its values replaced by anything."""
    command = BY_NAME[draw(st.sampled_from(sorted(BY_NAME)))]
    extra = draw(st.sampled_from([{}, LEGACY, {"command_id": "c-1"}, {"source": "x"}]))
    command = {**command, **extra}
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.sampled_from(places(command)))
        command = put(command, place, draw(VALUES))
        if place == ("command",):
            break
    return command


def test_every_command_is_among_those_that_are_broken() -> None:
    assert BY_NAME.keys() == COMMANDS.keys()


@SEVERAL
@given(command=broken_commands())
def test_any_value_in_any_field_is_recorded_or_refused(archive: Archive, command: Command) -> None:
    before = archive.log.last_position()
    (outcome,) = archive.record([command], atomic=True)
    if outcome.refusal is None:
        assert outcome.positions
    else:
        assert isinstance(outcome.refusal, Refusal)
        assert archive.log.last_position() == before
        for lang in ("zh", "en"):
            sentence = speak(outcome.refusal.sentence, lang)  # type: ignore[arg-type]
            assert sentence
            assert "\x1b" not in sentence
            sentence.encode("utf-8")
        (outcome.refusal.field or "").encode("utf-8")


@SEVERAL
@given(commands=st.lists(broken_commands() | VALUES, max_size=6), atomic=st.booleans())
def test_a_batch_of_anything_has_an_outcome_each(
    archive: Archive, commands: list[Any], atomic: bool
) -> None:
    outcomes = list(archive.record(commands, atomic=atomic))
    assert len(outcomes) == len(commands)
    refused = [outcome.refusal is not None for outcome in outcomes]
    assert not (atomic and any(refused)) or all(refused)


@SEVERAL
@given(data=st.data())
def test_a_form_loads_straight_what_marshmallow_would(data: st.DataObject) -> None:
    """The short way and marshmallow's own take and refuse the same, with the same result."""
    command = data.draw(broken_commands())
    name = command.get("command")
    form = COMMANDS[name if isinstance(name, str) and name in COMMANDS else "ballot.submit"].form
    assert loaded(lambda: form.load(command)) == loaded(lambda: Schema.load(form, command))


def loaded(load: Any) -> Any:
    try:
        return dict(load())
    except ValidationError:
        return None


LINE = (
    st.binary(max_size=60)
    | st.text(max_size=60).map(lambda text: text.encode("utf-8", "surrogatepass"))
    | JSON_VALUES.map(lambda value: repr(value).encode("utf-8", "surrogatepass"))
)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path


@settings(SEVERAL, max_examples=60)
@given(lines=st.lists(LINE, max_size=6), encoding=st.sampled_from(["utf-8", "gbk", "latin-1"]))
def test_any_bytes_in_a_file_end_without_a_traceback(
    out: Path, capsys: pytest.CaptureFixture[str], lines: list[bytes], encoding: str
) -> None:
    file = out / "lines.jsonl"
    file.write_bytes(b"\n".join(lines))
    with pytest.raises(SystemExit) as ended:
        main(["do", str(file), "--archive", str(out / "data"), "--encoding", encoding, "--json"])
    assert ended.value.code in (0, 1, 2)
    captured = capsys.readouterr()
    assert "Traceback" not in captured.err
    assert (ended.value.code == 2) == bool(captured.err)
