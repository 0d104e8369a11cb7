"""Checkpoints: as C2SP has them, believed only with their log's signature, refused in sentences."""

import hashlib
from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.integrity.checkpoint import (
    Checkpoint,
    Opened,
    Trust,
    Witnessed,
    open_checkpoint,
    parse_text,
)
from archive.integrity.ed25519 import PrivateKey, Type
from archive.integrity.hashing import hashing
from archive.integrity.note import Note, NotTrusted, parse_note
from archive.integrity.strict import Malformed
from domain.refusal import Refusal
from domain.sentence import speak

ORIGIN = "示例市/实绩档案"
LOG = PrivateKey(ORIGIN, Type.LOG, b"\x01" * 32)
WITNESS = PrivateKey("jiwei.example/w1", Type.WITNESS, b"\x02" * 32)
OTHER = PrivateKey("archives.example/w2", Type.WITNESS, b"\x03" * 32)
WITNESSES = [WITNESS.public, OTHER.public]
AT = 1_546_300_800
ROOT = hashing().leaf(b"root")
CHECKPOINT = Checkpoint(ORIGIN, 20852163, ROOT)

# The examples of C2SP tlog-checkpoint and tlog-cosignature, whose keys aren't published with them.
PUBLISHED = """example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==
""".encode()  # noqa: E501


def opened(data: bytes, wanted: int = 0) -> Opened:
    return open_checkpoint(data, ORIGIN, Trust([LOG.public], WITNESSES, wanted))


def test_the_published_example_is_read_and_written_alike() -> None:
    note = parse_note(PUBLISHED)
    checkpoint = parse_text(note.text)
    assert (checkpoint.origin, checkpoint.size) == ("example.com/behind-the-sofa", 20852163)
    assert checkpoint.text == note.text
    assert bytes(note) == PUBLISHED
    timestamp = int.from_bytes(note.signatures[1].payload[:8], "big")
    assert timestamp == 1679315147  # the time that the specification shows in the signed message


def test_a_checkpoint_is_three_lines_signed_by_its_log() -> None:
    data = CHECKPOINT.signed(LOG, AT)
    text = f"{ORIGIN}\n20852163\n{b64encode(ROOT).decode()}\n"
    assert data.decode().startswith(f"{text}\n— {ORIGIN} ")
    found = opened(data)
    assert (found.checkpoint, found.witnesses, found.ignored) == (CHECKPOINT, (), ())
    assert found.hashing == hashing()


def test_witnesses_cosign_and_say_when() -> None:
    once = opened(CHECKPOINT.signed(LOG, AT)).cosigned(WITNESS, AT + 1)
    twice = opened(once).cosigned(OTHER, AT + 2)
    found = opened(twice, wanted=2)
    assert found.witnesses == (Witnessed(WITNESS.name, AT + 1), Witnessed(OTHER.name, AT + 2))
    again = opened(opened(twice).cosigned(WITNESS, AT + 3), wanted=2)
    assert again.witnesses == (Witnessed(OTHER.name, AT + 2), Witnessed(WITNESS.name, AT + 3))


def test_a_tree_of_sm3_says_so_and_further_lines_are_kept() -> None:
    if "sm3" not in hashlib.algorithms_available:
        pytest.skip("this OpenSSL has no sm3")
    checkpoint = Checkpoint(ORIGIN, 0, ROOT, "sm3", ("site 石首",))
    assert checkpoint.text.endswith("\nhash sm3\nsite 石首\n")
    assert opened(checkpoint.signed(LOG, AT)).checkpoint == checkpoint
    assert opened(checkpoint.signed(LOG, AT)).hashing.name == "sm3"


UNWRITABLE = {
    "no origin": Checkpoint("", 1, ROOT),
    "a space in the origin": Checkpoint("实绩 档案", 1, ROOT),
    "two lines of origin": Checkpoint("实绩\n档案", 1, ROOT),
    "a size below zero": Checkpoint(ORIGIN, -1, ROOT),
    "another hash line": Checkpoint(ORIGIN, 1, ROOT, extensions=("hash sm3", "hash sm3")),
    "an extension of two lines": Checkpoint(ORIGIN, 1, ROOT, extensions=("a\nb",)),
}


@pytest.mark.parametrize("checkpoint", UNWRITABLE.values(), ids=UNWRITABLE)
def test_what_would_be_read_as_something_else_is_never_signed(checkpoint: Checkpoint) -> None:
    with pytest.raises((ValueError, Refusal)):
        checkpoint.signed(PrivateKey(checkpoint.origin, Type.LOG, b"\x01" * 32), AT)
    with pytest.raises(ValueError, match="can't sign for"):
        CHECKPOINT.signed(WITNESS, AT)


# Who is believed

