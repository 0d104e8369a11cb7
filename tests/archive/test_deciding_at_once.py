"""Processes that decide at once while another records scores, one of them killed midway."""

import json
from pathlib import Path

import msgspec

from archive.archive import Archive
from domain.decision import Cited
from projections.as_of import AsOf
from projections.decisions import taken
from projections.dossier import dossier
from tests.archive.conducted import commended, conducted
from tests.archive.workers import at_once, end, log_of, shiji_do, workers
from tests.given import Command
from tests.said import sheet

CADRES = ("C1", "C2", "C3", "C4", "C5")


def scored(name: str, number: int) -> Command:
    code, points = CADRES[number % 5], 50 + number % 50
    fields = {"round": f"{name}-{number}", "command_id": f"score-{name}-{number}"}
    return sheet("R1", {code: points}, "served", **fields)


def deciding(name: str, count: int) -> list[Command]:
    """Return decisions, each behind a score that changes what the next one rests on."""
    about = [(f"{name}-{number}", CADRES[number % 5]) for number in range(count)]
    decisions = [commended(who, decision=code, command_id=f"decide-{code}") for code, who in about]
    scores = [scored(name, number) for number in range(count)]
    return [command for pair in zip(scores, decisions, strict=True) for command in pair]


def founded(location: str) -> str:
    with Archive(location, create=True) as archive:
        for outcome in archive.record(conducted(close=[], results=[], decisions=[])):
            assert outcome.refusal is None, str(outcome.refusal)
    return location


def must_cite_what_was_known(archive: Archive, decisions: int) -> None:
    """Expect each decision to cite what the log up to the cited position says."""
    stored = {row[0]: msgspec.json.decode(row[4]) for row in log_of(archive)}
    ids = [state["command_id"] for state in stored.values() if state.get("command_id")]
    assert len(ids) == len(set(ids))
    with archive.ask(AsOf(archive.clock().date())) as reader:
        found = taken(reader)
        assert len(found) == decisions
        for decision in found:
            cited = msgspec.convert(stored[decision.position]["cited"], Cited)
            assert cited.position < decision.position
            assert dossier(reader, decision, cited).differences == ()


def test_decisions_of_several_processes_cite_what_was_known_while_another_scores(
    location: str,
) -> None:
    founded(location)
    lists = [deciding("A", 6), deciding("B", 6), [scored("S", number) for number in range(60)]]
    with workers(3) as each:
        outcomes = at_once(each, location, lists)
    assert all(outcome["ok"] for outcome in outcomes), outcomes
    with Archive(location) as archive:
        must_cite_what_was_known(archive, 12)


def test_what_a_killed_process_decided_stands_and_is_decided_once(
    location: str, tmp_path: Path
) -> None:
    founded(location)
    file = tmp_path / "decisions.jsonl"
    file.write_text("\n".join(map(json.dumps, deciding("A", 12))), "utf-8")
    acknowledged: dict[int, list[int]] = {}
    for patience in (3, 9, None):
        process = shiji_do(location, file)
        try:
            for seen, line in enumerate(process.stdout or (), start=1):
                if seen == patience:
                    process.kill()
                if line.endswith("\n"):
                    told = json.loads(line)
                    assert told["ok"], told
                    before = acknowledged.setdefault(told["line"], told["positions"])
                    assert before == told["positions"]
        finally:
            end(process)
    assert len(acknowledged) == 24
    with Archive(location) as archive:
        must_cite_what_was_known(archive, 12)
