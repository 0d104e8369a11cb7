"""数据导入: upload, look at every bad row with its reason, then import all or nothing."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from flask import Blueprint, abort, redirect, request
from werkzeug.wrappers import Response

from archive.access import Access
from archive.archive import Archive
from archive.commands import COMMANDS
from archive.deciding import Outcome
from archive.questions.declare import Answer
from archive.web.bad_rows import KEYS, bad_rows, name_of
from archive.web.current import actor, jobs, kept, lang, owner, uploads
from archive.web.jobs import Job, both
from archive.web.kept_rows import keep_rows, kept_rows
from archive.web.listing import listed, wanted_of
from archive.web.pages.questions import table_file
from archive.web.pages.rendering import page, twin
from archive.web.pages.working import left_to
from archive.web.settings import MOST_UPLOAD
from archive.web.tables import Read, header_of
from archive.web.uploads import Upload, Uploads
from archive.who import Actor
from domain.refusal import Refusal
from domain.sentence import Sentence, say, term

_LISTED = 1_000


def import_pages() -> Blueprint:
    """Return the pages of imports."""
    blueprint = Blueprint("import", __name__)
    blueprint.add_url_rule("/import", "import", _form, methods=["GET"])
    blueprint.add_url_rule("/import", "import_upload", _upload, methods=["POST"])
    blueprint.add_url_rule("/import/template.csv", "import_template", _template)
    blueprint.add_url_rule("/import/<code>", "import_preview", _preview, methods=["GET"])
    blueprint.add_url_rule("/import/<code>.json", "import_json", _json)
    blueprint.add_url_rule("/import/<code>", "import_do", _import, methods=["POST"])
    blueprint.add_url_rule(
        "/import/<code>/refused.<any(csv,xlsx,txt,json):form>", "import_refused", _refused
    )
    return blueprint


def _form(refusal: Sentence | None = None) -> Response:
    commands = [(name, term(f"do_{name}", lang())) for name in COMMANDS]
    return page(
        "import.html",
        422 if refusal else 200,
        commands=commands,
        chosen=request.form.get("command", ""),
        refusal=refusal,
        most=MOST_UPLOAD // 2**20,
        recent=[job for job in jobs().recent(owner()) if job.kind in ("preview", "import")][:10],
    )


def _template() -> Response:
    actor()
    command = COMMANDS.get(request.args.get("command", ""))
    if command is None:
        abort(404)
    made = Response("\ufeff" + ",".join(header_of(command)) + "\r\n", mimetype="text/csv")
    made.headers["Content-Disposition"] = f'attachment; filename="{command.name}.csv"'
    return made


def _upload() -> Response:
    actor()
    file = request.files.get("file")
    if file is None or not file.filename:
        return _form(say("web_no_file"))
    command = request.form.get("command") or None
    try:
        upload = uploads().keep(file.stream, file.filename, command, owner())
    except Refusal as refusal:
        return _form(refusal.sentence)
    location, store, who = kept().settings.location, uploads(), actor()
    about = {"upload": upload.id, "name": upload.name}
    job = jobs().start(
        "preview", about, owner(), lambda report: _rehearsed(location, store, upload, who)
    )
    return left_to(job)


def _preview(code: str) -> Response:
    upload = _found(code)
    preview, imported = _jobs_of(upload)
    running = next((job for job in (imported, preview) if job and job.running), None)
    if running is not None:
        return redirect(f"/jobs/{running.id}")
    return page("preview.html", upload=upload, preview=preview, imported=imported)


def _json(code: str) -> Response:
    upload = _found(code)
    preview, imported = _jobs_of(upload)
    return twin(
        id=upload.id,
        name=upload.name,
        preview=preview and preview.result,
        imported=imported and imported.result,
    )


def _refused(code: str, form: str) -> Response:
    """Return all that is wrong in a file, as it was looked at last."""
    upload = _found(code)
    preview, imported = _jobs_of(upload)
    kind = "import" if imported and imported.state == "done" else "preview"
    path = uploads().beside(upload, f"{kind}.json")
    if preview is None or not path.is_file():
        abort(404)
    keys, rows = kept_rows(path, lang())
    if form == "txt":
        text = "".join(f"{row['told']}\r\n" for row in rows)
        made = Response(f"\ufeff{text}", mimetype="text/plain")
        made.headers["Content-Disposition"] = 'attachment; filename="refused.txt"'
        return made
    if form == "json":
        return twin(columns=keys, rows=rows)
    found = listed(rows, keys, wanted_of(request.args), lang())
    return table_file("refused", form, Answer(rows, keys), found)


def _import(code: str) -> Response:
    upload = _found(code)
    preview, before = _jobs_of(upload)
    if preview is None or preview.state != "done":
        raise Refusal(say("web_preview_first"))
    if preview.result["refused"]:
        result = preview.result
        raise Refusal(say("web_preview_bad", all=result["count"], bad=result["refused"]))
    if before is not None and before.state == "done" and not before.result["refused"]:
        raise Refusal(say("web_taken"))
    location, store, who = kept().settings.location, uploads(), actor()
    about = {"upload": upload.id, "name": upload.name}
    return left_to(
        jobs().start(
            "import", about, owner(), lambda report: _recorded(location, store, upload, who)
        )
    )


def _found(code: str) -> Upload:
    upload = uploads().find(code, owner())
    if upload is None:
        abort(404)
    return upload


def _jobs_of(upload: Upload) -> tuple[Job | None, Job | None]:
    """Return the last look at a file, and its import."""
    mine = [job for job in jobs().recent(owner()) if job.about.get("upload") == upload.id]
    return (
        next((job for job in mine if job.kind == "preview"), None),
        next((job for job in mine if job.kind == "import"), None),
    )


def _rehearsed(location: str, store: Uploads, upload: Upload, who: Actor | None) -> dict[str, Any]:
    """Return what would become of a file's commands; nothing is recorded."""
    reads = _theirs(store.commands(upload), who)
    with Archive(location) as archive:
        outcomes = archive.rehearse([read.command for read in reads], who)
    return _summary(store, upload, "preview", reads, outcomes)


