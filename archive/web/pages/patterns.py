"""评分规律: leads, every kind with its numbers, and charts; computed in the background."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, abort, request
from markupsafe import Markup
from marshmallow import ValidationError
from werkzeug.wrappers import Response as BaseResponse

from archive.archive import Archive
from archive.fields import Id, Years
from archive.form import first_error
from archive.patterns.charts import write_charts
from archive.patterns.program import code_version
from archive.patterns.rows import (
    LEADS,
    REASONS,
    columns_of,
    group_rows,
    kind_rows,
    lead_rows,
    reason_rows,
    shown,
)
from archive.patterns.scores import Scores
from archive.questions.declare import Answer
from archive.web.current import actor, archive, jobs, kept, lang, owner
from archive.web.jobs import Job, Report
from archive.web.kept_rows import keep_rows, kept_rows
from archive.web.listing import listed, wanted_of
from archive.web.pages.cells import caption, numeric_in
from archive.web.pages.cells import columns_of as shown_columns
from archive.web.pages.computed import computed, done, folder_of, forget, scores_of, then
from archive.web.pages.names import ids_and_names
from archive.web.pages.pattern_cards import (
    MUTUAL,
    add_card_pages,
    card_url,
    keep_cards,
    with_cards,
)
from archive.web.pages.questions import line, table_file
from archive.web.pages.rendering import here, page, twin
from archive.web.pages.working import left_to
from archive.who import Actor
from domain.lead import KINDS
from domain.sentence import Lang, Sentence
from projections.patterns.analysed import Analysed, analyse
from projections.patterns.parts import unit_of
from projections.patterns.releasing import release_command

SEED = 1
_CHARTED_GROUPS = 60
"""As many groups have their charts drawn, leads or not; of more, those with leads."""
_LEGEND_LINES = 3
_LISTS = ("leads", *KINDS, "groups")
_CHART = re.compile(r"[\w.-]{1,200}\.svg")


def pattern_pages() -> Blueprint:
    """Return the pages of scoring patterns."""
    blueprint = Blueprint("patterns", __name__)
    blueprint.add_url_rule("/patterns", "patterns", _page, methods=["GET"])
    blueprint.add_url_rule("/patterns", "patterns_compute", _compute, methods=["POST"])
    blueprint.add_url_rule("/patterns/release", "patterns_release", _release, methods=["POST"])
    blueprint.add_url_rule("/patterns.<any(csv,xlsx,json):form>", "patterns_file", _file)
    blueprint.add_url_rule("/patterns/chart/<code>/<name>", "patterns_chart", _chart)
    add_card_pages(blueprint)
    return blueprint


def _page() -> BaseResponse:
    return _shown(computed(), {})


def _shown(job: Job | None, refused: Mapping[str, Sentence]) -> BaseResponse:
    """Return the page.

    Args:
        refused: what is wrong with what was sent, by field; what was typed stands there still.
    """
    _look()
    common: dict[str, Any] = {
        "path": "/patterns",  # what was sent may be refused at an address that shows nothing
        "here": lambda path="/patterns", **changes: here(path, **changes),
        "recent": done(),
        "last": archive().log.last_position(),
        "refused": refused,
        "sent": request.form,
    }
    status = 422 if refused else 200
    if job is None:
        return page("patterns.html", status, job=None, **common)
    kind = _kind()
    keys, rows = kept_rows(folder_of(job) / f"{kind}.json", lang())
    unit = request.args.get("unit", "").strip()
    rows = [row for row in rows if _is_of(row, unit)]
    found = listed(rows, keys, wanted_of(request.args), lang())
    columns = shown_columns(keys, found.rows)
    return page(
        "patterns.html",
        status,
        job=job,
        **common,
        kind=kind,
        kinds=_LISTS,
        unit=unit,
        charts=_charts(job, unit),
        led=sorted({one["unit"] for one in job.result["charts"] if one["leads"]}),
        listing=found,
        columns=columns,
        numeric=numeric_in(columns, found.rows),
        caption=caption(len(found.every), found.total, lang()),
        lines=[_line(job, row, columns) for row in found.rows],
        sort=request.args.get("sort", ""),
    )


def _line(job: Job, row: Mapping[str, Any], columns: list[str]) -> dict[str, Any]:
    by_id, names = ids_and_names(row)
    return line("patterns", by_id, columns, names, None) | {"grounds": card_url(job.id, row)}


def _file(form: str) -> BaseResponse:
    _look()
    job = computed()
    if job is None:
        abort(404)
    keys, rows = kept_rows(folder_of(job) / f"{_kind()}.json", lang())
    found = listed(rows, keys, wanted_of(request.args), lang())
    if form == "json":
        return twin(columns=keys, rows=list(found.every), about=dict(job.about), result=job.result)
    return table_file(f"patterns-{_kind()}", form, Answer(rows, keys), found)


def _chart(code: str, name: str) -> BaseResponse:
    _look(kind=name)
    job = jobs().find(code, owner())
    if job is None or job.kind != "patterns" or not _CHART.fullmatch(name):
        abort(404)
    path = folder_of(job) / lang() / name
    if not path.is_file():
        abort(404)
    return Response(path.read_text("utf-8"), mimetype="image/svg+xml")


def _compute() -> BaseResponse:
    archive().access.must(actor(), "patterns")
    try:
        years = _years()
    except ValidationError as error:
        return _shown(computed(), {"years": first_error(error.messages)[0]})
    location, state = kept().settings.location, kept().settings.state
    position = archive().log.last_position()
    about = {"years": list(years) if years else None, "position": position, "seed": SEED}
    return left_to(
        jobs().start(
            "patterns", about, owner(), lambda report: _computed(location, state, about, report)
        )
    )


def _release() -> BaseResponse:
    archive().access.must(actor(), "patterns")
    job = jobs().find(request.form.get("job", ""), owner())
    if job is None or job.kind != "patterns" or job.state != "done":
        abort(404)
    who, refused = actor(), {}
    given = {name: request.form.get(name, "").strip() for name in ("release", "by")}
    if who is not None:
        given["by"] = who.account
    for name, text in given.items():
        try:
            Id().deserialize(text or None)
        except ValidationError as error:
            refused[name] = first_error(error.messages)[0]
    if refused:
        return _shown(job, refused)
    release, by = given["release"], given["by"]
    location, about = kept().settings.location, job.about
    return left_to(
        jobs().start(
            "release",
            {"release": release, "by": by, **about},
            owner(),
            lambda report: _released(location, dict(about), release, by, who),
        )
    )


def _look(**about: Any) -> None:
    """Allow what shows who scored whom, and record that it is looked at."""
    asked = {name: request.args[name] for name in ("unit", "kind") if request.args.get(name)}
    archive().access.look(actor(), "patterns", **(asked | about))


def _years() -> tuple[int, int] | None:
    text = request.form.get("years", "").strip()
    if not text:
        return None
    years: tuple[int, int] = Years().deserialize(text)
    return years


def _kind() -> str:
    kind = request.args.get("kind", "leads")
    if kind not in _LISTS:
        abort(404)
    return kind


def _charts(job: Job, unit: str) -> list[dict[str, Any]]:
    """Return the charts of a unit."""
    folder = folder_of(job) / lang()
    wanted = [one for one in job.result["charts"] if one["unit"] == unit]
    return [
        one | {"svg": _inline((folder / one["file"]).read_text("utf-8"), str(n))}
        for n, one in enumerate(wanted)
        if (folder / one["file"]).is_file()
    ]


def _inline(svg: str, suffix: str) -> Markup:
    """Return a chart as a part of a page; its own ids are told from those of others."""
    text = svg.partition("?>")[2]
    for name in ("title", "description"):
        text = text.replace(f'id="{name}"', f'id="{name}-{suffix}"', 1)
    text = text.replace("title description", f"title-{suffix} description-{suffix}", 1)
    return Markup(text)  # noqa: S704 - our own chart, made of escaped elements


def _is_of(row: dict[str, Any], unit: str) -> bool:
    if not unit:
        return True
    groups = row.get("groups") or [row.get("group")]
    return any(group and unit_of(group) == unit for group in groups)


def _analysed(archive: Archive, about: dict[str, Any]) -> tuple[Analysed, Scores]:
    scores = scores_of(archive, about)
    return analyse(scores.panels, about["seed"], KINDS), scores


def _computed(location: str, state: Path, about: dict[str, Any], report: Report) -> dict[str, Any]:
    """Compute what scores show, and keep it: tables, evidence cards and charts."""
    report(0, 3)
    name = f"{about['position']}-{datetime.now(UTC):%Y%m%d%H%M%S%f}"
    folder = state / "patterns" / name
    forget(state)
    with Archive(location) as archive_:
        analysed, scores = _analysed(archive_, about)
        report(1, 3)
        folder.mkdir(parents=True, mode=0o700)
        with archive_.ask(then(about)) as reader:
            cards = keep_cards(folder, analysed, scores, reader)
    for kind in _LISTS:
        keys, rows = _table(kind, analysed, scores)
        if kind in ("leads", *MUTUAL):
            rows = with_cards(rows, kind, cards)
        keep_rows(folder / f"{kind}.json", keys, [shown(row, scores.names) for row in rows])
    report(2, 3)
    charts = _draw(folder, analysed, scores)
    return {"folder": name, "leads": len(analysed.leads), "charts": charts}


def _table(
    kind: str, analysed: Analysed, scores: Scores
) -> tuple[Sequence[str], Sequence[dict[str, Any]]]:
    if kind == "leads":
        return LEADS, lead_rows(analysed.leads, None, scores.known)
    if kind == "groups":
        return REASONS, reason_rows(group_rows(analysed.found, KINDS, None))
    rows = kind_rows(analysed.found, kind, None, scores.known, analysed.leads)
    return columns_of(kind), rows


def _draw(folder: Path, analysed: Analysed, scores: Scores) -> list[dict[str, Any]]:
    """Draw the charts in each language, and tell which there are."""
    groups = sorted({group for found in analysed.found for group in found.residuals})
    units: Sequence[str | None] = sorted({unit_of(group) for group in groups})
    if len(groups) > _CHARTED_GROUPS:
        units = (None,)
    langs: tuple[Lang, ...] = ("zh", "en")
    for lang_ in langs:
        for unit in units:
            write_charts(folder / lang_, analysed, unit, scores.names, lang_)
    led = {lead.group for lead in analysed.leads}
    made = []
    for path in sorted((folder / "zh").glob("*.svg"), key=_maps_first):
        if path.name.endswith("-graph.svg") and not _has_ties(path):
            continue
        group = next((g for g in groups if path.name.startswith(f"{g}-")), path.stem)
        made.append({"file": path.name, "unit": unit_of(group), "leads": group in led})
    return made


def _maps_first(path: Path) -> tuple[bool, str]:
    return path.name.endswith("-graph.svg"), path.name


def _has_ties(path: Path) -> bool:
    """Tell if a graph has a line beside those of its legend: else there is nothing to see."""
    return path.read_text("utf-8").count("<line ") > _LEGEND_LINES


def _released(
    location: str, about: dict[str, Any], release: str, by: str, who: Actor | None
) -> dict[str, Any]:
    """Compute the leads once more as of the position they were looked at, and release them."""
    with Archive(location) as archive_:
        analysed, _ = _analysed(archive_, about)
        years = [int(period) for panel in analysed.panels for period in panel.periods]
        span = tuple(about["years"]) if about["years"] else (min(years), max(years))
        command = release_command(
            release, about["position"], code_version(), about["seed"], span,
            analysed.found, analysed.leads,
        )  # fmt: skip
        positions = archive_.do(command | {"by": by}, who)
        archive_.views.ensure()
    return {"release": release, "positions": list(positions)}
