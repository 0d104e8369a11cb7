"""Leads released into the archive, and a release computed once more from what it pins."""

from dataclasses import replace
from typing import Any

import click

from archive.archive import Archive
from archive.cli.options import Failure, Options, asking
from archive.cli.output import show
from archive.cli.pattern_answer import scores_of
from archive.cli.patterns import Asked
from archive.cli.signed_in import account_here, who_asks
from archive.patterns.program import code_version
from archive.questions.leads import LEADS, lead_row
from domain.lead import KINDS
from domain.sentence import Term, say, speak
from projections.leads import ReleasedLead, released_leads, releases
from projections.patterns.analysed import Analysed, analyse
from projections.patterns.archived import archived
from projections.patterns.releasing import Pointed, again, release_command

AGAIN = (
    "now", "lead", "lead_kind", "unit", "members", "relation", "source", "first", "last",
    "strength",
)  # fmt: skip


def release_leads(asked: Asked, release: str, by: str | None, options: Options) -> int:
    """Compute the leads as of one position of the log, and record them as a release.

    Raises:
        Failure: nobody is named who releases, or a time is asked for.
    """
    if by is None and account_here(options.location) is None:
        raise Failure(say("release_by_missing"))
    if options.as_of.known_at is not None:
        raise Failure(say("release_at_position"))
    position = options.as_of.position or _last_position(options)
    options = replace(options, as_of=replace(options.as_of, position=position))
    analysed = _all_leads(asked, options)
    years = [int(period) for panel in analysed.panels for period in panel.periods]
    if not years:
        raise Failure(say("nothing_closed"))
    first, last = asked.years or (min(years), max(years))
    command = release_command(
        release, position, code_version(), asked.seed, (first, last), analysed.found, analysed.leads
    )
    with Archive(options.location) as archive:
        archive.do(command | {"by": by}, who_asks(archive))
        if archive.unsealed:
            reason = say("note_unsealed", reason=archive.unsealed)
            click.echo(speak(reason, options.lang), err=True)
    now = replace(options, as_of=replace(options.as_of, position=None))
    with asking(now) as (_, reader):
        rows = [lead_row(lead) for lead in released_leads(reader, release)]
    show(rows, LEADS, options)
    note = say("leads_are_released", n=len(rows), release=release, position=position)
    click.echo(speak(note, options.lang), err=True)
    return 0


def compute_again(release: str, options: Options) -> int:
    """Compute a release's leads from what it pins; status 1 where they aren't the same.

    Raises:
        Failure: there is no such release.
    """
    with asking(options) as (_, reader):
        pinned = releases(reader).get(release)
        released = released_leads(reader, release)
    if pinned is None:
        raise Failure(say("no_such_release", release=release))
    then = replace(
        options, as_of=replace(options.as_of, known_at=None, position=pinned.computed_at)
    )
    with asking(then) as (archive, reader):
        panels = archived(reader, archive.views.engine, pinned.first, pinned.last)
    analysed = analyse(panels, pinned.seed, KINDS)
    found = [*again(released, analysed.leads)]
    show([_again_row(how, lead) for how, lead in found], AGAIN, options)
    if pinned.code_version != code_version():
        versions = {"then": pinned.code_version, "now": code_version()}
        click.echo(speak(say("release_other_code", **versions), options.lang), err=True)
    differing = sum(how != "same" for how, _ in found)
    key = say("release_differs", n=differing) if differing else say("release_same", n=len(found))
    click.echo(speak(key, options.lang), err=True)
    return 1 if differing else 0


def _last_position(options: Options) -> int:
    with Archive(options.location) as archive:
        return archive.log.last_position()


def _all_leads(asked: Asked, options: Options) -> Analysed:
    scores = scores_of(replace(asked, unit=None), options)
    return analyse(scores.panels, asked.seed, KINDS)


def _again_row(how: str, lead: ReleasedLead | Pointed) -> dict[str, Any]:
    if isinstance(lead, ReleasedLead):
        code, unit = lead.lead, lead.unit
    else:
        code, unit = None, lead.unit
    return {
        "now": Term(how, f"again_{how}"),
        "lead": code,
        "lead_kind": Term(lead.kind, f"lead_{lead.kind}"),
        "unit": unit,
        "members": list(lead.members),
        "relation": Term(lead.relation) if lead.relation else None,
        "source": Term(lead.source) if lead.source else None,
        "first": int(lead.first),
        "last": int(lead.last),
        "strength": Term(lead.strength, f"lead_{lead.strength}") if lead.strength else None,
        "found": dict(lead.found),
    }
