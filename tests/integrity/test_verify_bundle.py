"""The free-standing verifier: its file, its signatures, and how strictly it reads."""

import ast
import hashlib
import json
import subprocess
import sys
from base64 import b64encode
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from archive.integrity import verify_bundle
from archive.integrity.ed25519 import PrivateKey, PublicKey, Type
from archive.integrity.verify_bundle import ed25519, verify
from tests.integrity.bundled import KEYS, LOG, ORIGIN, WITNESS, Kept, kept, read, refusal, story
from tests.integrity.bundled import written as anew
from tests.integrity.vectors import VECTORS

PROGRAM = Path(verify_bundle.__file__)
WYCHEPROOF = VECTORS / "wycheproof" / "ed25519_test.json"


@pytest.fixture(scope="module")
def told(store: str) -> Iterator[Kept]:
    with kept(*story()) as made:
        yield made


@pytest.fixture(scope="module")
def good(told: Kept) -> bytes:
    return told.bundle("A1", told.ledger())


# One file that anybody can read and run


def test_it_is_one_short_file_that_imports_the_standard_library_alone() -> None:
    text = PROGRAM.read_text("utf-8")
    assert len(text.splitlines()) < 200
    imported = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            imported |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add(node.module)
    assert imported <= sys.stdlib_module_names


