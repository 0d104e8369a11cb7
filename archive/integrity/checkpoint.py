"""Checkpoints: how many leaves there are and their root, signed (C2SP tlog-checkpoint).

The text of the note is the origin, the size and the base64 of the root, a line each, then lines
that may say more. A tree of another hash than SHA-256 says so in such a line, ``hash sm3``, so
that nobody takes one's root for the other's; other such lines are kept as they are.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from archive.integrity.hashing import SHA256, SIZE, Hashing, hashing
from archive.integrity.note import Note, NotTrusted, Signature, parse_note, verify_note
from archive.integrity.signer import Signer, Verifier, key_name
from archive.integrity.strict import Malformed, base64_of, strict_base64, strict_decimal
from domain.sentence import say

_HASH: Final = "hash "
_WHAT: Final = "checkpoint"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A tree at one size.

    Args:
        origin: the archive's name.
        size: how many leaves there are.
        root: the hash over them, 32 bytes.
        hash: the name of the hash.
        extensions: further lines, of which nothing is known here.
    """

    origin: str
    size: int
    root: bytes
    hash: str = SHA256
    extensions: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The text that is signed.

        Raises:
            ValueError: no checkpoint can be written so.
        """
        lines = [self.origin, str(self.size), base64_of(self.root)]
        lines += [] if self.hash == SHA256 else [_HASH + self.hash]
        text = "\n".join((*lines, *self.extensions, ""))
        if not key_name(self.origin) or parse_text(text) != self:
            raise ValueError(f"no checkpoint: {self}")
        return text

    def signed(self, signer: Signer, at: int) -> bytes:
        """Return the checkpoint signed by its log; ``at`` in seconds since 1970.

        Raises:
            ValueError: the signer isn't called after the origin, or no checkpoint is written so.
        """
        if signer.name != self.origin:
            raise ValueError(f"{signer.name} can't sign for {self.origin}")
        return bytes(Note(self.text, ()).signed(signer, at))


@dataclass(frozen=True, slots=True)
class Trust:
    """Whose signatures are believed.

    Args:
        logs: the archive's keys, the present one and earlier ones.
        witnesses: the keys of the witnesses that are known.
        wanted: how many of them, counted by name, must have cosigned.
    """

    logs: Collection[Verifier]
    witnesses: Collection[Verifier] = ()
    wanted: int = 0


@dataclass(frozen=True, slots=True)
class Witnessed:
    """A witness's word that this tree goes on from all that it had cosigned before.

    Args:
        name: the witness's key's name.
        at: when it said so, in seconds since 1970.
    """

    name: str
    at: int | None


@dataclass(frozen=True, slots=True)
class Opened:
    """A checkpoint whose log's signature was verified.

    Args:
        checkpoint: what it says.
        note: what it was read from.
        witnesses: the known witnesses whose cosignatures were verified, in order.
        ignored: signatures of keys that aren't known, of which nothing is said.
    """

    checkpoint: Checkpoint
    note: Note
    witnesses: tuple[Witnessed, ...]
    ignored: tuple[Signature, ...]

    @property
    def hashing(self) -> Hashing:
        """The tree's hashing."""
        return hashing(self.checkpoint.hash)

    def cosigned(self, witness: Signer, at: int) -> bytes:
        """Return the checkpoint with a witness's cosignature, in place of an earlier one of its.

        To be called by a witness that has seen the tree to begin with the one it last cosigned.

        Args:
            witness: who cosigns.
            at: when, in seconds since 1970.
        """
        return bytes(self.note.signed(witness, at))


def parse_text(text: str) -> Checkpoint:
    """Return the checkpoint that a note's text is.

    Raises:
        Malformed: it isn't written so.
        HashUnknown: its hash is one that this program doesn't know, or OpenSSL lacks it here.
    """
    origin, size, encoded, *more = [*text.removesuffix("\n").split("\n"), "", ""]
    extensions = more[:-2]
    if not origin or not size or not encoded or "" in extensions:
        raise Malformed(say("checkpoint_lines"))
    root = strict_base64(encoded, _WHAT)
    if len(root) != SIZE:
        raise Malformed(say("root_size", size=len(root), want=SIZE))
    name = SHA256
    if extensions and extensions[0].startswith(_HASH):
        name = hashing(extensions.pop(0).removeprefix(_HASH)).name
        if name == SHA256:  # goes without saying, and there is one way to say a thing
            raise Malformed(say("hash_line_wrong", name=SHA256))
    if any(line.startswith(_HASH) for line in extensions):
        raise Malformed(say("hash_line_wrong", name=SHA256))
    return Checkpoint(origin, strict_decimal(size, _WHAT), root, name, tuple(extensions))


def open_checkpoint(data: bytes, origin: str, trust: Trust) -> Opened:
    """Return a checkpoint that its log signed, with the witnesses who cosigned it.

    Args:
        data: the signed note.
        origin: the archive that it is to be of.
        trust: by whom it is to be signed.

    Raises:
        Malformed: it isn't written as a checkpoint.
        HashUnknown: its hash is one that this program doesn't know.
        NotTrusted: it is of another archive, its log didn't sign it, a known key's signature is
            wrong, or too few witnesses cosigned.
    """
    note = parse_note(data, _WHAT)
    checkpoint = parse_text(note.text)
    if checkpoint.origin != origin:
        raise NotTrusted(say("origin_other", found=checkpoint.origin, origin=origin))
    signed = verify_note(note, [*trust.logs, *trust.witnesses])
    of_the_log = {(key.name, key.key_id) for key in trust.logs}
    cosigned = [line for line in signed.by if (line.name, line.key_id) not in of_the_log]
    if len(cosigned) == len(signed.by):
        raise NotTrusted(say("log_unsigned", origin=origin))
    if len({line.name for line in cosigned}) < trust.wanted:
        names = tuple(line.name for line in cosigned)
        raise NotTrusted(say("witnesses_missing", wanted=trust.wanted, names=names))
    keys = {(key.name, key.key_id): key for key in trust.witnesses}
    seen = tuple(
        Witnessed(line.name, keys[line.name, line.key_id].signed_at(line.payload))
        for line in cosigned
    )
    return Opened(checkpoint, note, seen, signed.ignored)