SIGNED = CHECKPOINT.signed(LOG, AT)
COSIGNED = opened(SIGNED).cosigned(WITNESS, AT)
ELSEWHERE = PrivateKey("别处/实绩档案", Type.LOG, b"\x04" * 32)
STRANGER = PrivateKey(ORIGIN, Type.LOG, b"\x05" * 32)
UNTRUSTED: dict[str, tuple[bytes, int, str]] = {
    "another archive's": (
        Checkpoint(ELSEWHERE.name, 1, ROOT).signed(ELSEWHERE, AT),
        0,
        f"a checkpoint of '{ELSEWHERE.name}', not of '{ORIGIN}'",
    ),
    "another archive's, signed by this one's key": (
        bytes(Note(Checkpoint(ELSEWHERE.name, 1, ROOT).text, ()).signed(LOG, AT)),
        0,
        f"a checkpoint of '{ELSEWHERE.name}', not of '{ORIGIN}'",
    ),
    "signed by a stranger": (CHECKPOINT.signed(STRANGER, AT), 0, "no known key signed it"),
    "signed by a witness alone": (
        bytes(Note(CHECKPOINT.text, ()).signed(WITNESS, AT)),
        0,
        f"none by a known key of '{ORIGIN}' itself",
    ),
    "with too few witnesses": (COSIGNED, 2, "at least 2 known witnesses to have cosigned"),
    "with no witness": (SIGNED, 1, "at least 1 known witnesses to have cosigned the checkpoint"),
    "with another size": (SIGNED.replace(b"\n2085", b"\n2086"), 0, "is wrong: the text or the"),
}


@pytest.mark.parametrize(("data", "wanted", "sentence"), UNTRUSTED.values(), ids=UNTRUSTED)
def test_a_checkpoint_without_the_right_signatures_is_refused(
    data: bytes, wanted: int, sentence: str
) -> None:
    with pytest.raises(NotTrusted) as refused:
        opened(data, wanted)
    assert sentence in speak(refused.value.sentence, "en")


def test_an_earlier_key_of_the_log_and_unknown_signers_do_no_harm() -> None:
    earlier = PrivateKey(ORIGIN, Type.LOG, b"\x06" * 32)
    note = parse_note(COSIGNED).signed(earlier, AT).signed(STRANGER, AT)
    found = open_checkpoint(bytes(note), ORIGIN, Trust([LOG.public, earlier.public], WITNESSES, 1))
    assert [witness.name for witness in found.witnesses] == [WITNESS.name]
    assert [signature.key_id for signature in found.ignored] == [STRANGER.key_id]


@given(st.integers(0, len(COSIGNED) * 8 - 1))
def test_no_bit_may_flip_where_the_witness_is_wanted(bit: int) -> None:
    flipped = bytearray(COSIGNED)
    flipped[bit // 8] ^= 1 << bit % 8
    with pytest.raises((Malformed, NotTrusted)):
        opened(bytes(flipped), wanted=1)


# How it is written

ENCODED = b64encode(ROOT).decode()
MALFORMED = {
    "a line less": (f"{ORIGIN}\n1\n", "a line each, and no empty line"),
    "the origin alone": (f"{ORIGIN}\n", "a line each, and no empty line"),
    "no origin": (f"\n1\n{ENCODED}\n", "a line each, and no empty line"),
    "an empty line": (f"{ORIGIN}\n1\n{ENCODED}\n\na\n", "a line each, and no empty line"),
    "a leading zero": (f"{ORIGIN}\n01\n{ENCODED}\n", "'01' in the checkpoint isn't a decimal"),
    "a sign": (f"{ORIGIN}\n+1\n{ENCODED}\n", "'+1' in the checkpoint isn't a decimal"),
    "digits of elsewhere": (f"{ORIGIN}\n１\n{ENCODED}\n", "isn't a decimal number"),
    "a fraction": (f"{ORIGIN}\n1.0\n{ENCODED}\n", "isn't a decimal number"),
    "a size beyond any": (f"{ORIGIN}\n{2**63}\n{ENCODED}\n", "isn't a decimal number"),
    "a size without end": (f"{ORIGIN}\n{'9' * 5000}\n{ENCODED}\n", "isn't a decimal number"),
    "a root cut off": (f"{ORIGIN}\n1\nAAAA\n", "the root has 3 bytes; expected 32"),
    "a root with stray bits": (f"{ORIGIN}\n1\n{ENCODED[:-2]}v=\n", "isn't canonical base64"),
    "a root without padding": (f"{ORIGIN}\n1\n{ENCODED[:-1]}\n", "isn't canonical base64"),
    "a newer hash": (f"{ORIGIN}\n1\n{ENCODED}\nhash sha3\n", "there is no hash named 'sha3'"),
    "what goes without saying": (f"{ORIGIN}\n1\n{ENCODED}\nhash sha256\n", "right behind the root"),
    "a hash line too far down": (f"{ORIGIN}\n1\n{ENCODED}\na\nhash sm3\n", "right behind the root"),
}


@pytest.mark.parametrize(("text", "sentence"), MALFORMED.values(), ids=MALFORMED)
def test_what_isnt_written_as_a_checkpoint_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(Refusal) as refused:
        opened(bytes(Note(text, ()).signed(LOG, AT)))
    assert sentence in speak(refused.value.sentence, "en")


@pytest.mark.parametrize(
    ("data", "sentence"),
    {
        b"": "the checkpoint is empty",
        b"\xef\xbb\xbf" + SIGNED: "the checkpoint begins with a byte-order mark",
        SIGNED.replace(b"\n", b"\r\n"): "the checkpoint has carriage returns",
        SIGNED[:-1]: "the checkpoint doesn't end with a line feed; it may be cut off",
        SIGNED + SIGNED.split(b"\n\n")[1]: "a signature line stands there twice",
    }.items(),
)
def test_a_file_that_was_touched_is_refused_as_a_checkpoint(data: bytes, sentence: str) -> None:
    with pytest.raises(Malformed) as refused:
        opened(data)
    assert sentence in speak(refused.value.sentence, "en")
