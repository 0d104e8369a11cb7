"""``POST /api/commands/<name>``: each command, from the same declaration as everywhere else."""

from collections.abc import Callable, Mapping
from typing import Any

from apiflask import APIBlueprint
from flask import Response, json, request
from marshmallow import Schema, fields

from archive.commands import COMMANDS
from archive.commands.declare import Command
from archive.deciding import Malformed
from archive.fields import Id, Text
from archive.form import Form
from archive.json_text import parse
from archive.web.api.describing import describe_route
from archive.web.api.problems import problem
from archive.web.current import actor, archive, lang
from archive.web.pages.forms import wrong_in
from archive.web.recording import record
from archive.who import Denied, PasswordExpired, SignInNeeded
from domain.refusal import Refusal
from domain.sentence import Sentence, say, speak, term

IDEMPOTENCY = "Idempotency-Key"


class Recorded(Schema):
    """What was recorded."""

    positions = fields.List(fields.Integer(), required=True)
    notes = fields.List(fields.String(), required=True)


Identified = Schema.from_dict({IDEMPOTENCY: Text(64, required=False)}, name="Idempotent")
"""The header that makes a command safe to send again: its value is the command's id."""


def add_commands(blueprint: APIBlueprint) -> None:
    """Add a route for each command."""
    for command in COMMANDS.values():
        view = _recording(command)
        describe_route(
            blueprint,
            view,
            {"json": body_of(command), "headers": Identified},
            Recorded,
            {
                400: "No JSON",
                409: "The id was used by another command",
                415: "Not application/json",
                422: "Refused; the sentence says why",
            },
            summary=f"{command.name} {term(f'do_{command.name}')}",
            tags=["commands"],
            operation_id=command.name,
        )
        name = command.name.replace(".", "_")
        blueprint.post(f"/commands/{command.name}", endpoint=f"record_{name}")(view)


def body_of(command: Command) -> type[Schema]:
    """Return what the body may be: the command, its name left to the URL, its author to whoever
    is signed in."""
    common = {name: field for name, field in command.common.items() if name != "command"}
    own = {**common, "by": Id(required=False), **command.fields}
    return Form.from_dict(own, name=command.name)


def _recording(command: Command) -> Callable[..., Response]:
    def answer() -> Response:
        who = actor()
        raw = _body(command.name)
        if isinstance(raw, Response):
            return raw
        if who is not None:
            raw = {"by": who.account} | raw
        try:
            recorded = record(archive(), raw, who)
        except (Denied, SignInNeeded, PasswordExpired):
            raise
        except Refusal as refusal:
            reused = refusal.sentence.key == "command_id_reused"
            return problem(
                409 if reused else 422,
                refusal.sentence,
                lang(),
                field=refusal.field,
                errors=_wrong_in(command, raw, refusal),
            )
        body = {
            "positions": list(recorded.positions),
            "notes": [speak(note, lang()) for note in recorded.notes],
        }
        return Response(json.dumps(body, ensure_ascii=False), mimetype="application/json")

    answer.__name__ = f"record_{command.name.replace('.', '_')}"
    answer.__doc__ = command.name
    return answer


def _wrong_in(command: Command, raw: Mapping[str, Any], refusal: Refusal) -> dict[str, Sentence]:
    """Return everything that is wrong with a command's fields, where that is why it is refused."""
    return wrong_in(command.form, raw) if refusal.sentence.key == "field_named" else {}


def _body(name: str) -> dict[str, Any] | Response:
    """Return the command in the body, or what is wrong with it."""
    if not request.is_json:
        return problem(415, say("web_not_json"), lang())
    try:
        text = request.get_data(cache=True).decode("utf-8-sig")
    except UnicodeDecodeError:
        return problem(400, say("web_not_utf8"), lang())
    raw = parse(text)
    if isinstance(raw, Malformed):
        return problem(400, raw.reason, lang())
    if not isinstance(raw, Mapping):
        return problem(422, say("not_an_object"), lang())
    wrong = _misnamed(name, raw)
    if wrong is not None:
        return problem(422, wrong, lang(), field="command")
    key = request.headers.get(IDEMPOTENCY)
    identified = {} if key is None else {"command_id": key}
    if key is not None and raw.get("command_id") not in (None, key):
        return problem(422, say("web_two_ids"), lang(), field="command_id")
    return {**raw, "command": name, **identified}


def _misnamed(name: str, raw: Mapping[str, Any]) -> Sentence | None:
    named = raw.get("command", name)
    return None if named == name else say("web_other_command", expected=name)
