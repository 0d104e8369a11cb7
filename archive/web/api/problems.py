"""Errors of the API: problem+json with the sentences of the command line."""

from collections.abc import Mapping
from itertools import islice
from typing import Any

from flask import Response, json
from werkzeug.http import HTTP_STATUS_CODES

from domain.sentence import Lang, Sentence, speak

_MOST_ERRORS = 1_000  # a body of bare unknown fields would be answered with many times its size
PROBLEM = "application/problem+json"
REFUSED: dict[int, dict[str, str]] = {
    401: {"description": "Nobody is signed in, or the token isn't valid"},
    403: {"description": "Whoever asks may not"},
    429: {"description": "Too many requests"},
}
"""What any request may be answered with, for the description."""


def problem(
    status: int,
    sentence: Sentence,
    lang: Lang,
    *,
    field: str | None = None,
    errors: Mapping[str, Sentence] | None = None,
) -> Response:
    """Return the answer that says why something can't be done.

    Args:
        status: of HTTP.
        field: the field that is wrong, dotted.
        errors: by field, what is wrong with each, where several are.
    """
    told: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTP_STATUS_CODES.get(status, "Error"),
        "status": status,
        "detail": speak(sentence, lang),
        "code": sentence.key,
    }
    if field is not None:
        told["field"] = field
    if errors:
        told["errors"] = [
            {"field": name, "message": speak(one, lang)}
            for name, one in islice(errors.items(), _MOST_ERRORS)
        ]
    return Response(json.dumps(told, ensure_ascii=False), status, mimetype=PROBLEM)
