"""Scoring patterns that were computed, and where what came of them is kept."""

from pathlib import Path

from flask import abort, request

from archive.web.current import jobs, kept, owner
from archive.web.jobs import Job


def done() -> list[Job]:
    """Return one's own computations, the last first."""
    return [job for job in jobs().recent(owner()) if job.kind == "patterns"][:10]


def computed() -> Job | None:
    """Return the computation asked for, or the last that is done."""
    code = request.args.get("job")
    if code:
        job = jobs().find(code, owner())
        if job is None or job.kind != "patterns" or job.state != "done":
            abort(404)
        return job
    return next((job for job in done() if job.state == "done"), None)


def folder_of(job: Job) -> Path:
    """Return where a computation's tables and charts are."""
    return kept().settings.state / "patterns" / str(job.result["folder"])
