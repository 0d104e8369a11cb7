"""Signed notes: as C2SP has them, and each way of being wrong has its own sentence."""

import json
from base64 import b64encode
from contextlib import suppress
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.integrity.ed25519 import PrivateKey, PublicKey, Type
from archive.integrity.note import LONGEST, Note, NotTrusted, Signature, parse_note, verify_note
from archive.integrity.strict import Malformed
from domain.sentence import speak
from tests.integrity.vectors import VECTORS

LOG = PrivateKey("示例市/实绩档案", Type.LOG, b"\x01" * 32)
WITNESS = PrivateKey("jiwei.example/w1", Type.WITNESS, b"\x02" * 32)
AT = 1_546_300_800
TEXT = "第一行\n\n第三行\n"
NOTE = Note(TEXT, ()).signed(LOG, AT).signed(WITNESS, AT)
KNOWN = [LOG.public, WITNESS.public]

# What golang.org/x/mod/sumdb/note shows in its documentation.
NEUMANN = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
NEUMANN_SECRET = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
ENOCH = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
GO = """If you think cryptography is the answer to your problem,
then you don't know what your problem is.

— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=
""".encode()  # noqa: E501

# The example of C2SP signed-note, whose key isn't published with it.
QUASIMODO = """Ognuno sta solo sul cuor della terra
trafitto da un raggio di sole:

ed è subito sera.

— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=
""".encode()  # noqa: E501


@pytest.mark.parametrize("published", [GO, QUASIMODO, bytes(NOTE)])
def test_a_published_note_is_read_and_written_alike(published: bytes) -> None:
    assert bytes(parse_note(published)) == published


def test_go_s_note_is_signed_by_either_of_its_signers() -> None:
    note = parse_note(GO)
    assert len(verify_note(note, [PublicKey.parse(NEUMANN)]).ignored) == 1
    both = verify_note(note, [PublicKey.parse(ENOCH), PublicKey.parse(NEUMANN)])
    assert [signature.name for signature in both.by] == ["PeterNeumann", "EnochRoot"]


def test_go_s_private_key_signs_as_go_does() -> None:
    key = PrivateKey.parse(NEUMANN_SECRET)
    assert key.skey == NEUMANN_SECRET
    assert key.public.vkey == NEUMANN
    note = parse_note(GO)
    assert Note(note.text, ()).signed(key, 0).signatures == note.signatures[:1]


def test_a_cosignature_says_when_and_signs_the_time_with_the_text() -> None:
    payload = NOTE.signatures[1].payload
    key = WITNESS.public
    assert key.signed_at(payload) == AT
    assert int.from_bytes(payload[:8], "big") == AT
    log = PublicKey("any", Type.LOG, key.public)
    assert log.verify(f"cosignature/v1\ntime {AT}\n{TEXT}".encode(), payload[8:])
    assert not key.verify(TEXT.encode(), (AT + 1).to_bytes(8, "big") + payload[8:])
    beyond = PrivateKey("any", Type.LOG, WITNESS.seed).sign(
        f"cosignature/v1\ntime {2**63}\n{TEXT}".encode(), 0
    )
    assert not key.verify(TEXT.encode(), (2**63).to_bytes(8, "big") + beyond)
    with pytest.raises(ValueError, match="no time"):
        WITNESS.sign(b"", -1)


def test_neither_type_of_signature_passes_for_the_other() -> None:
    as_log = PublicKey(WITNESS.name, Type.LOG, WITNESS.public.public)
    assert as_log.key_id != WITNESS.public.key_id
    assert not as_log.verify(TEXT.encode(), NOTE.signatures[1].payload)
    as_witness = PublicKey(LOG.name, Type.WITNESS, LOG.public.public)
    assert not as_witness.verify(TEXT.encode(), NOTE.signatures[0].payload)
    assert LOG.public.signed_at(NOTE.signatures[0].payload) is None


def test_a_key_id_is_the_first_bytes_of_the_hash_of_name_type_and_key() -> None:
    for key in KNOWN:
        hashed = sha256(key.name.encode() + b"\n" + bytes([key.type]) + key.public)
        assert key.key_id == hashed.digest()[:4]


# Who is believed


def strangers(note: Note) -> Note:
    """Add a line by a key of the log's name that isn't the log's."""
    return note.signed(PrivateKey(LOG.name, Type.LOG, b"\x09" * 32), AT)


