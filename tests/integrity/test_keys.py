"""Key files: made once, whole, for their owner alone; whatever else stands there is refused."""

import os
from hashlib import sha256
from pathlib import Path

import pytest

from archive.integrity.ed25519 import PrivateKey, Type
from archive.integrity.keys import (
    KeyRefused,
    fingerprint,
    key_file,
    load_key,
    load_public_key,
    make_key,
)
from archive.integrity.strict import Malformed
from domain.refusal import Refusal
from domain.sentence import speak

ORIGIN = "示例市/实绩档案"
KEY = PrivateKey(ORIGIN, Type.LOG, b"\x01" * 32)
posix = pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")


def said(refused: pytest.ExceptionInfo[Refusal]) -> str:
    return speak(refused.value.sentence, "en")


@pytest.mark.parametrize("type_", Type)
def test_a_key_is_made_with_its_public_half_beside_it(tmp_path: Path, type_: Type) -> None:
    folder = tmp_path / "new" / "keys"
    made = make_key(folder, ORIGIN, type_)
    stem = type_.name.lower()
    assert sorted(path.name for path in folder.iterdir()) == [f"{stem}.key", f"{stem}.vkey"]
    assert load_key(folder, type_) == made
    assert load_public_key(folder / f"{stem}.vkey") == made.public
    assert made.public.verify(b"text", made.sign(b"text", 1))
    assert make_key(tmp_path / "others", ORIGIN, type_).seed != made.seed


@posix
def test_only_the_owner_reads_a_private_key(tmp_path: Path) -> None:
    make_key(tmp_path, ORIGIN, Type.LOG)
    path = key_file(tmp_path, Type.LOG)
    assert path.stat().st_mode & 0o777 == 0o600
    for mode in (0o640, 0o604, 0o620, 0o601, 0o666):
        path.chmod(mode)
        with pytest.raises(KeyRefused) as refused:
            load_key(tmp_path, Type.LOG)
        assert f"log.key has mode {mode:03o}, which lets others at it" in said(refused)
    path.chmod(0o400)
    assert load_key(tmp_path, Type.LOG).name == ORIGIN


@pytest.mark.parametrize("name", ["log.key", "log.vkey"])
def test_a_key_is_never_overwritten(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("kept")
    with pytest.raises(KeyRefused) as refused:
        make_key(tmp_path, ORIGIN, Type.LOG)
    assert f"{name} exists and won't be overwritten" in said(refused)
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [(name, "kept")]


def test_of_two_who_make_a_key_at_once_one_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = make_key(tmp_path, ORIGIN, Type.LOG)
    monkeypatch.setattr(Path, "exists", lambda path: False)
    with pytest.raises(KeyRefused, match="无法写入"):
        make_key(tmp_path, ORIGIN, Type.LOG)
    assert load_key(tmp_path, Type.LOG) == first
    assert len(list(tmp_path.iterdir())) == 2


def test_a_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "keys").write_text("")
    with pytest.raises(KeyRefused, match="无法写入"):
        make_key(tmp_path / "keys", ORIGIN, Type.LOG)


@pytest.mark.parametrize("name", ["", "实绩 档案", "a+b", "a\nb", "a\u3000b"])
def test_a_name_that_no_key_may_have_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(KeyRefused, match="不能作密钥名称"):
        make_key(tmp_path, name, Type.LOG)
    assert list(tmp_path.iterdir()) == []


GOOD = f"{KEY.skey}\n".encode()
WITNESS = PrivateKey(ORIGIN, Type.WITNESS, b"\x01" * 32)
WRONG = {
    "empty": (b"", "the private key is empty"),
    "cut off": (GOOD[:-1], "the private key doesn't end with a line feed; it may be cut off"),
    "half of it": (GOOD[: len(GOOD) // 2] + b"\n", "base64"),
    "a letter less": (GOOD[:-2] + b"\n", "isn't canonical base64"),
    "three octets less": (
        GOOD[:-5] + b"\n",
        "the key of 示例市/实绩档案 has 29 bytes; expected 32",
    ),
    "another seed": (GOOD.replace(b"AQEBAQ", b"AQEBAA"), "doesn't fit its id"),
    "another file": (b"-----BEGIN OPENSSH PRIVATE KEY-----\n", "this isn't a private key"),
    "the public half": (f"{KEY.public.vkey}\n".encode(), "this isn't a private key"),
    "bytes": (b"\x00\xff\xfe", "isn't UTF-8 text"),
    "line ends of Windows": (GOOD.replace(b"\n", b"\r\n"), "has carriage returns"),
    "a byte-order mark": (b"\xef\xbb\xbf" + GOOD, "begins with a byte-order mark"),
    "two lines": (GOOD * 2, "is to have one line"),
    "a large file": (b"x" * 10_000, "has 4097 bytes, more than the 4096 there may be"),
    "a witness's": (f"{WITNESS.skey}\n".encode(), "holds a witness's key"),
}


@pytest.mark.parametrize(("data", "sentence"), WRONG.values(), ids=WRONG)
def test_a_file_that_holds_no_such_key_is_refused(
    tmp_path: Path, data: bytes, sentence: str
) -> None:
    path = key_file(tmp_path, Type.LOG)
    path.write_bytes(data)
    path.chmod(0o600)
    with pytest.raises((KeyRefused, Malformed)) as refused:
        load_key(tmp_path, Type.LOG)
    assert sentence in said(refused)


def test_a_key_that_isnt_there_or_isnt_a_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KeyRefused, match="处没有私钥"):
        load_key(tmp_path, Type.LOG)
    with pytest.raises(KeyRefused, match="处没有公钥"):
        load_public_key(tmp_path / "log.vkey")
    with pytest.raises(KeyRefused, match="无法读取密钥文件"):
        load_public_key(tmp_path)


def test_a_fingerprint_is_the_hash_of_the_key_in_groups_of_four() -> None:
    shown = fingerprint(KEY.public)
    assert shown.replace(" ", "") == sha256(KEY.public.public).hexdigest().upper()
    assert [len(group) for group in shown.split(" ")] == [4] * 16
