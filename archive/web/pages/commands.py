"""录入: a form for each command, from its declaration."""

import secrets
from collections.abc import Callable
from typing import Any

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from archive.access import has_role
from archive.commands import COMMANDS, SUBJECTS
from archive.commands.declare import Command
from archive.web.current import actor, archive, lang
from archive.web.pages.cells import link
from archive.web.pages.forms import compacted, controls, lines, raw_of, wrong_in
from archive.web.pages.rendering import page, twin
from archive.web.recording import record
from archive.who import PAPER, Denied, PasswordExpired, SignInNeeded
from domain.refusal import Refusal
from domain.sentence import Sentence, term

_FIRST = ("by", "on")
_SELDOM = ("legacy", "known_at", "source")
ADD = "add."


def command_pages() -> Blueprint:
    """Return the catalogue of commands, a form for each, and what was recorded."""
    blueprint = Blueprint("do", __name__)
    blueprint.add_url_rule("/commands", "commands", _catalogue)
    blueprint.add_url_rule("/commands.json", "commands_json", lambda: twin(commands=_listed()))
    blueprint.add_url_rule("/recorded", "recorded", _recorded)
    for command in COMMANDS.values():
        name = command.name.replace(".", "_")
        path = f"/commands/{command.name}"
        blueprint.add_url_rule(path, name, _form(command), methods=["GET"])
        blueprint.add_url_rule(path, f"{name}_do", _record(command), methods=["POST"])
    return blueprint


def _listed() -> list[dict[str, Any]]:
    return [
        {
            "command": command.name,
            "label": term(f"do_{command.name}", lang()),
            "subject": subject,
            "fields": [*command.fields],
        }
        for subject, commands in SUBJECTS.items()
        for command in commands
        if archive().access.may(actor(), command.name)
    ]


def _catalogue() -> Response:
    by_subject: dict[str, list[dict[str, Any]]] = {}
    for one in _listed():
        by_subject.setdefault(one["subject"], []).append(one)
    return page("commands.html", subjects=by_subject)


def _form(command: Command) -> Callable[[], Response]:
    def view() -> Response:
        if not archive().access.may(actor(), command.name):
            raise Denied(command.name)
        return _shown(command, _oneself(command) | request.args.to_dict(), {})

    return view


def _oneself(command: Command) -> dict[str, str]:
    """Return the fields that can name nobody but whoever asks, so filled in."""
    who = archive().access.now(actor())
    if who is None:
        return {}
    clauses = [set(clause.me) for clause in command.who if has_role(who, clause)]
    return dict.fromkeys(set.intersection(*clauses), who.account) if clauses else {}


def _may_record_paper() -> bool:
    who = archive().access.now(actor())
    return who is None or any(has_role(who, clause) for clause in PAPER)


def _record(command: Command) -> Callable[[], Response]:
    def view() -> Response:
        who = actor()
        declared = _declared(command)
        typed_ = {name: value for name, value in request.form.items() if name != "csrf_token"}
        add = next((name for name in typed_ if name.startswith(ADD)), None)
        if add is not None:
            return _shown(command, _with_row(typed_, add), {})
        typed_ = compacted(declared, typed_)
        raw = raw_of(declared, typed_) | {"command": command.name}
        if who is not None:
            raw |= {"by": raw.get("by") or who.account}
        wrong = wrong_in(command.form, raw)
        if wrong:
            return _shown(command, typed_, wrong, status=422)
        try:
            recorded = record(archive(), raw, who)
        except (Denied, SignInNeeded, PasswordExpired):
            raise
        except Refusal as refusal:
            at = refusal.field or ""
            return _shown(command, typed_, {at: refusal.sentence}, status=422)
        positions = ",".join(map(str, recorded.positions[:100]))
        return redirect(
            link("/recorded", command=command.name, positions=positions, by=raw.get("by")), 303
        )

    return view


def _shown(
    command: Command, typed_: dict[str, str], wrong: dict[str, Sentence], status: int = 200
) -> Response:
    own = controls(command.fields, typed_, wrong, lang())
    common = {name: field for name, field in command.common.items() if name != "command"}
    first = controls({n: f for n, f in common.items() if n in _FIRST}, typed_, wrong, lang())
    paper = _SELDOM if _may_record_paper() else ()
    seldom = controls({n: f for n, f in common.items() if n in paper}, typed_, wrong, lang())
    named = {control.name for control in (*own, *first, *seldom)}
    named |= {inner.name for control in own for row in control.rows for inner in row}
    return page(
        "form.html",
        status,
        command=command.name,
        title=term(f"do_{command.name}", lang()),
        own=own,
        first=first,
        seldom=seldom,
        seldom_open=any(control.value or control.wrong for control in seldom),
        others=[sentence for name, sentence in wrong.items() if name not in named],
        wrong=wrong,
        command_id=typed_.get("command_id") or f"web-{secrets.token_hex(12)}",
    )


def _declared(command: Command) -> dict[str, Any]:
    common = {name: field for name, field in command.common.items() if name != "command"}
    return {**common, **command.fields}


def _with_row(typed_: dict[str, str], add: str) -> dict[str, str]:
    """Return what was typed with one more row in the list that it was asked for."""
    name = add.removeprefix(ADD)
    kept = {key: value for key, value in typed_.items() if key != add}
    return {**kept, f"{name}.{lines(typed_, name)}.": ""}


def _recorded() -> Response:
    actor()
    positions = [one for one in request.args.get("positions", "").split(",")
                 if one.isascii() and one.isdigit() and len(one) < 19][:100]  # fmt: skip
    name = request.args.get("command", "")
    command = name if name in COMMANDS else None
    return page(
        "recorded.html", positions=positions, command=command, by=request.args.get("by", "")
    )
