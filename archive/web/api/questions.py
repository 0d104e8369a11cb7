"""``GET /api/<question>``: each question, with paging, filters and sorting as on its page."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from apiflask import APIBlueprint
from flask import Response, json, request
from marshmallow import Schema, fields

from archive.fields import Choice, Text, Whole
from archive.form import Form
from archive.questions import QUESTIONS
from archive.questions.declare import Question
from archive.questions.values import plain
from archive.web.api.describing import describe_route
from archive.web.api.problems import problem
from archive.web.api.strict import misasked, miscolumned, strictly_wanted
from archive.web.asking import AS_OF, Asking, Told, asking_of, public_name, tell
from archive.web.current import LANG, LANGS, actor, archive, lang
from archive.web.listing import MOST_ROWS, PAGE_ROWS, Listing, listed, wanted_of
from domain.sentence import Lang, Sentence, say, speak

_COMMON: Mapping[str, fields.Field[Any]] = {
    AS_OF: Text(required=False),
    "q": Text(required=False),
    "sort": Text(required=False),
    "page": Whole(1, 10**6, required=False),
    "size": Whole(1, MOST_ROWS, required=False),
    LANG: Choice(LANGS, required=False),
}
"""The parameters of every question; with them, ``f.`` and a column's name."""


class Answer(Schema):
    """A page of an answer."""

    rows = fields.List(fields.Dict(), required=True)
    answer = fields.Dict(allow_none=True)
    columns = fields.List(fields.String(), required=True)
    total = fields.Integer(required=True)
    found = fields.Integer(required=True)
    page = fields.Integer(required=True)
    pages = fields.Integer(required=True)
    notes = fields.List(fields.String(), required=True)
    as_of = fields.String(allow_none=True)
    position = fields.Integer(required=True)


def add_questions(blueprint: APIBlueprint) -> None:
    """Add a route for each question."""
    for question in QUESTIONS.values():
        view = _answering(question)
        describe_route(
            blueprint,
            view,
            {"query": parameters_of(question)},
            Answer,
            {422: "What is wrong with the parameters"},
            summary=question.about,
            tags=["questions"],
            operation_id=f"ask_{question.name}",
        )
        blueprint.get(f"/{question.name}", endpoint=f"ask_{question.name}")(view)


def parameters_of(question: Question) -> type[Schema]:
    """Return what may stand in the URL: the question's parameters and those of every question."""
    own = {public_name(name, one): one.field for name, one in question.parameters.items()}
    return Form.from_dict({**_COMMON, **own}, name=f"Ask_{question.name}")


def _answering(question: Question) -> Callable[..., Response]:
    def answer() -> Response:
        asking = asking_of(question, request.args)
        wrong = {**asking.wrong, **misasked(_COMMON, [*asking.typed], request.args)}
        if wrong:
            return _refused(wrong)
        told = tell(archive(), asking, actor())
        answer = told.answer
        wrong = miscolumned(answer.keys, request.args)
        if wrong:
            return _refused(wrong)
        wanted = strictly_wanted(_COMMON, request.args)
        found = listed(answer.rows, answer.keys, wanted, lang())
        if wanted.page > found.pages:
            found = replace(found, rows=(), page=wanted.page)
        return json_listing(found, answer.keys, lang(), one=answer.one, asking=asking, told=told)

    answer.__name__ = f"ask_{question.name.replace('-', '_')}"
    answer.__doc__ = question.about
    return answer


def _refused(wrong: Mapping[str, Sentence]) -> Response:
    name, sentence = next(iter(wrong.items()))
    first = say("field_named", field=name, sentence=sentence)
    return problem(422, first, lang(), field=name, errors=wrong)


def json_answer(asking: Asking, told: Told, lang: Lang) -> Response:
    """Return the page of an answer that a page's URL asks for, as JSON."""
    answer = told.answer
    found = listed(answer.rows, answer.keys, wanted_of(request.args), lang)
    return json_listing(found, answer.keys, lang, one=answer.one, asking=asking, told=told)


def json_listing(
    found: Listing,
    keys: tuple[str, ...],
    lang: Lang,
    *,
    one: Any = None,
    asking: Asking | None = None,
    told: Told | None = None,
) -> Response:
    """Return a page of rows as JSON."""
    body = {
        "rows": [plain(row, lang) for row in found.rows],
        "answer": plain(one, lang),
        "columns": list(keys),
        "total": found.total,
        "found": len(found.every),
        "page": found.page,
        "pages": found.pages,
        "notes": [speak(note, lang) for note in told.notes] if told else [],
        "as_of": asking.as_of_text if asking else None,
        "position": told.position if told else None,
    }
    return Response(json.dumps(body, ensure_ascii=False), mimetype="application/json")


__all__ = ["PAGE_ROWS", "add_questions", "json_answer", "json_listing", "parameters_of"]
