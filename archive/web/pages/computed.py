"""Scoring patterns that were computed, and where what came of them is kept."""

import shutil
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import abort, request

from archive.archive import Archive
from archive.patterns.scores import Scores
from archive.web.current import jobs, kept, owner
from archive.web.jobs import Job, Jobs
from domain.refusal import Refusal
from domain.sentence import say
from projections.as_of import AsOf, parse_as_of
from projections.leads import released_leads
from projections.patterns.archived import archived
from projections.ranking import names_of

_BEING_MADE = 86_400
"""Seconds; a computation that isn't done yet is known to no job by its folder."""


def done() -> list[Job]:
    """Return one's own computations, the last first."""
    return [job for job in jobs().recent(owner()) if job.kind == "patterns"][:10]


def computed() -> Job | None:
    """Return the computation asked for, or the last that is done."""
    code = request.args.get("job")
    if code:
        job = jobs().find(code, owner())
        if job is None or not _is_done(job):
            abort(404)
        return job
    return next((job for job in done() if job.state == "done"), None)


def folder_of(job: Job) -> Path:
    """Return where a computation's tables and charts are."""
    return kept().settings.state / "patterns" / str(job.result["folder"])


def forget(state: Path) -> None:
    """Delete what computations left that no job remembers: who scored whom stands in it."""
    known = {job.result["folder"] for job in Jobs(state / "jobs").every() if _is_done(job)}
    for folder in (state / "patterns").glob("*"):
        old = time.time() - folder.stat().st_mtime > _BEING_MADE
        if old and folder.name not in known:
            shutil.rmtree(folder, ignore_errors=True)


def _is_done(job: Job) -> bool:
    return job.kind == "patterns" and job.state == "done"


def then(about: Mapping[str, Any]) -> AsOf:
    """Return the position that a computation is as of."""
    as_of = parse_as_of(f"#{about['position']}", datetime.now(UTC))
    assert as_of is not None
    return as_of


def scores_of(archive: Archive, about: Mapping[str, Any]) -> Scores:
    """Return the scores that a computation is of.

    Raises:
        Refusal: no year was closed.
    """
    first, last = about["years"] or (None, None)
    with archive.ask(then(about)) as reader:
        panels = archived(reader, archive.views.engine, first, last)
        names = names_of(reader, [who for panel in panels for who in panel.people])
        known = {lead.about: lead for lead in released_leads(reader)}
    if not panels:
        raise Refusal(say("nothing_closed"))
    return Scores(panels, names, known)
