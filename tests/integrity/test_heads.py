"""A day's heads: a stretch shows all of a cadre's streams, and none can be left out."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.integrity.entry import Head, head_entry
from archive.integrity.frontier import Frontier
from archive.integrity.hashing import hashing
from archive.integrity.heads import HeadsUnproven, Stretch, heads_of, order, stretch, tree_of_heads

H = hashing()
SUBJECTS = ["C0", "C1", "C1-2", "C10", "C2", "干部"]
KINDS = ["cadre", "result/2017", "result/2018", "ballot/2018/U1/annual"]
HEADS = st.dictionaries(
    st.builds("{}/{}".format, st.sampled_from(KINDS), st.sampled_from(SUBJECTS)),
    st.integers(1, 9),
).map(lambda found: sorted((Head(*pair) for pair in found.items()), key=by_order))


def by_order(head: Head) -> bytes:
    return order(head.stream_id).encode()


def committed(heads: Sequence[Head]) -> tuple[int, bytes]:
    """Return what a day's leaf commits to."""
    grown = tree_of_heads(H, [(order(head.stream_id), head.version) for head in heads])
    return grown.size, grown.root


@given(HEADS, st.sampled_from(SUBJECTS))
def test_a_stretch_shows_exactly_the_streams_there_are(heads: list[Head], subject: str) -> None:
    shown = stretch(H, heads, subject)
    wanted = tuple(head for head in heads if head.stream_id.endswith(f"/{subject}"))
    assert heads_of(H, subject, shown, *committed(heads)) == wanted
    assert len(shown.heads) <= len(wanted) + 2
    assert len(shown.hashes) <= 2 * len(heads).bit_length()


@given(HEADS, st.sampled_from(SUBJECTS), st.data())
def test_no_stretch_hides_a_stream_or_an_event(
    heads: list[Head], subject: str, data: st.DataObject
) -> None:
    """Whatever stretch of the honest tree is shown, it passes only with all that there is."""
    wanted = tuple(head for head in heads if head.stream_id.endswith(f"/{subject}"))
    start = data.draw(st.integers(0, len(heads)))
    end = data.draw(st.integers(start, len(heads)))
    other = f"{subject}?"  # sorts right behind, so that an honest stretch of it is near by
    near = stretch(H, heads, data.draw(st.sampled_from([*SUBJECTS, other])))
    for shown in (near, Stretch(start, tuple(heads[start:end]), near.hashes)):
        with suppress(HeadsUnproven):
            assert heads_of(H, subject, shown, *committed(heads)) == wanted


DAY = [Head(f"{kind}/{subject}", 3) for subject in ("C1", "C2", "C3") for kind in sorted(KINDS)]
DAY.sort(key=by_order)


def wrong_stretches() -> dict[str, Stretch]:
    whole = stretch(H, DAY, "C2")
    start, heads, hashes = whole.start, whole.heads, whole.hashes
    return {
        "another version": replace(
            whole, heads=(*heads[:2], Head(heads[2].stream_id, 2), *heads[3:])
        ),
        "another stream": replace(whole, heads=(*heads[:2], Head("talk/2018/C2", 3), *heads[3:])),
        "a head left out": replace(whole, heads=heads[:2] + heads[3:]),
        "a head twice": replace(whole, heads=(*heads[:2], heads[1], *heads[2:])),
        "two heads swapped": replace(whole, heads=(*heads[:1], heads[2], heads[1], *heads[3:])),
        "without the one before": Stretch(start + 1, heads[1:], hashes),
        "without the one after": Stretch(start, heads[:-1], hashes),
        "another place": replace(whole, start=start + 1),
        "a place before all": replace(whole, start=-1),
        "a place behind all": replace(whole, start=len(DAY)),
        "a hash less": replace(whole, hashes=hashes[:-1]),
        "a hash more": replace(whole, hashes=(*hashes, H.empty)),
        "another hash": replace(whole, hashes=(H.empty, *hashes[1:])),
        "nothing": Stretch(0, (), ()),
        "the root as a hash": Stretch(0, (), (committed(DAY)[1],)),
    }


@pytest.mark.parametrize("wrong", wrong_stretches().values(), ids=wrong_stretches())
def test_a_stretch_that_was_changed_shows_nothing(wrong: Stretch) -> None:
    with pytest.raises(HeadsUnproven):
        heads_of(H, "C2", wrong, *committed(DAY))


def test_neighbours_are_part_of_the_proof() -> None:
    """An honest stretch of the middle of a cadre's streams leaves room on both sides."""
    middle = stretch(H, DAY, "C1")
    with pytest.raises(HeadsUnproven, match="前后相邻"):
        heads_of(H, "C2", middle, *committed(DAY))


def test_heads_out_of_order_are_never_sealed() -> None:
    with pytest.raises(ValueError, match="out of order"):
        committed(DAY[::-1])
    with pytest.raises(ValueError, match="out of order"):
        committed([DAY[0], DAY[0]])


def test_heads_that_were_sealed_out_of_order_show_nothing() -> None:
    """Behind the one after there might be more, so that a disorder in sight is no proof."""
    heads = [Head(f"cadre/{subject}", 1) for subject in ("C1", "C2", "C1", "C3")]
    leaves = [H.leaf(head_entry(head)) for head in heads]
    whole = Stretch(0, tuple(heads), ())
    with pytest.raises(HeadsUnproven, match="次序不对"):
        heads_of(H, "C2", whole, 4, Frontier(H).append_many(leaves)[0].root)
