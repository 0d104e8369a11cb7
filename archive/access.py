"""Who may do and ask what: the one place that says yes, for pages, the API and the command line.

An archive without accounts is open to whoever can read its location. With the first account nobody
does or asks anything without having signed in, and nothing is allowed that no declaration allows
(:mod:`archive.who`). What is denied is recorded, and so is every look at who scored whom.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, Final, TypeVar

from archive.accounts.register import Register
from archive.commands.declare import Command
from archive.deciding import Allow, Outcome, Raw
from archive.store.log import Log
from archive.store.mapper import FactMapper
from archive.store.mark import Restored
from archive.streams import Streams
from archive.who import (
    AUDITOR,
    NOBODY,
    OFFICE,
    PAPER,
    WITNESS,
    Actor,
    Clause,
    Denied,
    Grant,
    PasswordExpired,
    SignInNeeded,
    Who,
    everywhere,
    told,
)
from domain.account import Account
from domain.fact import Stamp, Stream
from domain.officers import ONE, Officers
from domain.times import day_of

__all__ = [
    "OPERATIONS", "Access", "Actor", "Denied", "Grant", "PasswordExpired", "SignInNeeded",
]  # fmt: skip

_CONTROL: Final = everywhere(OFFICE, AUDITOR, WITNESS, "system_admin", "security_auditor")
_SYSTEM: Final = everywhere("system_admin")

OPERATIONS: Final[Mapping[str, Who]] = {
    "patterns": everywhere(AUDITOR),
    "bundle": everywhere(AUDITOR),
    "prove": everywhere(AUDITOR, WITNESS),
    "prove_entry": everywhere(AUDITOR),
    "verify": _CONTROL,
    "checkpoint": _CONTROL,
    "rebuild": _SYSTEM,
    "copy": _SYSTEM,
    "restore": _SYSTEM,
    "seal": _SYSTEM,
    "keys": _SYSTEM,
    "grant": _SYSTEM,
    "demo": _SYSTEM,
}
"""What is neither a command nor a question, and who may do it."""

S = TypeVar("S", bound=Stream)


class Access:
    """What is allowed in one archive.

    Args:
        log: the archive's.
        mapper: from stored events to events.
        register: records what is denied and looked at.
    """

    def __init__(self, log: Log, mapper: FactMapper, register: Register) -> None:
        self.log = log
        self.mapper = mapper
        self.register = register

    @property
    def founded(self) -> bool:
        """Whether the archive has accounts, so that everybody signs in."""
        return self.officers().founded

    def officers(self) -> Officers:
        """Return the archive's officers as they are now."""
        return self._fold(Officers, ONE)

    def account(self, account: str) -> Account:
        """Return an account as it is now."""
        return self._fold(Account, account)

    def now(self, actor: Actor | None) -> Actor | None:
        """Return who asks, with what is held now; None in an archive without accounts.

        Raises:
            SignInNeeded: nobody is signed in, or the account was locked or closed meanwhile.
        """
        officers = self.officers()
        if not officers.founded:
            return None
        if actor is None:
            raise SignInNeeded
        return _now(actor, officers, self.account(actor.account))

    def may(self, actor: Actor | None, name: str) -> bool:
        """Tell if whoever asks might be allowed a command, question or operation of this name."""
        from archive.commands import COMMANDS
        from archive.questions import QUESTIONS

        declared: Mapping[str, Command | Any] = {**COMMANDS, **QUESTIONS}
        who = declared[name].who if name in declared else OPERATIONS.get(name, NOBODY)
        try:
            present = self.now(actor)
        except SignInNeeded:
            return False
        return present is None or any(has_role(present, clause) for clause in who)

    def must(self, actor: Actor | None, operation: str, **about: Any) -> Actor | None:
        """Refuse an operation that whoever asks may not do; return who asks, as ``now`` does.

        Raises:
            SignInNeeded: nobody is signed in.
            Denied: it isn't allowed, which is recorded.
        """
        present = self.now(actor)
        if present is None:
            return None
        if not any(has_role(present, clause) for clause in OPERATIONS[operation]):
            raise self.denied(present, Denied(operation, about))
        return present

    def look(self, actor: Actor | None, operation: str, **about: Any) -> None:
        """Allow an operation that shows who scored whom, and record that it was looked at.

        Raises:
            SignInNeeded: nobody is signed in.
            Denied: it isn't allowed, which is recorded.
            Refusal: the look can't be recorded; then there is none.
        """
        present = self.must(actor, operation, **about)
        if present is not None:
            self.register.look(present.account, operation, told(about))

    def denied(self, actor: Actor, denied: Denied) -> Denied:
        """Record that something was denied, and return it."""
        with suppress(Restored):  # nothing is recorded there, and nothing shown either
            self.register.deny(actor.account, denied.asked, denied.about)
        return denied

    def allow(self, actor: Actor | None) -> Allow:
        """Return what refuses the commands that whoever asks may not ask for.

        It looks at grants as the log has them when the command is decided, so that no command
        passes beside a grant that is just taken back.
        """

        def allow(
            command: Command, given: Mapping[str, Any], streams: Streams, stamp: Stamp
        ) -> None:
            officers = streams.get(Officers, ONE)
            if not officers.founded:
                return
            if actor is None:
                raise SignInNeeded
            present = _now(actor, officers, streams.get(Account, actor.account))
            who = PAPER if stamp.legacy else command.who
            if not any(_fits(clause, present, command, given, streams, stamp) for clause in who):
                raise Denied(command.name, given)

        return allow

    def record(self, actor: Actor, commands: Sequence[dict[str, Any]]) -> None:
        """Record what whoever asks may have recorded of accounts, all or nothing.

        Raises:
            Denied: it isn't allowed, which is recorded.
            Refusal: it was refused.
        """
        try:
            self.register.record(commands, self.allow(actor))
        except Denied as denied:
            raise self.denied(actor, denied) from None

    def signed(self, actor: Actor | None, commands: Iterable[Raw]) -> Iterator[Raw]:
        """Yield the commands as recorded by whoever asks, whatever they say of it.

        Paper history keeps the names on the paper; that somebody records some is itself recorded.
        """
        noted = False
        for raw in commands:
            paper = isinstance(raw, Mapping) and raw.get("legacy") is True
            if paper and not noted and actor is not None and actor.holds(OFFICE):
                self.register.enter_paper(actor.account)
                noted = True
            yield self.as_theirs(actor, raw)

    @staticmethod
    def as_theirs(actor: Actor | None, raw: Raw) -> Raw:
        """Return a command as whoever asks may have it recorded: by themselves, but on paper."""
        if actor is None or not isinstance(raw, Mapping) or raw.get("legacy") is True:
            return raw
        return {**raw, "by": actor.account}

    def heard(self, actor: Actor | None, outcomes: Iterator[Outcome]) -> Iterator[Outcome]:
        """Yield the outcomes of commands, once what was denied is recorded."""
        for outcome in outcomes:
            if actor is not None and isinstance(outcome.refusal, Denied):
                self.denied(actor, outcome.refusal)
            yield outcome

    def _fold(self, cls: type[S], code: str) -> S:
        stream_id = f"{cls.TOPIC}/{code}"
        return cls.fold(stream_id, map(self.mapper.to_fact, self.log.select_events(stream_id)))


