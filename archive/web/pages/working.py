"""Long work: its page, which can be left and come back to, and the list of one's own."""

from flask import Blueprint, abort, redirect, request
from werkzeug.wrappers import Response

from archive.web.current import jobs, owner
from archive.web.jobs import Job
from archive.web.pages.cells import link
from archive.web.pages.rendering import page, twin

PAGES = {
    "preview": "/import/",
    "import": "/import/",
    "patterns": "/patterns",
    "card": "/patterns/card",
}
"""Where what came of it is shown, if not on its own page."""
_PATIENCE = 0.4
"""Seconds that whoever begins work waits for it: what is over by then needs no other page."""


def working_pages() -> Blueprint:
    """Return the pages of jobs."""
    blueprint = Blueprint("jobs", __name__)
    blueprint.add_url_rule("/jobs", "jobs", _list)
    blueprint.add_url_rule("/jobs.json", "jobs_json", _list_json)
    blueprint.add_url_rule("/jobs/<code>", "job", _page)
    blueprint.add_url_rule("/jobs/<code>.json", "job_json", _json)
    return blueprint


def left_to(job: Job) -> Response:
    """Lead whoever began a job to its page, or to what came of it."""
    jobs().wait(job, _PATIENCE)
    return redirect(f"/jobs/{job.id}", 303)


def _found(code: str) -> Job:
    job = jobs().find(code, owner())
    if job is None:
        abort(404)
    return job


def _page(code: str) -> Response:
    job = _found(code)
    if job.state == "done" and job.kind in PAGES:
        if "HX-Request" in request.headers:  # the waiting page asks: all of it is to be left
            return Response(headers={"HX-Redirect": _place(job)})
        return redirect(_place(job))
    return page("job.html", job=job, place=_place(job))


def _place(job: Job) -> str:
    if job.kind == "card":
        asked = {name: job.about[name] for name in ("rater", "ratee")}
        return link("/patterns/card", job=job.about["of"], **asked)
    where = PAGES.get(job.kind, f"/jobs/{job.id}")
    if job.kind in ("preview", "import"):
        return f"{where}{job.about['upload']}"
    return f"{where}?job={job.id}" if job.kind in PAGES else where


def _json(code: str) -> Response:
    return twin(**_told(_found(code)))


def _list() -> Response:
    return page("jobs.html", found=jobs().recent(owner()))


def _list_json() -> Response:
    return twin(jobs=[_told(job) for job in jobs().recent(owner())])


def _told(job: Job) -> dict[str, object]:
    return {
        "id": job.id,
        "kind": job.kind,
        "about": dict(job.about),
        "state": job.state,
        "done": job.done,
        "of": job.of,
        "began": job.began,
        "ended": job.ended,
        "result": job.result,
        "error": dict(job.error) if job.error else None,
    }