def _recorded(location: str, store: Uploads, upload: Upload, who: Actor | None) -> dict[str, Any]:
    """Record a file's commands, all or none."""
    reads = _theirs(store.commands(upload), who)
    with Archive(location) as archive:
        before = archive.log.last_position()
        outcomes = [*archive.record([read.command for read in reads], actor=who, atomic=True)]
        archive.views.ensure()
    summary = _summary(store, upload, "import", reads, outcomes)
    if summary["refused"]:
        return summary
    recorded = [at for outcome in outcomes for at in outcome.positions if at > before]
    ends = {"first": min(recorded), "last": max(recorded)} if recorded else {}
    return summary | {"events": len(recorded), **ends}


def _theirs(reads: Iterable[Read], who: Actor | None) -> list[Read]:
    return [read._replace(command=Access.as_theirs(who, read.command)) for read in reads]


def _summary(
    store: Uploads, upload: Upload, kind: str, reads: list[Read], outcomes: Iterable[Outcome]
) -> dict[str, Any]:
    """Return what became of a file's commands; all that is wrong stands in a file beside it."""
    refused = [*bad_rows(reads, outcomes)]
    rows = [row for of_one in refused for row in of_one]
    keep_rows(store.beside(upload, f"{kind}.json"), KEYS, rows)
    return {
        "count": len(reads),
        "refused": len(refused),
        "wrong": len(rows),
        "rows": [_told(row) for row in rows[:_LISTED]],
        "commands": dict(Counter(name_of(read.command) for read in reads)),
    }


def _told(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a line about what is wrong, in each language."""
    command = row["command"]
    return {
        "line": row["line"],
        "command": command.code if command else "—",
        "field": row["field"],
        "label": both(row["column"]) if row["column"] else None,
        "error": both(row["reason"]),
        "told": both(row["told"]),
    }
