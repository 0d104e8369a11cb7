"""The catalogue of sentences and terms: in both languages, used, and whole."""

import ast
import re
import string
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from eventsourcing.persistence import StoredEvent
from marshmallow import fields

import archive
import domain
import projections
from archive.archive import Archive
from archive.citing import Citing
from archive.commands import COMMANDS
from archive.commands.accounts import ACCOUNTS
from archive.commands.restoring import RESTORING
from archive.fields import Choice
from archive.form import ListOf
from archive.questions import appeals, audit, circular, policy, ranking, spread, units
from archive.recording import Recording
from archive.store.mark import Mark
from archive.streams import EVENTS
from domain.sentence import speak
from domain.story import tell
from projections.audit import Status
from tests.commands.administered import ADMINISTERED
from tests.commands.office import (
    APPROVED,
    PAST,
    amend,
    ballot,
    clock,
    enter,
    grant,
    pool,
    talk,
    with_outside,
    withdraw,
)
from tests.commands.personnel import PERSONNEL
from tests.commands.pointed import POINTED
from tests.commands.process import PROCESS
from tests.given import an_archive
from tests.said import correction, said

CATALOGUE = Path(domain.__file__).with_name("catalogue")
FILES = {path.name: tomllib.loads(path.read_text("utf-8")) for path in CATALOGUE.glob("*.toml")}
TERMS = FILES.pop("terms.toml")
SENTENCES = {key: entry for entries in FILES.values() for key, entry in entries.items()}

CHOSEN_AS_THE_PROGRAM_RUNS = {
    # archive/fields.py: what a Hundredths field says
    "not_points",
    "not_a_weight",
    "not_money",
    # domain/rules/document.py: f"policy_{kind}"
    "policy_choice",
    "policy_choices",
    "policy_shares",
    # domain/ballot.py, domain/year.py: one of two by what stands
    "score_voided",
    "score_never_recorded",
    "roster_already_lists",
    "roster_lacks",
    # domain/rules/grading.py, domain/rules/measured.py: by what was found
    "seat_held",
    "seat_none",
    "seat_tied",
    "score_computed",
    "score_computed_from",
    "score_corrected",
    "score_paper",
    "score_recorded",
    # archive/form.py: by whether it may be empty
    "hint_list",
    "hint_list_or_none",
    # archive/cli/ask.py: by how firm a finding is
    "finding",
    "finding_soft",
}
"""Keys that no ``say("key")`` names; events' topics are told by ``domain.story`` besides."""


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def sources() -> Iterator[ast.Module]:
    for package in (archive, domain, projections):
        for path in Path(package.__file__ or "").parent.rglob("*.py"):
            yield ast.parse(path.read_text("utf-8"))


def first_arguments(module: ast.Module) -> Iterator[ast.expr]:
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and node.args:
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name in ("say", "fail"):
                yield node.args[0]


def said_keys() -> set[str]:
    """Return the keys that code names, also as either branch of a choice."""
    return {
        node.value
        for module in sources()
        for argument in first_arguments(module)
        for node in branches(argument)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    } | {key for text in templates() for key in re.findall(r'\bsay\("(\w+)"', text)}


def templates() -> Iterator[str]:
    folder = Path(archive.__file__ or "").parent / "web" / "templates"
    return (path.read_text("utf-8") for path in folder.glob("*.html"))


def branches(argument: ast.expr) -> list[ast.expr]:
    return [argument.body, argument.orelse] if isinstance(argument, ast.IfExp) else [argument]


@pytest.mark.parametrize(
    ("key", "entry"),
    [*SENTENCES.items(), *TERMS.items()],
    ids=lambda v: v if type(v) is str else "",
)
def test_every_entry_is_chinese_and_english_with_the_same_placeholders(
    key: str, entry: dict[str, str]
) -> None:
    assert entry.keys() == {"zh", "en"}
    assert all(text.strip() for text in entry.values())
    chinese_only = {"label"} if key == "choice" else set()  # an English code is its own label
    assert placeholders(entry["zh"]) - chinese_only == placeholders(entry["en"])


def test_no_key_stands_in_two_files() -> None:
    counted = Counter(key for entries in FILES.values() for key in entries)
    assert [key for key, times in counted.items() if times > 1] == []


def test_every_sentence_is_said_somewhere() -> None:
    used = said_keys() | CHOSEN_AS_THE_PROGRAM_RUNS | EVENTS.keys()
    unused = sorted(SENTENCES.keys() - used)
    assert unused == [], unused


def test_every_sentence_that_is_said_is_in_the_catalogue() -> None:
    assert sorted((said_keys() | CHOSEN_AS_THE_PROGRAM_RUNS) - SENTENCES.keys()) == []


