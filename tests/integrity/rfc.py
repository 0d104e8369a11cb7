"""What RFC 6962 §2.1 defines by recursion, word for word over ranges of leaves; slow and plain."""

from collections.abc import Sequence
from functools import cache
from hashlib import sha256

Path = list[bytes]


class Oracle:
    """The definition over ``D[0:n]``; ranges stand for the lists that the RFC cuts."""

    def __init__(self, entries: Sequence[bytes]) -> None:
        self.entries = entries
        self.mth = cache(self._mth)

    def _mth(self, start: int, end: int) -> bytes:
        """MTH(D[start:end])."""
        n = end - start
        if n == 0:
            return sha256().digest()
        if n == 1:
            return sha256(b"\x00" + self.entries[start]).digest()
        k = start + largest_power_below(n)
        return sha256(b"\x01" + self.mth(start, k) + self.mth(k, end)).digest()

    def path(self, m: int, start: int, end: int) -> Path:
        """PATH(m, D[start:end]); ``m`` counts from ``start``."""
        n = end - start
        if n == 1:
            return []
        k = largest_power_below(n)
        if m < k:
            return [*self.path(m, start, start + k), self.mth(start + k, end)]
        return [*self.path(m - k, start + k, end), self.mth(start, start + k)]

    def proof(self, m: int, n: int) -> Path:
        """PROOF(m, D[n])."""
        return self.subproof(m, 0, n, True)

    def subproof(self, m: int, start: int, end: int, b: bool) -> Path:
        """SUBPROOF(m, D[start:end], b); ``m`` counts from ``start``."""
        n = end - start
        if m == n:
            return [] if b else [self.mth(start, end)]
        k = largest_power_below(n)
        if m <= k:
            return [*self.subproof(m, start, start + k, b), self.mth(start + k, end)]
        return [*self.subproof(m - k, start + k, end, False), self.mth(start, start + k)]


def sides(m: int, n: int) -> str:
    """Return on which side of its sibling each node from leaf ``m`` up to the root of ``n`` is."""
    if n == 1:
        return ""
    k = largest_power_below(n)
    return sides(m, k) + "L" if m < k else sides(m - k, n - k) + "R"


def largest_power_below(n: int) -> int:
    """Return the largest power of two smaller than ``n``."""
    k = 1
    while k * 2 < n:
        k *= 2
    return k
