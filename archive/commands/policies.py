"""Commands about policies."""

from types import SimpleNamespace

from archive.commands.declare import Command
from archive.fields import Id, Text, Whole, year
from archive.form import ListOf
from archive.streams import Streams
from archive.who import OFFICE, everywhere
from domain.fact import Stamp
from domain.policy import PolicyStream
from domain.refusal import Refusal
from domain.rules.document import SHIPPED, shipped
from domain.sentence import say


def _adopt(streams: Streams, stamp: Stamp, c: SimpleNamespace) -> None:
    pilots = {unit: streams.unit(unit) for unit in c.units or ()}
    stream = streams.get(PolicyStream, c.policy)
    stream.adopt(stamp, _document(c), pilots, streams.adoptions())


def _amend(streams: Streams, stamp: Stamp, c: SimpleNamespace) -> None:
    pilots = {unit: streams.unit(unit) for unit in c.units or ()}
    stream = streams.get(PolicyStream, c.policy)
    because = c.because or ()
    streams.must_be_recorded(because, "because")
    stream.amend(stamp, _document(c), pilots, because)


def _evaluate(streams: Streams, stamp: Stamp, c: SimpleNamespace) -> None:
    streams.get(PolicyStream, c.policy).evaluate(stamp, c.year, c.findings, c.outcome)


def _document(c: SimpleNamespace) -> str:
    document = c.document or shipped(c.policy)
    if document is None:
        raise Refusal(
            say("policy_not_shipped", policy=c.policy, shipped=tuple(SHIPPED)), "document"
        )
    return str(document)


COMMANDS = (
    Command(
        "policy.adopt",
        _adopt,
        everywhere(OFFICE),
        policy=Id(),
        document=Text(100_000, required=False),
        units=ListOf(Id(), required=False),
    ),
    Command(
        "policy.amend",
        _amend,
        everywhere(OFFICE),
        policy=Id(),
        document=Text(100_000),
        units=ListOf(Id(), required=False),
        because=ListOf(Whole(1, 2**63 - 1), least=0, required=False),
    ),
    Command(
        "feedback.evaluate",
        _evaluate,
        everywhere(OFFICE),
        policy=Id(),
        year=year(),
        findings=Text(20_000),
        outcome=Text(20_000),
    ),
)