# Terms


def choices(declared: dict[str, Any]) -> Iterator[str]:
    for field in declared.values():
        if isinstance(field, Choice):
            yield from (field.concept + code for code in field.choices)
        if isinstance(field, ListOf) and isinstance(field.inner, fields.Nested):
            yield from choices(field.inner.schema.fields)  # type: ignore[union-attr]


def test_every_code_that_a_command_takes_has_a_term() -> None:
    codes = {code for command in COMMANDS.values() for code in choices(command.fields)}
    assert sorted(codes - TERMS.keys()) == []


def test_every_column_that_a_question_shows_has_a_term() -> None:
    columns = {
        *ranking.RANK,
        *audit.AUDIT,
        *policy.POLICY,
        "event",
        "summary",
        "stream",
        "version",
        "topic",
    }
    columns |= {*spread.SPREAD, *spread.SPREAD_MORE, *spread.PROPOSED}
    columns |= {*appeals.APPEALS, *units.UNITS}
    columns |= {*circular.ALL, "issued", *circular.TABLES}
    columns |= {"state", "kind", "talkers", "status", "due_on", *Status.__args__}  # type: ignore[attr-defined]
    assert sorted(columns - TERMS.keys()) == []


# Events


def test_every_topic_has_its_sentence_and_no_other() -> None:
    assert FILES["events.toml"].keys() == EVENTS.keys()


EVERYTHING = [
    *PAST,
    enter("A"),
    said("unit.release", unit="U1", role="unit_head", cadre="HEAD", on="2018-12-31"),
    said("policy.amend", policy="pilot", document=with_outside() + "\n# 修订\n"),
    amend("C", "removed"),
    ballot("correct", "A", ratee="B", points=80),
    correction("A", "leader", 80),
    talk("A", "HEAD", on="2018-06-01"),
    pool(),
    grant("A"),
    *PERSONNEL,
    *PROCESS,
    *POINTED,
    said("history.close"),
]
WITHDRAWABLE = {"cadre.posted", "year.listed", "work_list.scored", "work_log.rated", "talk.held"}
WITHDRAWABLE |= {"allowance.granted", "service.absent", "decision.commended"}
WITHDRAWABLE |= {"supervision.deducted"}


HELD = {"kept": 9, "kept_root": "A" * 43 + "="}
RESTORED = [
    said("restore.verify", **HELD, last=1, origin="o", size=9, root="r"),
    said("restore.lose", **HELD, last=2, origin="o", size=12, root="r", reason="磁盘损坏"),
]


def opened_again(made: Archive) -> None:
    """Record what is recorded where a restored archive is opened again."""
    cite = Citing(made.views)
    recording = Recording(made.log, made.mapper, cite, clock, declared=RESTORING, reopens=True)
    for command in RESTORED:
        made.log.mark_restored(Mark(clock(), "marked_by_hand"))
        (outcome,) = recording.record([command])
        assert outcome.refusal is None, str(outcome.refusal)


def administered(made: Archive) -> None:
    """Record what is recorded of accounts, where nobody asks who may."""
    cite = Citing(made.views)
    recording = Recording(made.log, made.mapper, cite, clock, declared=ACCOUNTS)
    for command, outcome in zip(ADMINISTERED, recording.record(ADMINISTERED), strict=True):
        assert outcome.refusal is None, (command, str(outcome.refusal))


def test_one_event_of_every_topic_is_told_whole_in_both_languages() -> None:
    with an_archive(*EVERYTHING, clock=clock) as made:
        firsts = {row[3]: row for page in made.log.scan(0) for row in page}
        for topic in sorted(WITHDRAWABLE):
            position = next(
                row[0]
                for page in made.log.scan(0)
                for row in page
                if row[3] == topic and row[1].partition("/")[2] not in ("2018/UC", "2018/K1")
            )
            (outcome,) = made.record([withdraw(position, **APPROVED)])
            assert outcome.refusal is None, str(outcome.refusal)
        opened_again(made)
        administered(made)
        firsts |= {row[3]: row for page in made.log.scan(0) for row in page}
        assert firsts.keys() == EVENTS.keys()
        for topic, (_, stream, version, _, state) in firsts.items():
            event = made.mapper.to_fact(StoredEvent(stream, version, topic, state))
            sentence = tell(event)
            values = dict(sentence.values)
            for lang in ("zh", "en"):
                told = speak(sentence, lang)  # type: ignore[arg-type]
                assert told
                assert "{" not in told
                for name in placeholders(SENTENCES[topic][lang]):
                    assert values[name] is not None, (topic, name)
