"""The answer of ``shiji patterns``: leads, or all of one kind; of what nothing is told, and why."""

from collections.abc import Sequence

import click

from archive.cli.options import Options, asking
from archive.cli.output import show, table
from archive.cli.patterns import Asked
from archive.cli.text_file import TextFile
from archive.patterns.charts import CHARTED, write_charts
from archive.patterns.rows import (
    GROUPS,
    LEADS,
    REASONS,
    Row,
    across_rows,
    columns_of,
    group_rows,
    kind_rows,
    lead_rows,
    reason_rows,
    shown,
    with_work,
)
from archive.patterns.scores import Scores
from archive.questions.unknown import note_unknown
from domain.lead import KINDS
from domain.sentence import Lang, Sentence, say, speak
from projections.leads import released_leads
from projections.patterns.analysed import Analysed, across_strata, analyse
from projections.patterns.archived import archived
from projections.patterns.table import read_table
from projections.ranking import names_of


def show_patterns(asked: Asked, options: Options) -> int:
    """Print what is asked for."""
    scores = scores_of(asked, options)
    kinds = KINDS if asked.kind is None else (asked.kind, *(CHARTED if asked.folder else ()))
    analysed = analyse(scores.panels, asked.seed, kinds)
    if asked.folder is not None:
        write_charts(asked.folder, analysed, asked.unit, scores.names, options.lang)
    if asked.kind is None:
        _show_leads(asked, analysed, scores, options)
    else:
        _show_kind(asked, asked.kind, analysed, scores, options)
    return 0


def scores_of(asked: Asked, options: Options) -> Scores:
    """Return the scores of the table asked for, or of the archive."""
    if asked.scores is not None:
        read = read_table(TextFile(asked.scores, asked.encoding).texts())
        for note in read.notes:
            click.echo(speak(note, options.lang), err=True)
        return Scores(read.panels, {}, {})
    first, last = asked.years or (None, None)
    with asking(options) as (archive, reader):
        panels = archived(reader, archive.views.engine, first, last)
        names = names_of(reader, [who for panel in panels for who in panel.people])
        known = {lead.about: lead for lead in released_leads(reader)}
        note_unknown(reader, asked.unit)
        if not panels:
            reader.notes.append(say("nothing_closed"))
    return Scores(panels, names, known)


def _show_leads(asked: Asked, analysed: Analysed, scores: Scores, options: Options) -> None:
    rows = lead_rows(analysed.leads, asked.unit, scores.known)
    groups = group_rows(analysed.found, KINDS, asked.unit)
    if options.format == "table":
        _show_table(rows, LEADS, say("patterns_no_leads"), groups, scores, options.lang)
        click.echo(speak(say("patterns_are_leads"), options.lang), err=True)
        return
    keys = ("verdict", *dict.fromkeys((*LEADS, *GROUPS)))
    show([dict.fromkeys(keys) | row for row in (*rows, *groups)], keys, options)


def _show_table(
    rows: Sequence[Row],
    columns: Sequence[str],
    none: Sentence,
    groups: Sequence[Row],
    scores: Scores,
    lang: Lang,
) -> None:
    """Print what was found, or ``none``, and the groups in which nothing was."""
    if rows or not groups:
        table([shown(row, scores.names) for row in rows], columns, lang)
    else:
        click.echo(speak(none, lang))
    if groups:
        click.echo(speak(say("patterns_groups"), lang))
        table(reason_rows(groups), REASONS, lang)


def _rows(asked: Asked, kind: str, analysed: Analysed, scores: Scores) -> list[Row]:
    if kind == "across":
        return across_rows(across_strata(scores.panels), asked.unit)
    rows = kind_rows(analysed.found, kind, asked.unit, scores.known, analysed.leads)
    return with_work(rows, scores.panels) if kind == "lift" else rows


def _show_kind(
    asked: Asked, kind: str, analysed: Analysed, scores: Scores, options: Options
) -> None:
    rows = _rows(asked, kind, analysed, scores)
    groups = group_rows(analysed.found, (kind,), asked.unit)
    if options.format == "table":
        none = say("patterns_none_listed")
        _show_table(rows, columns_of(kind), none, groups, scores, options.lang)
        return
    show(rows, columns_of(kind), options)
    for row in groups:
        stratum = {key: row[key] or "—" for key in ("group", "relation", "source")}
        if row["reason"] is None:
            effect = f"{row['smallest_effect']:.1f}"
            note = say("note_nothing_found", **stratum, points=effect)
        else:
            note = say("note_not_assessable", **stratum, reason=row["reason"])
        click.echo(speak(note, options.lang), err=True)
