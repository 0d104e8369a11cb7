"""A small archive, its bundles, and bundles that somebody changed, for tests."""

import hashlib
import json
from base64 import b64decode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from archive.archive import Archive
from archive.integrity.bundle import concerning, make_bundle
from archive.integrity.ed25519 import PrivateKey, Type
from archive.integrity.strict import base64_of
from archive.integrity.verify_bundle import canonical, summary, verify
from projections.log import Row
from tests.given import Command, an_archive, asked
from tests.integrity.listed import ListedLedger
from tests.said import close as close_year
from tests.said import component, graded, paper, people, policy, roster, said, sheet

ORIGIN = "example.org/示例市"
LOG = PrivateKey(ORIGIN, Type.LOG, bytes(32))
WITNESS = PrivateKey("witness.example/纪委", Type.WITNESS, bytes([1]) * 32)
KEYS = [LOG.public.vkey, WITNESS.public.vkey]

OF_A0, OF_A1 = 12, 23
"""Where lines of the roster stand that are withdrawn in the story, A0's and A1's."""

Bundle = dict[str, Any]


def story() -> list[Command]:
    """Return a year of cadre A1 among others: 32 events, the last of which is a talk with A1."""
    approved = {"reason": "核实", "approver": "BOSS"}
    day = {"cadre": "A1", "day": "2018-05-05"}
    past = [
        roster("A0", "A1", "A10", "B"),
        sheet("A0", {"A1": 90, "B": 80}),
        sheet("B", {"A1": 85.5, "A10": 70}),
        sheet("A1", {"B": 88}),
        said("work_log.enter", text="下乡", on="2018-05-05", **day),
        said("work_log.rate", points=90, rater="B", by="B", relation="peer", **day),
        said("roster.amend", unit="U1", year=2018, cadre="A1", change="changed", **approved),
        component("A1", "annual", 90),
        *graded("A1", "excellent", by="BOSS"),
        said("decision.commend", decision="D1", cadre="A1", year=2018, title="嘉奖"),
        said("decision.except", decision="D1", **approved),
        said("fact.withdraw", position=OF_A0, **approved),
        said("fact.withdraw", position=OF_A1, **approved),
        close_year(),
        said("talk.hold", cadre="A1", year=2018, kind="reminder", talker="B", content="谈话")
        | {"talker_role": "unit_head"},
    ]
    return [
        *people("A0", "A1", "A10", "B"),
        policy(),
        policy("law-2007"),
        *paper("2019-03-01", *past),
    ]


@dataclass(frozen=True)
class Kept:
    """An archive and what is in its log."""

    archive: Archive
    rows: Sequence[Row]

    def ledger(self, heads_behind: int | None = None, hash_name: str = "sha256") -> ListedLedger:
        """Return a ledger of it, with a leaf of heads behind the last event or an earlier one."""
        behind = len(self.rows) if heads_behind is None else heads_behind
        return ListedLedger(ORIGIN, self.rows, [behind], hash_name)

    def bundle(self, cadre: str, ledger: ListedLedger, note: bytes | None = None) -> bytes:
        """Return a cadre's bundle, its checkpoint signed and cosigned."""
        with asked(self.archive) as reader:
            about = concerning(reader, cadre)
        return make_bundle(
            self.archive.log, ledger, note or ledger.signed(LOG, WITNESS), cadre, about
        )


@contextmanager
def kept(*commands: Command) -> Iterator[Kept]:
    """Yield an archive in which commands were recorded."""
    with an_archive(*commands) as archive:
        yield Kept(archive, [row for page in archive.log.scan(0) for row in page])


def refusal(data: bytes, keys: Sequence[str] = KEYS) -> str:
    """Return the words with which a bundle is refused, as the program ends by."""
    try:
        verify(data, list(keys))
    except SystemExit as ended:
        return str(ended.code)
    except Exception as error:  # the program's last resort tells it in one sentence
        return type(error).__name__
    raise AssertionError("it was verified")


def read(data: bytes) -> Bundle:
    """Return a bundle's JSON."""
    bundle: Bundle = json.loads(data)
    return bundle


def written(bundle: Bundle) -> bytes:
    """Return a bundle as somebody writes it who makes its digest anew."""
    bare = {key: value for key, value in bundle.items() if key != "digest"}
    digest = base64_of(hashlib.sha256(canonical(bare).encode()).digest())
    return (canonical(bare | {"digest": digest}) + "\n").encode()


def retold(bundle: Bundle, cadre: str = "A1") -> bytes:
    """Return a bundle as somebody writes it who makes its summary anew, too, as far as it goes."""
    streams = {event["stream"] for event in bundle["events"]}
    try:
        words = summary(
            cadre, {one for one in streams if one.endswith(f"/{cadre}")}, bundle["events"]
        )
    except SystemExit:
        words = bundle["summary"]
    return written(bundle | {"summary": words})


def state_of(event: dict[str, Any]) -> Any:
    """Return what an event's stored state says."""
    return json.loads(b64decode(event["state"]))