def has_role(actor: Actor, clause: Clause) -> bool:
    """Tell if whoever asks holds a role of a clause, whatever it is about."""
    return clause.roles is None or actor.holds(*clause.roles)


def _now(actor: Actor, officers: Officers, account: Account) -> Actor:
    """Return who asks with what is held now; a machine holds no more than its token says.

    Raises:
        SignInNeeded: the account is locked or closed, or the token revoked.
    """
    if not account.open or account.locked:
        raise SignInNeeded
    held = frozenset(Grant(role, unit) for role, unit in account.held)
    if actor.token is not None:
        if actor.token not in account.tokens:
            raise SignInNeeded
        return Actor(actor.account, held & actor.grants, actor.token)
    if role := officers.role_of.get(actor.account):
        held |= {Grant(role)}
    return Actor(actor.account, held)


def _fits(
    clause: Clause,
    actor: Actor,
    command: Command,
    given: Mapping[str, Any],
    streams: Streams,
    stamp: Stamp,
) -> bool:
    """Tell if a clause allows a command."""
    if not has_role(actor, clause):
        return False
    if any(given.get(name) not in (None, actor.account) for name in clause.me):
        return False
    if not clause.units:
        return True
    return _concerns(actor.units(*(clause.roles or ())), command, given, streams, stamp)


def _concerns(
    units: frozenset[str],
    command: Command,
    given: Mapping[str, Any],
    streams: Streams,
    stamp: Stamp,
) -> bool:
    """Tell if a command is about one of these units, and about nobody of another.

    A cadre is of the unit where posted now, and for an assessment year of those that list him then;
    the business date doesn't count, since whoever asks chooses it.
    """
    unit, cadre = given.get("unit"), given.get("cadre")
    if cadre is None:
        return unit in units
    stream, day = streams.cadre(cadre), given.get("day")
    if "unit" in command.fields and (unit or stream.unit_on(day or stamp.on)) not in units:
        return False
    if stream.unit_on(day_of(stamp.timestamp)) in units:
        return True
    year = day.year if day else given.get("year")
    return year is not None and not units.isdisjoint(streams.units_listing(stream, year))