def test_a_strangers_signature_is_ignored_even_under_a_known_name() -> None:
    signed = verify_note(strangers(NOTE), KNOWN)
    assert [signature.name for signature in signed.by] == [LOG.name, WITNESS.name]
    assert [signature.name for signature in signed.ignored] == [LOG.name]


def changed(at: int, note: Note = NOTE, text: str = TEXT) -> Note:
    lines = list(note.signatures)
    payload = lines[at].payload
    lines[at] = Signature(lines[at].name, lines[at].key_id, payload[:-1] + bytes([payload[-1] ^ 1]))
    return Note(text, tuple(lines))


UNTRUSTED = {
    "a changed text": (Note("另一行\n", NOTE.signatures), f"the signature of {LOG.name} is wrong"),
    "a changed signature": (changed(0), f"the signature of {LOG.name} is wrong"),
    "a changed cosignature": (changed(1), "the signature of jiwei.example/w1 is wrong"),
    "a known key twice": (
        Note(TEXT, NOTE.signatures + NOTE.signed(WITNESS, AT + 1).signatures[1:]),
        "key of jiwei.example/w1 signed twice",
    ),
    "strangers only": (
        Note(TEXT, ()).signed(PrivateKey("甲", Type.LOG, b"\x09" * 32), AT),
        "no known key signed it (signers: 甲)",
    ),
}


@pytest.mark.parametrize(("note", "sentence"), UNTRUSTED.values(), ids=UNTRUSTED)
def test_a_note_that_nobody_known_vouches_for_is_refused(note: Note, sentence: str) -> None:
    with pytest.raises(NotTrusted) as refused:
        verify_note(parse_note(bytes(note)), KNOWN)
    assert sentence in speak(refused.value.sentence, "en")


