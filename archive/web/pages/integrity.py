"""封存校验: what is sealed, proofs of single events, and verifying in the background."""

from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as BaseResponse

from archive.archive import Archive
from archive.integrity.checkpoint import Trust
from archive.integrity.ed25519 import PublicKey, Type
from archive.integrity.key_folder import key_folder
from archive.integrity.keys import key_file, load_public_key
from archive.integrity.proof import TreeProof
from archive.integrity.verify.checkpoints import Outside
from archive.integrity.verify.full import verify_full
from archive.integrity.verify.quick import verify_quick
from archive.integrity.verify.report import Verified
from archive.web.current import actor, archive, jobs, kept, owner
from archive.web.jobs import Report, both
from archive.web.pages.rendering import here, page, twin
from archive.web.pages.working import left_to
from domain.refusal import Refusal
from domain.sentence import Sentence, say
from domain.times import micros

_MOST_NOTE = 100_000  # bytes of a checkpoint


def integrity_pages() -> Blueprint:
    """Return the pages of the seal."""
    blueprint = Blueprint("integrity", __name__)
    blueprint.add_url_rule("/integrity", "integrity", _page)
    blueprint.add_url_rule("/integrity.json", "integrity_json", lambda: twin(**_told()))
    blueprint.add_url_rule("/integrity/verify", "verify", _verify, methods=["POST"])
    blueprint.add_url_rule("/integrity/rebuild", "rebuild", _rebuild, methods=["POST"])
    blueprint.add_url_rule("/checkpoint", "checkpoint", _checkpoint)
    blueprint.add_url_rule("/proof/<int:position>", "proof", _proof)
    return blueprint


def _page() -> BaseResponse:
    return _shown()


def _shown(refused: Sentence | None = None) -> BaseResponse:
    """Return the page.

    Args:
        refused: what is wrong with the key that was sent, which stands there still.
    """
    mine = [job for job in jobs().recent(owner()) if job.kind in ("verify", "rebuild")]
    return page(
        "integrity.html",
        422 if refused else 200,
        recent=mine[:10],
        refused=refused,
        sent=request.form,
        path="/integrity",
        here=lambda path="/integrity", **changes: here(path, **changes),
        **_told(),
    )


def _told() -> dict[str, Any]:
    archive().access.must(actor(), "verify")
    log = archive().log
    mark = log.restored()
    told: dict[str, Any] = {
        "position": log.last_position(),
        "restored": mark is not None,
        "ledger": None,
        "trouble": None,
    }
    try:
        ledger = archive().ledger()
        if ledger is not None:
            signed = ledger.checkpoint()
            told["ledger"] = {
                "origin": ledger.origin,
                "leaves": ledger.size,
                "signed": signed.size if signed else 0,
                "note": signed.note.decode("utf-8", "replace") if signed else None,
            }
    except Refusal as refusal:
        told["trouble"] = refusal.sentence
    return told


def _verify() -> BaseResponse:
    archive().access.must(actor(), "verify")
    full = request.form.get("full") == "true"
    vkeys = request.form.get("key", "").split("\n")
    files = [
        Outside(file.filename or "checkpoint", file.stream.read(_MOST_NOTE))
        for file in request.files.getlist("against")
        if file.filename
    ]
    try:
        keys = [PublicKey.parse(one.strip()) for one in vkeys if one.strip()]
    except Refusal as refusal:
        if archive().ledger() is None:  # then the page has no such form
            raise
        return _shown(refusal.sentence)
    location = kept().settings.location
    by = sha256(repr((sorted(map(str.strip, vkeys)), files)).encode()).hexdigest()
    about = {"full": full, "against": [one.name for one in files], "by": by}
    return left_to(
        jobs().start(
            "verify", about, owner(), lambda report: _verified(location, keys, files, full, report)
        )
    )


def _verified(
    location: str, keys: list[PublicKey], files: list[Outside], full: bool, report: Report
) -> dict[str, Any]:
    if not keys:
        with Archive(location) as archive_:
            ledger = archive_.ledger()
            if ledger is None:
                raise Refusal(say("ledger_missing"))
            folder: Path = key_folder(ledger.origin, None)
            keys = [load_public_key(key_file(folder, Type.LOG).with_suffix(".vkey"))]
    check = verify_full if full else verify_quick
    now = micros(datetime.now(UTC))
    told: Verified = check(location, Trust(keys), files, now=now, progress=report)
    return {
        "holds": told.holds,
        "full": told.full,
        "events": told.events,
        "position": told.position,
        "leaves": told.leaves,
        "since": told.since,
        "checkpoints": told.checkpoints,
        "unsigned": told.unsigned,
        "unsealed": told.unsealed,
        "count": told.count,
        "faults": [
            {"text": both(fault.sentence), "position": fault.position, "stream": fault.stream}
            for fault in told.faults
        ],
        "notes": [both(note) for note in told.notes],
    }


def _rebuild() -> BaseResponse:
    archive().access.must(actor(), "rebuild")
    location = kept().settings.location
    return left_to(jobs().start("rebuild", {}, owner(), lambda report: _rebuilt(location, report)))


def _rebuilt(location: str, report: Report) -> dict[str, Any]:
    with Archive(location) as archive_:
        made = archive_.rebuild(report)
    return {"events": made.events, "seconds": round(made.seconds, 3), "views": made.rows}


def _checkpoint() -> BaseResponse:
    archive().access.must(actor(), "checkpoint")
    ledger = archive().ledger()
    if ledger is None:
        raise Refusal(say("ledger_missing"))
    signed = ledger.checkpoint()
    if signed is None:
        raise Refusal(say("no_checkpoint", size=""))
    return _attached(signed.note, "checkpoint.txt")


def _proof(position: int) -> BaseResponse:
    archive().access.must(actor(), "prove", position=position)
    ledger = archive().ledger()
    if ledger is None:
        raise Refusal(say("ledger_missing"))
    signed = ledger.checkpoint()
    if signed is None:
        raise Refusal(say("no_checkpoint", size=""))
    leaf = ledger.runs().leaf_of(position)
    if leaf is None or leaf >= signed.size:
        raise Refusal(say("not_sealed", position=position))
    proof = TreeProof(leaf, ledger.inclusion(leaf, signed.size), signed.note)
    return _attached(bytes(proof), f"{position}.tlog-proof")


def _attached(data: bytes, name: str) -> BaseResponse:
    made = Response(data, mimetype="text/plain")
    made.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return made
