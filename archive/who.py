"""Who may do or ask something, as commands, questions and operations declare it.

A declaration is some clauses; one that fits is enough, and none is nobody. What fits is decided in
:mod:`archive.access` and nowhere else.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from domain.refusal import Refusal
from domain.sentence import say


@dataclass(frozen=True, slots=True)
class Clause:
    """One way to be allowed.

    Args:
        roles: whoever holds one of them; None is whoever signed in.
        units: only where a unit that the role is held for is concerned.
        me: the fields, parameters or columns that must name whoever asks.
    """

    roles: frozenset[str] | None
    units: bool = False
    me: tuple[str, ...] = ()


Who = tuple[Clause, ...]

NOBODY: Final[Who] = ()
SIGNED_IN: Final[Who] = (Clause(None),)

OFFICE: Final = "appraisal_office"
AUDITOR: Final = "organization_auditor"
WITNESS: Final = "discipline_witness"
CADRE: Final = "rater"
"""The role of a cadre: to rate, and to see what is one's own."""

PAPER: Final[Who] = (Clause(frozenset({OFFICE})),)
"""Who may record paper history, whatever it is about."""


def everywhere(*roles: str) -> Who:
    """Return that who holds one of these roles may."""
    return (Clause(frozenset(roles)),)


def own_unit(*roles: str) -> Who:
    """Return that who holds one of these roles may, for the units that it is held for."""
    return (Clause(frozenset(roles), units=True),)


def oneself(*me: str) -> Who:
    """Return that a cadre may who is the one named in all of these fields."""
    return (Clause(frozenset({CADRE}), me=me),)


@dataclass(frozen=True, slots=True)
class Grant:
    """A role that is held, for one unit where it is a unit's."""

    role: str
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks.

    Args:
        account: the person's own id.
        grants: what is held now.
        token: the id of the token by which a machine acts for the person, if one does.
    """

    account: str
    grants: frozenset[Grant] = field(default_factory=frozenset)
    token: str | None = None

    def holds(self, *roles: str) -> bool:
        """Tell if one of the roles is held, anywhere."""
        return any(grant.role in roles for grant in self.grants)

    def units(self, *roles: str) -> frozenset[str]:
        """Return the units that one of the roles is held for."""
        return frozenset(g.unit for g in self.grants if g.role in roles and g.unit is not None)


class SignInNeeded(Refusal):
    """The archive has accounts, and nobody is signed in, or no longer."""

    def __init__(self) -> None:
        super().__init__(say("sign_in_needed"))


class PasswordExpired(Refusal):
    """Whoever is signed in must choose a password first."""

    def __init__(self) -> None:
        super().__init__(say("password_expired"))


class Denied(Refusal):
    """Whoever asks may not.

    Args:
        asked: the command, question or operation.
        about: what it was asked of.
    """

    def __init__(self, asked: str, about: Mapping[str, Any] | None = None) -> None:
        super().__init__(say("denied", asked=asked))
        self.asked = asked
        self.about = told(about or {})


_MOST: Final = 300
_SUBJECTS: Final = (
    "unit", "cadre", "year", "years", "ratee", "rater", "round", "positions", "position", "account",
    "decision", "lead", "release", "source", "without_rater", "missing", "kind", "reviewer", "card",
)  # fmt: skip


def told(given: Mapping[str, Any]) -> str:
    """Return what was asked about as the access log has it: ids and years, no contents."""
    kept = {name: given[name] for name in _SUBJECTS if given.get(name) not in (None, False)}
    return " ".join(f"{name}={_text(value)}" for name, value in kept.items())[:_MOST]


def _text(value: Any) -> str:
    """Return a value as one line; half characters and what can't be seen are told by ``?``."""
    text = ",".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    return "".join(one if one.isprintable() else "?" for one in text)
