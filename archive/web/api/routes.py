"""The API as a part of the app, its description, and the page that tries it out."""

from typing import Any

from apiflask import APIBlueprint, APIFlask
from apiflask.openapi_adapters import openapi_helper
from apispec import APISpec, BasePlugin

from archive.web.api.commands import add_commands
from archive.web.api.described import describe
from archive.web.api.problems import PROBLEM
from archive.web.api.questions import add_questions

SPEC = "/api/openapi.json"


def api_of(app: APIFlask) -> APIBlueprint:
    """Return the API's routes, and have the app describe them."""
    blueprint = APIBlueprint("api", __name__, url_prefix="/api", tag="api")
    add_questions(blueprint)
    add_commands(blueprint)
    _describe_fields(app)
    return blueprint


class _OurFields(BasePlugin):
    """Describes our fields, wherever the library's own plugin meets them."""

    def __init__(self, app: APIFlask) -> None:
        self.app = app

    def init_spec(self, spec: APISpec) -> None:
        """Add to the library's plugin, which stands before this one and is made by now."""
        _teach(self.app._ma_plugin.converter)


def _describe_fields(app: APIFlask) -> None:
    app.schema_name_resolver = _name_of  # type: ignore[assignment]  # None: in place
    app.spec_processor(_finished)
    app.spec_plugins = [*(app.spec_plugins or []), _OurFields(app)]
    plugin = openapi_helper.get_marshmallow_plugin()  # what describes parameters is the library's
    assert plugin is not None
    _teach(plugin.converter)


def _name_of(schema: Any) -> str | None:
    """Return the name of a form; those inside another stand in their place."""
    cls = schema if isinstance(schema, type) else type(schema)
    return None if cls.__name__ == "GeneratedSchema" else cls.__name__


_PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "what, which, and what was expected"},
        "code": {"type": "string", "description": "the sentence's name"},
        "field": {"type": "string"},
        "errors": {"type": "array", "items": {"type": "object"}},
    },
}


def _finished(spec: Any) -> Any:
    """Return the description with errors as they are, and without what 3.1 doesn't know."""
    schemas = spec.setdefault("components", {}).setdefault("schemas", {})
    schemas.pop("ValidationError", None)
    schemas["Problem"] = _PROBLEM
    spec["components"]["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    spec["security"] = [{"token": []}, {}]  # an archive without accounts asks for none
    spec["tags"] = [{"name": "questions"}, {"name": "commands"}]
    content = {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for path in spec["paths"].values():
        for operation in path.values():
            for status, response in operation["responses"].items():
                if status[0] in "45":
                    response["content"] = content
    return _without_nullable(spec)


def _without_nullable(told: Any) -> Any:
    if isinstance(told, dict):
        return {key: _without_nullable(one) for key, one in told.items() if key != "nullable"}
    return [_without_nullable(one) for one in told] if isinstance(told, list) else told


def _teach(converter: Any) -> None:
    if not getattr(converter, "knows_our_fields", False):
        converter.add_attribute_function(describe)
        converter.knows_our_fields = True
