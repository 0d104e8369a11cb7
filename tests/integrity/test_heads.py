"""A day's heads: one tree over all streams, in one order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.integrity.entry import Head
from archive.integrity.hashing import hashing
from archive.integrity.heads import order, tree_of_heads
from tests.integrity.naive import naive_heads_root

H = hashing()
SUBJECTS = ["C0", "C1", "C1-2", "C10", "C2", "干部"]
KINDS = ["cadre", "result/2017", "result/2018", "ballot/2018/U1/annual"]
STREAMS = st.builds("{}/{}".format, st.sampled_from(KINDS), st.sampled_from(SUBJECTS))


@given(st.dictionaries(STREAMS, st.integers(1, 9)))
def test_the_tree_of_heads_is_that_of_the_rfc(latest: dict[str, int]) -> None:
    keyed = sorted((order(stream), version) for stream, version in latest.items())
    tree = tree_of_heads(H, keyed)
    assert (tree.size, tree.root) == (len(latest), naive_heads_root(latest))


@given(st.lists(STREAMS, unique=True), st.sampled_from(SUBJECTS))
def test_the_streams_of_one_subject_are_neighbours(streams: list[str], subject: str) -> None:
    own = [s.endswith(f"/{subject}") for s in sorted(streams, key=order)]
    assert sum(one != other for one, other in zip([False, *own], [*own, False], strict=True)) <= 2


def test_the_order_is_that_of_utf8_bytes() -> None:
    streams = [f"cadre/{chr(code)}" for code in (0x7F, 0x7FF, 0xD7FF, 0xE000, 0xFFFF, 0x10000)]
    assert sorted(streams, key=order) == sorted(streams, key=lambda s: order(s).encode())


def test_heads_out_of_order_are_never_sealed() -> None:
    heads = [Head(f"{kind}/{subject}", 3) for subject in ("C1", "C2") for kind in sorted(KINDS)]
    keyed = sorted((order(head.stream_id), head.version) for head in heads)
    for wrong in (keyed[::-1], [keyed[0], keyed[0]]):
        with pytest.raises(ValueError, match="out of order"):
            tree_of_heads(H, wrong)