def run(data: bytes, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a copy of the program, isolated and in an empty environment."""
    (folder / "bundle.json").write_bytes(data)
    (folder / "v.py").write_bytes(PROGRAM.read_bytes())
    return subprocess.run(
        [sys.executable, "-I", "-S", "v.py", "bundle.json", *arguments],
        cwd=folder,
        env={},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )


BOTH = [word for key in KEYS for word in ("--key", key)]


def test_it_runs_isolated_in_an_empty_environment(good: bytes, tmp_path: Path) -> None:
    done = run(good, tmp_path, *BOTH)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == verify(good, KEYS)
    again = run(good, tmp_path, *BOTH, *BOTH)
    assert again.stdout.splitlines()[1:2] == verify(good, KEYS)[1:2]


@pytest.mark.parametrize(
    ("change", "arguments", "words"),
    [
        (lambda good: good[:-40], BOTH, "cut off"),
        (lambda good: good.replace(b'"version": 1', b'"version": 2', 1), BOTH, "what was sealed"),
        (lambda good: good.replace(b'"index": 32', b'"index": 3.5', 1), BOTH, "wrong type"),
        (lambda good: b"[" * 10**6 + good, BOTH, "it is nested too deeply"),
        (lambda good: good.replace(b'"A1"', b'"\xff\xfe"', 1), BOTH, "it isn't UTF-8"),
        (lambda good: good.replace(b'"A1"', b"A1", 1), BOTH, "it isn't JSON"),
        (lambda good: b"", BOTH, "cut off"),
        (lambda good: good, [], "give one file, and --key VKEY"),
        (lambda good: good, ["--key"], "give one file, and --key VKEY"),
        (lambda good: good, [*BOTH, "other.json"], "give one file, and --key VKEY"),
        (lambda good: good, ["--key", KEYS[0][:-4]], "no key: "),
        (lambda good: good, ["--key", KEYS[0][:-1]], "no canonical base64"),
        (lambda good: good, ["--key", "x"], "no key: x"),
    ],
)
def test_whatever_is_wrong_ends_it_with_one_sentence_and_1(
    good: bytes,
    tmp_path: Path,
    change: Callable[[bytes], bytes],
    arguments: list[str],
    words: str,
) -> None:
    done = run(change(good), tmp_path, *arguments)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("未通过：")
    assert done.stderr.count("\n") == 1
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert "valid" not in done.stderr.lower()


def test_a_file_that_is_not_there_is_told_as_that(good: bytes, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(PROGRAM), "nowhere.json", *BOTH],
        cwd=tmp_path,
        env={},
        capture_output=True,
        encoding="utf-8",
    )
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert "FileNotFoundError" in done.stderr


# Ed25519


@pytest.mark.skipif(not WYCHEPROOF.exists(), reason=f"the vectors are not in {WYCHEPROOF}")
def test_it_verifies_as_wycheproof_says() -> None:
    vectors = json.loads(WYCHEPROOF.read_bytes())
    count = 0
    for group in vectors["testGroups"]:
        public = bytes.fromhex(group["publicKey"]["pk"])
        for case in group["tests"]:
            signature, message = bytes.fromhex(case["sig"]), bytes.fromhex(case["msg"])
            found = ed25519(public, message, signature)
            assert found == (case["result"] == "valid"), case
            count += 1
    assert count == vectors["numberOfTests"] == 151


P = 2**255 - 19


@pytest.mark.parametrize(
    ("public", "why"),
    [
        ((P + 1).to_bytes(32, "little"), "y isn't below P"),
        ((1 | 1 << 255).to_bytes(32, "little"), "x is 0 and called odd"),
        ((2).to_bytes(32, "little"), "there is no such point"),
        (bytes(31), "it is too short"),
        (bytes(33), "it is too long"),
    ],
)
def test_a_key_that_is_no_point_in_its_one_encoding_verifies_nothing(
    public: bytes, why: str
) -> None:
    # With the neutral point as R and 0 as S, a lenient verifier takes points of small order.
    assert not ed25519(public, b"", (1).to_bytes(32, "little") + bytes(32)), why


# Whose signatures count


def test_it_believes_only_the_keys_that_it_is_given(told: Kept, good: bytes) -> None:
    ledger = told.ledger()
    impostor = PrivateKey(ORIGIN, Type.LOG, bytes([7]) * 32)
    elsewhere = PublicKey("elsewhere", Type.LOG, LOG.public.public)
    posing = PrivateKey(ORIGIN, Type.WITNESS, bytes(32))
    forged = told.bundle("A1", ledger, ledger.signed(impostor, WITNESS))
    also = told.bundle("A1", ledger, ledger.signed(LOG, posing))
    once = told.bundle("A1", ledger, ledger.signed(LOG))
    unsigned = f"isn't signed once by {KEYS[0]}"
    refused = [
        (forged, KEYS, unsigned),
        (good, [impostor.public.vkey], f"isn't signed once by {impostor.public.vkey}"),
        (good, [elsewhere.vkey], f"{ORIGIN} isn't signed once by elsewhere+"),
        (once, KEYS, f"isn't signed once by {KEYS[1]}"),
        (good, KEYS[1:], f"it is of {ORIGIN}, whose key wasn't given"),
        (also, [posing.public.vkey], f"it is of {ORIGIN}, whose key wasn't given"),
        (good, [], f"it is of {ORIGIN}, whose key wasn't given"),
    ]
    for data, keys, words in refused:
        assert words in refusal(data, keys), keys
    # Somebody unknown may have signed as well; that is told, and counts for nothing.
    assert "signed by the 1 keys given (1 more signatures unknown)" in verify(good, KEYS[:1])[2]


def test_a_signature_of_a_known_key_must_be_right_and_stand_there_once(good: bytes) -> None:
    for key in (LOG, WITNESS):
        bundle = read(good)
        *above, first, second, _ = bundle["checkpoint"].split("\n")
        line = first if key is LOG else second
        bundle["checkpoint"] = "\n".join((*above, first, second, line, ""))
        assert "isn't signed once by" in refusal(anew(bundle))
        name, payload = line.rsplit(" ", 1)
        wrong = f"{name} {payload[:20]}{'B' if payload[20] == 'A' else 'A'}{payload[21:]}"
        bundle["checkpoint"] = "\n".join((*above, first, second, "")).replace(line, wrong)
        assert f"{key.name} didn't sign this" in refusal(anew(bundle))


@pytest.mark.parametrize(
    ("key", "id_"),
    [
        (b"\x01" + LOG.public.public, "00000000"),
        (b"\x02" + LOG.public.public, None),
        (b"\x01" + LOG.public.public[:-1], None),
        (b"\x01" + LOG.public.public + b"\0", None),
        (b"", None),
    ],
    ids=["another id", "another type", "too short", "too long", "empty"],
)
def test_a_key_is_refused_that_has(good: bytes, key: bytes, id_: str | None) -> None:
    found = id_ or hashlib.sha256(f"{ORIGIN}\n".encode() + key).hexdigest()[:8]
    vkey = f"{ORIGIN}+{found}+{b64encode(key).decode()}"
    assert f"no key: {vkey}" in refusal(good, [vkey])


# How strictly it reads


def put(old: str, new: str) -> Callable[[str], bytes]:
    def change(text: str) -> bytes:
        assert old in text
        return text.replace(old, new, 1).encode("utf-8", "surrogatepass")

    return change


def noted(old: str, new: str) -> Callable[[str], bytes]:
    """Change the checkpoint's text."""

    def change(text: str) -> bytes:
        bundle = json.loads(text)
        assert old in bundle["checkpoint"]
        bundle["checkpoint"] = bundle["checkpoint"].replace(old, new, 1)
        return anew(bundle)

    return change


def odd(change: Callable[[dict[str, Any]], object]) -> Callable[[str], bytes]:
    """Change a bundle and make its digest anew."""

    def made(text: str) -> bytes:
        bundle = json.loads(text)
        change(bundle)
        return anew(bundle)

    return made


MALFORMED: dict[str, tuple[Callable[[str], bytes], str]] = {
    "empty": (lambda text: b"", "it is cut off, or is no bundle"),
    "without its last newline": (lambda text: text[:-1].encode(), "it is cut off"),
    "two newlines": (lambda text: (text + "\n").encode(), "it is cut off"),
    "a byte-order mark": (lambda text: text.encode("utf-8-sig"), "a byte-order mark"),
    "CRLF": (lambda text: text.replace("\n", "\r\n").encode(), "carriage returns"),
    "not UTF-8": (lambda text: text.encode().replace(b"A1", b"\xff", 1), "UnicodeDecodeError"),
    "a newer format": (
        put("shiji-bundle/v1", "shiji-bundle/v2"),
        "its format isn't shiji-bundle/v1",
    ),
    "no JSON": (put('"digest":', '"digest"='), "JSONDecodeError"),
    "nested deeply": (
        put(' "heads": {', f' "heads": {"[" * 10**5}{"]" * 10**5},\n "heads": {{'),
        "RecursionError",
    ),
    "an unknown field": (put(' "digest"', ' "extra": "",\n "digest"'), "unknown field"),
    "an unknown field in an event": (
        put('   "index"', '   "extra": "",\n   "index"'),
        "extra is an",
    ),
    "a field of something else": (put('   "proof"', '   "day": "",\n   "proof"'), "too many"),
    "a missing field": (put(' "subject": "A1",\n', ""), "fields lack"),
    "a field twice": (put(' "format"', ' "format": "",\n "format"'), "a field stands there twice"),
    "a field twice in an event": (
        put('"topic"', '"stream": "",\n   "topic"'),
        "a field stands there twice",
    ),
    "base64 with loose bits": (put('=",\n   "stream"', 'J",\n   "stream"'), "no canonical base64"),
    "base64 without its end": (put('=",\n   "stream"', '",\n   "stream"'), "no canonical base64"),
    "a float": (put('"version": 1', '"version": 1.0'), "the field version is of a wrong type"),
    "an exponent": (put('"size": ', '"size": 1e'), "the field size is of a wrong type"),
    "NaN": (put('"version": 1', '"version": NaN'), "version is of a wrong type"),
    "Infinity": (put('"version": 1', '"version": Infinity'), "version is of a wrong type"),
    "true": (put('"version": 1', '"version": true'), "version is of a wrong type"),
    "null": (put('"subject": "A1"', '"subject": null'), "the field subject is of a wrong type"),
    "a number as text": (put('"version": 1', '"version": "1"'), "version is of a wrong type"),
    "a negative number": (put('"index": ', '"index": -'), "index is out of range"),
    "a huge number": (
        put('"version": 1', '"version": 9223372036854775808'),
        "version is out of range",
    ),
    "thousands of digits": (put('"version": 1', f'"version": {"9" * 5000}'), "ValueError"),
    "minus zero": (put('"version": 1', '"version": -0'), "it isn't written canonically"),
    "a needless escape": (put('"A1"', r'"\u00411"'), "it isn't written canonically"),
    "a lone surrogate": (put('"A1"', r'"\ud8001"'), "it isn't written canonically"),
    "a needless space": (put('"subject": ', '"subject":  '), "it isn't written canonically"),
    "an event that is a text": (odd(lambda b: b["events"].insert(0, "")), "TypeError"),
    "a head where an event belongs": (
        odd(lambda b: b["events"].insert(0, b["heads"]["streams"][0])),
        "KeyError",
    ),
    "a proof of numbers": (odd(lambda b: b["heads"]["proof"].insert(0, 1)), "TypeError"),
    "a proof that is too long": (
        odd(lambda b: b["heads"]["proof"].append(b["digest"])),
        "isn't what was sealed",
    ),
    "a checkpoint without origin": (noted(ORIGIN, ""), "the checkpoint isn't written as one"),
    "a size with a zero before it": (noted("\n33\n", "\n033\n"), "checkpoint isn't written"),
    "a checkpoint without signatures": (noted("\n\n", "\n"), "checkpoint isn't written"),
    "a hash that is unknown": (noted("=\n\n", "=\nhash md5\n\n"), "didn't sign this"),
}


@pytest.mark.parametrize("kind", MALFORMED)
def test_a_bundle_is_refused_that_is(kind: str, good: bytes) -> None:
    change, words = MALFORMED[kind]
    found = refusal(change(good.decode()))
    assert words in found, found


def test_each_kind_has_a_sentence_of_its_own(good: bytes) -> None:
    kinds = ["empty", "a byte-order mark", "CRLF", "not UTF-8", "a newer format", "nested deeply"]
    kinds += ["an unknown field", "a field twice", "base64 with loose bits", "a float", "Infinity"]
    kinds += ["a huge number", "minus zero", "a missing field", "a checkpoint without origin"]
    found = {refusal(MALFORMED[kind][0](good.decode())) for kind in kinds}
    assert len(found) == len(kinds) - 1  # neither a float nor Infinity is a whole number
