"""Comparing two sets of things that come in different orders, in memory that stays flat.

Of each set the sum is kept over the things' hashes under a key that is made for this comparison
alone: two different sets have the same sum with a chance of 2^-128 at the most, whoever made
them. Which things differ is only then looked for, in groups that are summed alike.
"""

import secrets
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any, Generic, TypeVar
from zlib import crc32

import msgspec

Key = TypeVar("Key", bound=Hashable)
Thing = tuple[Any, ...]
Things = Iterable[tuple[Key, Thing]]
"""Things with the groups that they are of."""

_GROUPS = 1024
_PARTS = blake2b().digest_size // 4
_encode = msgspec.msgpack.Encoder().encode  # tells 1 from "1", and nothing is written two ways


@dataclass(frozen=True, slots=True)
class Summing:
    """How things are hashed and summed, here or in another process.

    Args:
        key: what nobody knew before.
    """

    key: bytes = field(default_factory=lambda: secrets.token_bytes(16))

    def sum(self, things: Iterable[Thing]) -> int:
        """Return the sum over things, which is the same in any order."""
        import numpy as np  # takes longer to load than most of what doesn't verify takes

        # BLAKE2 with the key in front is as good as keyed, at half the price: it is one block.
        key, encode = self.key, _encode
        digests = b"".join([blake2b(key + encode(thing)).digest() for thing in things])
        # By 32 bits at a time, which numpy adds up exactly and quicker than Python whole numbers.
        sums = np.frombuffer(digests, "<u4").reshape(-1, _PARTS).sum(axis=0, dtype=np.uint64)
        return sum(each << 32 * number for number, each in enumerate(sums.tolist()))

    def pack(self, rows: Sequence[Sequence[Thing]]) -> bytes:
        """Return the sums over each of several, as bytes."""
        return _encode([str(self.sum(some)) for some in rows])


def unpacked(packed: bytes) -> list[int]:
    """Return the sums that were packed."""
    return [int(each) for each in msgspec.msgpack.decode(packed, type=list[str])]


class Digests(Generic[Key]):
    """The sums over the things of either side, by group."""

    def __init__(self, summing: Summing | None = None) -> None:
        self.summing = summing or Summing()
        self._left: dict[Key, int] = {}

    def expect(self, group: Key, things: Iterable[Thing]) -> None:
        """Count in things that are to be there."""
        self.expect_sum(group, self.summing.sum(things))

    def expect_sum(self, group: Key, total: int) -> None:
        """Count in the sum of things that are to be there."""
        self._left[group] = self._left.get(group, 0) + total

    def meet(self, group: Key, things: Iterable[Thing]) -> None:
        """Count in things that are there."""
        self._left[group] = self._left.get(group, 0) - self.summing.sum(things)

    def differing(self) -> list[Key]:
        """Return the groups in which the sides differ, in the order in which they came up."""
        return [group for group, left in self._left.items() if left]


def differences(
    expected: Things[Key], there: Things[Key], only: Callable[[Key], bool]
) -> tuple[list[Thing], list[Thing]]:
    """Return what is missing and what is too much, among the groups that ``only`` lets through."""
    count = Counter(_among(expected, only))
    count.subtract(_among(there, only))
    missing = [thing for thing, times in count.items() if times > 0]
    return missing, [thing for thing, times in count.items() if times < 0]


def found_differences(
    expected: Callable[[], Iterator[Thing]], there: Callable[[], Iterator[Thing]]
) -> tuple[list[Thing], list[Thing]]:
    """Return what is missing and what is too much among many things, of which few differ.

    Each side is gone through twice: to see in which groups the sides differ, and for these.
    What differs alike in its first value is of one group.
    """
    digests = Digests[int]()
    for group, thing in _grouped(expected()):
        digests.expect(group, (thing,))
    for group, thing in _grouped(there()):
        digests.meet(group, (thing,))
    among = set(digests.differing()).__contains__
    return differences(_grouped(expected()), _grouped(there()), among)


def _grouped(things: Iterable[Thing]) -> Iterator[tuple[int, Thing]]:
    return ((crc32(_encode(thing[0])) % _GROUPS, thing) for thing in things)


def _among(things: Things[Key], only: Callable[[Key], bool]) -> Iterator[Thing]:
    return (thing for group, thing in things if only(group))