@given(st.integers(0, len(bytes(NOTE)) * 8 - 1))
def test_no_bit_of_a_note_may_flip(bit: int) -> None:
    """Where it makes a signature a stranger's, the other one remains, and it alone."""
    flipped = bytearray(bytes(NOTE))
    flipped[bit // 8] ^= 1 << bit % 8
    try:
        signed = verify_note(parse_note(bytes(flipped)), KNOWN)
    except (Malformed, NotTrusted):
        return
    assert (len(signed.by), len(signed.ignored)) == (1, 1)


# How it is written

HEAD, DASH = "文\n\n", "— 名 "
GOOD = b64encode(b"\0" * 68).decode()
MALFORMED: dict[str, tuple[str | bytes, str]] = {
    "nothing": (b"", "is empty"),
    "a byte-order mark": ("\ufeff" + GO.decode(), "begins with a byte-order mark"),
    "line ends of Windows": (GO.replace(b"\n", b"\r\n"), "has carriage returns"),
    "other bytes": (b"\xff" + GO, "isn't UTF-8 text from byte 0 on"),
    "a tab": (HEAD.replace("文", "文\t") + DASH + GOOD + "\n", "the control character U+0009"),
    "an end cut off": (GO[:-1], "doesn't end with a line feed"),
    "half a line": (GO[:-30], "doesn't end with a line feed"),
    "no signature": (HEAD, "is unsigned"),
    "no empty line": ("文\n" + DASH + GOOD + "\n", "is unsigned"),
    "no text": ("\n\n" + DASH + GOOD + "\n", "is unsigned"),
    "a hyphen": (HEAD + "- 名 " + GOOD + "\n", "isn't of the form '— name base64'"),
    "two spaces": (HEAD + "—  名 " + GOOD + "\n", "isn't of the form '— name base64'"),
    "no name": (HEAD + "— " + GOOD + "\n", "isn't of the form '— name base64'"),
    "a plus in a name": (HEAD + "— a+b " + GOOD + "\n", "isn't of the form '— name base64'"),
    "a wide space in a name": (
        HEAD + "— a\u3000b " + GOOD + "\n",
        "isn't of the form '— name base64'",
    ),
    "text behind": (HEAD + DASH + GOOD + "\n文\n", "isn't of the form '— name base64'"),
    "base64 with stray bits": (HEAD + DASH + GOOD[:-2] + "B=\n", "isn't canonical base64"),
    "base64 without padding": (HEAD + DASH + GOOD.rstrip("=") + "\n", "isn't canonical base64"),
    "base64 for addresses": (HEAD + DASH + "_" + GOOD[1:] + "\n", "isn't canonical base64"),
    "base64 with a space behind": (HEAD + DASH + GOOD + " \n", "isn't canonical base64"),
    "an empty signature": (HEAD + DASH + "\n", "isn't canonical base64"),
    "an id alone": (HEAD + DASH + "AAAAAA==\n", "the signature of 名 is too short"),
    "a line twice": (HEAD + (DASH + GOOD + "\n") * 2, "stands there twice"),
    "too many": (
        HEAD + "".join(f"— {number} {GOOD}\n" for number in range(101)),
        "more than 100 signatures",
    ),
    "too long": (b"x" * (LONGEST + 1), "more than the 262144 there may be"),
}


@pytest.mark.parametrize(("written", "sentence"), MALFORMED.values(), ids=MALFORMED)
def test_what_isnt_written_as_a_note_is_refused(written: str | bytes, sentence: str) -> None:
    data = written.encode() if isinstance(written, str) else written
    with pytest.raises(Malformed) as refused:
        parse_note(data)
    assert sentence in speak(refused.value.sentence, "en")


@given(
    st.binary(max_size=80) | st.text(max_size=80).map(lambda text: text.encode("utf-8", "replace"))
)
def test_anything_is_a_note_or_refused(data: bytes) -> None:
    with suppress(Malformed):
        assert bytes(parse_note(data)) == data


# Keys as text

KEY_TEXTS = {
    "no key": ("hello", "isn't of the form name+id+base64"),
    "no name": (NEUMANN.replace("PeterNeumann", ""), "isn't of the form name+id+base64"),
    "a space in the name": (NEUMANN.replace("rN", "r N"), "isn't of the form name+id+base64"),
    "a capital in the id": (NEUMANN.replace("c74f", "C74f"), "isn't of the form name+id+base64"),
    "another id": (NEUMANN.replace("c74f", "c74e"), "the key of PeterNeumann doesn't fit its id"),
    "another name": (NEUMANN.replace("rN", "rn"), "the key of Peterneumann doesn't fit its id"),
    "another key": (NEUMANN.replace("ARpc", "ARpd"), "doesn't fit its id"),
    "a key cut off": (NEUMANN[:-4], "has 29 bytes; expected 32"),
    "base64 cut off": (NEUMANN[:-1], "in the public key isn't canonical base64"),
    "no base64": (NEUMANN[:22], "in the public key isn't canonical base64"),
    "a space behind": (NEUMANN + " ", "in the public key isn't canonical base64"),
    "a line feed behind": (NEUMANN + "\n", "in the public key isn't canonical base64"),
    "another type": (NEUMANN.replace("+ARpc", "+BhpC"), "is of type 0x06"),
}


@pytest.mark.parametrize(("written", "sentence"), KEY_TEXTS.values(), ids=KEY_TEXTS)
def test_what_isnt_written_as_a_key_is_refused(written: str, sentence: str) -> None:
    with pytest.raises(Malformed) as refused:
        PublicKey.parse(written)
    assert sentence in speak(refused.value.sentence, "en")


def test_a_public_key_is_no_private_one() -> None:
    with pytest.raises(Malformed, match="不是私钥"):
        PrivateKey.parse(NEUMANN)
    with pytest.raises(Malformed, match="与其编号不符"):
        PrivateKey.parse(NEUMANN_SECRET.replace("AYEK", "AYEL"))


def test_a_private_key_is_never_shown() -> None:
    assert "\\x01" not in repr(LOG)
    assert LOG.skey[-40:] not in f"{LOG}{LOG!r}"


# Wycheproof's Ed25519 vectors

WYCHEPROOF = VECTORS / "wycheproof" / "ed25519_test.json"


@pytest.mark.skipif(not WYCHEPROOF.is_file(), reason=f"the vectors are not in {WYCHEPROOF}")
def test_ed25519_verifies_what_wycheproof_says_is_valid_and_nothing_else() -> None:
    groups = json.loads(WYCHEPROOF.read_bytes())["testGroups"]
    verified = 0
    for group in groups:
        key = PublicKey("wycheproof", Type.LOG, bytes.fromhex(group["publicKey"]["pk"]))
        for test in group["tests"]:
            valid = key.verify(bytes.fromhex(test["msg"]), bytes.fromhex(test["sig"]))
            assert valid is (test["result"] == "valid"), test["tcId"]
            verified += 1
    assert verified == 151
