"""Evidence bundles: what is verified, and that whatever was changed is refused."""

import random
from base64 import b64decode
from collections.abc import Callable, Iterator
from copy import deepcopy
from functools import lru_cache
from math import ceil, log2
from typing import Any

import pytest

from archive.commands import COMMANDS
from archive.demo.city import city
from archive.integrity import verify_bundle
from archive.integrity.bundle import NoBundle
from archive.integrity.ed25519 import PrivateKey, Type
from archive.integrity.hashing import HashUnknown, hashing
from archive.integrity.heads import order
from archive.integrity.strict import base64_of
from archive.integrity.verify_bundle import OWN, verify
from archive.streams import STREAMS
from projections.facts import cadres
from tests.given import asked
from tests.integrity.bundled import (
    KEYS,
    LOG,
    ORIGIN,
    Bundle,
    Kept,
    kept,
    read,
    refusal,
    retold,
    state_of,
    story,
    written,
)
from tests.integrity.listed import ListedLedger

FLIPS = 2000


@pytest.fixture(scope="module", autouse=True)
def signatures_verified_once() -> Iterator[None]:
    """Verify each signature once: thousands of bundles here have the same ones."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(verify_bundle, "ed25519", lru_cache(None)(verify_bundle.ed25519))
        yield


@pytest.fixture(scope="module")
def told(store: str) -> Iterator[Kept]:
    with kept(*story()) as made:
        yield made


@pytest.fixture(scope="module")
def good(told: Kept) -> bytes:
    return told.bundle("A1", told.ledger())


@pytest.fixture
def bundle(good: bytes) -> Bundle:
    return read(good)


# What a bundle holds


def test_a_bundle_is_verified_in_a_few_lines_of_chinese_and_english(good: bytes) -> None:
    assert verify(good, KEYS) == [
        f"已核验：{ORIGIN} 封存的 33 条，2 个公钥均已签名（另有 0 个未知签名，不作数）。",
        "A1：至第 32 条（2026-11-27）本人的 7 个事件一件不漏；其余 11 个确在封存之中，未必齐全。",
        f"Verified: 33 entries of {ORIGIN}, "
        "signed by the 2 keys given (0 more signatures unknown).",
        "A1: all 7 events of his own up to entry 32 (2026-11-27); "
        "11 more were sealed, maybe not all.",
        *verify_bundle.TOLD[4:],
    ]


def test_it_holds_what_is_the_cadres_what_is_about_him_and_what_judged_him(bundle: Bundle) -> None:
    assert [event["topic"] for event in bundle["events"]] == [
        "cadre.registered",
        "cadre.posted",
        "policy.adopted",
        "policy.adopted",
        "year.listed",
        "ballot.scored",
        "ballot.scored",
        "work_log.entered",
        "work_log.rated",
        "year.amended",
        "year.component_recorded",
        "result.proposed",
        "result.confirmed",
        "decision.commended",
        "decision.excepted",
        "year.withdrawn",
        "year.closed",
        "talk.held",
    ]
    assert bundle["summary"][:-2] == [
        "cadre/A1 2010-01-01: name 干部A1",
        "cadre/A1 2010-01-02: post 科员",
        f"policy/shishou-2018 2018-01-01: sha256 {state_of(bundle['events'][2])['sha256']}",
        f"policy/law-2007 2018-01-01: sha256 {state_of(bundle['events'][3])['sha256']}",
        "result/2018/A1 2018-01-01: grade excellent",
        "result/2018/A1 2018-01-01: grade excellent",
        bundle["summary"][6],
    ]
    assert "year/2018/U1 2019-01-20: policy shishou-2018, policy_sha256" in bundle["summary"][6]


def test_it_tells_nobody_whom_the_cadre_scored(bundle: Bundle) -> None:
    assert [one["stream"] for one in bundle["heads"]["streams"]].count("ballot/2018/U1/annual/A1")
    assert all(state_of(event).get("ratee") in (None, "A1") for event in bundle["events"])


def test_the_stored_state_is_in_it_byte_for_byte(told: Kept, bundle: Bundle) -> None:
    stored = {(row[1], row[2]): (row[3], row[4]) for row in told.rows}
    for event in bundle["events"]:
        found = event["topic"], b64decode(event["state"])
        assert found == stored[event["stream"], event["version"]]


def test_the_streams_that_are_somebodys_own_are_those_named_after_a_cadre() -> None:
    assert set(OWN) == {name for name, cls in STREAMS.items() if cls.PARTS[-1:] == ("cadre",)}


def test_events_behind_the_days_heads_are_shown_and_not_called_complete(told: Kept) -> None:
    lines = verify(told.bundle("A1", told.ledger(heads_behind=25)), KEYS)
    assert "all 5 events of his own up to entry 25 (2026-11-27); 13 more" in lines[3]


def test_a_checkpoint_may_be_an_earlier_one(told: Kept) -> None:
    ledger = told.ledger(heads_behind=20)
    early = told.bundle("A1", ledger, ledger.signed(LOG, size=24))
    assert "Verified: 24 entries" in verify(early, KEYS[:1])[2]
    assert max(event["index"] for event in read(early)["events"]) < 24


def test_with_sm3_it_is_verified_as_well(told: Kept) -> None:
    try:
        hashing("sm3")
    except HashUnknown as error:
        pytest.skip(str(error))
    ledger = told.ledger(hash_name="sm3")
    assert "\nhash sm3\n" in read(told.bundle("A1", ledger))["checkpoint"]
    assert verify(told.bundle("A1", ledger), KEYS)


def test_a_proof_takes_few_reads_and_few_hashes(told: Kept) -> None:
    rows = [(at, f"unit/U{at}", 1, "unit.registered", b"{}") for at in range(40, 4000)]
    ledger = ListedLedger(ORIGIN, [*told.rows, *rows], [3900])
    reads = []
    ledger.node = lambda level, index, node=ledger.node: reads.append(level) or node(level, index)
    made = read(told.bundle("A1", ledger))
    assert len(reads) <= (len(made["events"]) + 2) * 2 * log2(ledger.size)
    assert all(len(event["proof"]) <= ceil(log2(ledger.size)) for event in made["events"])


def test_every_cadre_of_the_demo_city_has_a_bundle_that_is_verified() -> None:
    with kept(*city(2, 2, 5).commands(COMMANDS)) as made:
        ledger = made.ledger(heads_behind=len(made.rows) - 500)
        with asked(made.archive) as reader:
            codes = [row.cadre for row in reader.rows(cadres)]
        for code in codes[:: max(1, len(codes) // 12)]:
            data = made.bundle(code, ledger)
            lines = verify(data, KEYS)
            own = [row for row in made.rows[:-500] if row[1].split("/")[0] in OWN]
            count = sum(row[1].endswith(f"/{code}") for row in own)
            assert lines[3].startswith(f"{code}: all {count} events of his own"), lines


# What no bundle is made of


def test_no_bundle_is_made_of_what_could_not_be_verified(told: Kept) -> None:
    ledger = told.ledger()
    with pytest.raises(NoBundle, match="没有干部 X9"):
        told.bundle("X9", ledger)
    with pytest.raises(NoBundle, match="没有封存过清单"):
        told.bundle("A1", ListedLedger(ORIGIN, told.rows, []))
    other = ListedLedger(ORIGIN, told.rows[:-1], [3])
    with pytest.raises(NoBundle, match="检查点不是"):
        told.bundle("A1", ledger, other.signed(LOG))
    elsewhere = PrivateKey("elsewhere", Type.LOG, bytes(32))
    foreign = ListedLedger("elsewhere", told.rows, [len(told.rows)])
    with pytest.raises(NoBundle, match="检查点不是"):
        told.bundle("A1", ledger, foreign.signed(elsewhere))


def test_no_bundle_is_made_of_rows_that_are_not_what_was_sealed(told: Kept) -> None:
    edited = [*told.rows]
    position, stream, version, topic, state = edited[25]
    edited[25] = (position, stream, version, topic, state.replace(b"excellent", b"competent"))
    with pytest.raises(NoBundle, match="result/2018/A1 第 2 版与封存时不同"):
        told.bundle("A1", Kept(told.archive, edited).ledger())
    # One more event of his was sealed than the log has now.
    more = [*told.rows, (99, "talk/2018/A1", 2, "talk.held", b'{"on":"2018-01-01"}')]
    with pytest.raises(NoBundle, match="talk/2018/A1 不全"):
        told.bundle("A1", Kept(told.archive, more).ledger())


class Disordered(ListedLedger):
    """A ledger whose heads were sealed in another order."""

    order = staticmethod(lambda stream: (order(stream).split("/")[0], "cadre" not in stream))


def test_what_was_sealed_out_of_order_is_not_complete(told: Kept) -> None:
    disordered = Disordered(ORIGIN, told.rows, [len(told.rows)])
    streams = [head.stream_id for head in disordered.days()[0].heads]
    assert streams != sorted(streams, key=order)
    with pytest.raises(NoBundle, match="A1 的流未必列全"):
        told.bundle("A1", disordered)


def test_a_stream_whose_versions_were_sealed_out_of_order_is_not_complete(
    told: Kept,
) -> None:
    proposed = next(row for row in told.rows if row[3] == "result.proposed")
    at = told.rows.index(proposed)
    rows = [*told.rows[:at], told.rows[at + 1], proposed, *told.rows[at + 2 :]]
    ledger = Kept(told.archive, rows).ledger()
    with pytest.raises(NoBundle, match="result/2018/A1 不全"):
        told.bundle("A1", ledger)


# Whatever was changed is refused


@pytest.mark.parametrize("keys", [KEYS, KEYS[:1]], ids=["both keys", "the log's key"])
def test_each_of_2000_flipped_bits_is_refused(good: bytes, keys: list[str]) -> None:
    chance = random.Random(2018)
    verify(good, keys)
    for _ in range(FLIPS):
        at, bit = chance.randrange(len(good)), chance.randrange(8)
        flipped = bytearray(good)
        flipped[at] ^= 1 << bit
        assert refusal(bytes(flipped), keys), (at, bit)


def test_damage_is_found_in_what_no_key_given_vouches_for(bundle: Bundle) -> None:
    head, signature = bundle["checkpoint"][:-1].rsplit(" ", 1)
    bundle["checkpoint"] = f"{head} {signature[:20]}{signature[30:40]}{signature[30:]}\n"
    damaged = (verify_bundle.canonical(bundle) + "\n").encode()
    assert "its digest is wrong" in refusal(damaged, KEYS[:1])
    # Whoever makes the digest anew has a signature by nobody known, which counts for nothing.
    assert "(1 more signatures unknown)" in verify(written(bundle), KEYS[:1])[2]


def test_a_bundle_cut_off_anywhere_is_refused_as_that(good: bytes) -> None:
    lines = [at for at, byte in enumerate(good) if byte == ord("\n")]
    places = {*lines, *(at + 1 for at in lines[:-1]), *range(0, len(good), 211), 0, 1}
    assert {refusal(good[:at]) for at in places} == {
        "未通过：文件不完整，或不是证据包。 Refused: it is cut off, or is no bundle."
    }


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    if isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(inner, (*path, key))
    else:
        yield path, value


def changed(bundle: Bundle, path: tuple[Any, ...], value: Any) -> Bundle:
    made = deepcopy(bundle)
    inner: Any = made
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    return made


def test_every_value_is_vouched_for_even_if_the_digest_is_made_anew(bundle: Bundle) -> None:
    for path, value in leaves(bundle):
        if path == ("digest",):
            continue
        if isinstance(value, int):
            others: list[Any] = [value + 1, abs(value - 1)]
        elif path[-1] in ("state", "root") or "proof" in path:
            raw = bytearray(b64decode(value))
            raw[len(raw) // 2] ^= 1
            others = [base64_of(bytes(raw)), base64_of(bytes(raw)[:-1]), ""]
        else:
            others = [value[:-1] + chr(ord(value[-1]) ^ 1), value + "x", ""]
        for other in others:
            assert refusal(written(changed(bundle, path, other))), (path, other)


def swap(bundle: Bundle, one: int, other: int, *fields: str) -> None:
    events = bundle["events"]
    for field in fields:
        events[one][field], events[other][field] = events[other][field], events[one][field]


CHANGES: dict[str, tuple[Callable[[Bundle], Any], str]] = {
    "two events change places": (
        lambda b: b["events"].insert(0, b["events"].pop(1)),
        "events are repeated or out of order",
    ),
    "two events change states": (lambda b: swap(b, 11, 12, "state"), "isn't what was sealed"),
    "two events change places in the tree": (
        lambda b: swap(b, 11, 12, "index", "proof"),
        "isn't what was sealed",
    ),
    "two events change versions": (lambda b: swap(b, 11, 12, "version"), "isn't what was sealed"),
    "an event stands there twice": (
        lambda b: b["events"].insert(1, b["events"][0]),
        "events are repeated or out of order",
    ),
    "his first event is left out": (lambda b: b["events"].pop(0), "cadre/A1 isn't complete"),
    "his middle event is left out": (
        lambda b: b["events"].pop(11),
        "result/2018/A1 isn't complete",
    ),
    "his last event is left out": (lambda b: b["events"].pop(), "talk/2018/A1 isn't complete"),
    "all his events are left out": (
        lambda b: b["events"].clear(),
        "isn't complete",
    ),
    "a stream of his is left out with its head": (
        lambda b: (b["events"].pop(), b["heads"]["streams"].pop(-2)),
        "streams of A1 may be missing",
    ),
    "the neighbour before him is left out": (
        lambda b: b["heads"]["streams"].pop(0),
        "streams of A1 may be missing",
    ),
    "the neighbour behind him is left out": (
        lambda b: b["heads"]["streams"].pop(),
        "streams of A1 may be missing",
    ),
    "no heads are shown": (lambda b: b["heads"]["streams"].clear(), "may be missing"),
    "the policy's text is left out": (lambda b: b["events"].pop(2), "the policy text"),
    "the law's text is left out": (lambda b: b["events"].pop(3), "the policy text"),
    "it is said to be another's": (lambda b: b.update(subject="A10"), "of A10 may be missing"),
    "it is said to be of nobody": (lambda b: b.update(subject=""), "may be missing"),
    "it is said to be of a path": (lambda b: b.update(subject="2018/A1"), "may be missing"),
    "the summary tells a better grade": (
        lambda b: b["summary"].__setitem__(4, b["summary"][4].replace("excellent", "very good")),
        "its summary is wrong",
    ),
    "the summary claims to be all": (lambda b: b["summary"].pop(), "its summary is wrong"),
    "another day's heads": (
        lambda b: b["heads"].update(day="2026-11-28"),
        "heads # isn't what was",
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_bundle_is_refused_in_which(change: str, bundle: Bundle) -> None:
    make, words = CHANGES[change]
    make(bundle)
    found = refusal(written(bundle) if "summary" in change else retold(bundle))
    assert words in found, found


@pytest.mark.parametrize("topic", ["cadre.registered", "year.listed", "year.withdrawn"])
def test_an_event_about_somebody_else_is_refused_though_it_was_sealed(
    told: Kept, bundle: Bundle, topic: str
) -> None:
    ledger = told.ledger()
    ledger_note = bundle["checkpoint"].encode()
    others = read(told.bundle("A0", ledger, ledger_note))["events"]
    foreign = next(event for event in others if event["topic"] == topic)
    bundle["events"] = sorted([*bundle["events"], foreign], key=lambda event: event["index"])
    assert "isn't about A1" in refusal(retold(bundle))


def test_nobody_is_vouched_for_of_whom_there_is_nothing(told: Kept, bundle: Bundle) -> None:
    """Else the subject could be any words between two heads."""
    ledger = told.ledger()
    heads = read(told.bundle("A0", ledger, bundle["checkpoint"].encode()))["heads"]
    first = [one for one in heads["streams"] if one["index"] == 0]
    for bundle["subject"] in ("A0 is excellent", "A0\x1b[2J"):
        bundle["heads"] = heads | {"streams": first}
        bundle["events"] = []
        assert "there is no event of A0" in refusal(retold(bundle))


def test_an_event_of_another_archive_is_refused(told: Kept, bundle: Bundle) -> None:
    with kept(*story()) as other:
        theirs = read(other.bundle("A1", other.ledger()))
    bundle["events"][11] = theirs["events"][11]
    assert "isn't what was sealed" in refusal(retold(bundle))
    theirs["checkpoint"] = bundle["checkpoint"]
    assert "isn't what was sealed" in refusal(retold(theirs))
