"""Routes described for OpenAPI by the API's library, without what its decorators would do.

They leave a description on the view and would also read the request; that is read in our own way,
with exact numbers and our own sentences.
"""

from collections.abc import Callable, Mapping
from typing import Any, cast

from apiflask import APIBlueprint
from marshmallow import Schema

from archive.web.api.problems import REFUSED


def describe_route(
    blueprint: APIBlueprint,
    view: Callable[..., Any],
    inputs: Mapping[str, type[Schema]],
    output: type[Schema],
    errors: Mapping[int, str],
    **about: Any,
) -> None:
    """Describe a view.

    Args:
        inputs: by place (``json``, ``query``, ``headers``), what may stand there.
        output: what is answered.
        errors: by status, when it is answered.
        about: summary, tags and operation_id.
    """
    library, made = cast(Any, blueprint), cast(Any, view)
    for place, schema in inputs.items():
        made = library.input(schema, location=place, validation=False)(made)
    made = library.output(output)(made)
    responses = {status: {"description": when} for status, when in errors.items()}
    made = library.doc(responses={**REFUSED, **responses}, **about)(made)
    view._spec = made._spec  # type: ignore[attr-defined]  # and nothing else of what they made
