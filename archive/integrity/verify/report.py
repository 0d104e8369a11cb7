"""What a verification tells."""

from dataclasses import dataclass, field

from archive.integrity.verify.found import Fault
from domain.sentence import Sentence


@dataclass(frozen=True, slots=True)
class Verified:
    """The outcome of a verification.

    Args:
        events: how many rows of the log were hashed again.
        position: the last event's that is sealed.
        unsigned: how many leaves no checkpoint commits to yet.
        unsealed: how many events are recorded behind it, which nothing is known of yet.
        leaves: how many there are in the ledger.
        since: the leaf from which on it was looked at.
        checkpoints: how many of the ledger's were held against the tree.
        days: how many leaves commit to heads.
        against: the files kept outside that the tree begins with, and their sizes.
        faults: what is wrong, the first event first; not all, where there are many.
        count: how many faults there are.
        notes: what couldn't be seen.
        seconds: how long each part took.
        full: whether everything was looked at.
        trees: of how many leaves of heads the tree was made again.
        commands: how many records of commands there are.
        views: how many rows each view has; empty where they weren't compared.
    """

    events: int
    position: int
    unsigned: int
    unsealed: int
    leaves: int
    since: int
    checkpoints: int
    days: int
    against: tuple[tuple[str, int], ...]
    faults: tuple[Fault, ...]
    count: int
    notes: tuple[Sentence, ...]
    seconds: dict[str, float]
    full: bool = False
    trees: int = 0
    commands: int = 0
    views: dict[str, int] = field(default_factory=dict)

    @property
    def holds(self) -> bool:
        """Whether nothing is wrong."""
        return not self.count
