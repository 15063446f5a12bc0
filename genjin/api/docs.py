"""The API to read: one page made from its own description, without script and without foreign hosts."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.http import require_GET

from genjin.api.v1 import api


@require_GET
@login_required
def docs(request: HttpRequest) -> HttpResponse:
    """Show every route with its parameters, body and answer."""
    document = api.get_openapi_schema()
    schemas = document["components"]["schemas"]
    groups: dict[str, list[dict[str, Any]]] = {}
    for address, methods in document["paths"].items():
        for method, operation in methods.items():
            shown = _operation(operation, schemas) | {"method": method.upper(), "address": address}
            groups.setdefault(operation["tags"][0], []).append(shown)
    address = request.build_absolute_uri("/api/v1/me")
    # Without the request: the frame of the pages, which its processors prepare, is another door's.
    page = render_to_string("api/docs.html", {"document": document, "groups": groups, "address": address})
    return HttpResponse(page)


def _operation(operation: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    answers = {status: one for status, one in operation["responses"].items() if status < 400}
    return {
        "summary": operation["summary"],
        "parameters": [
            {"name": one["name"], "where": one["in"], "required": one.get("required"), **_said(one["schema"])}
            for one in operation["parameters"]
        ],
        "body": _body(operation.get("requestBody", {}).get("content", {}), schemas),
        "answers": [
            {"status": status, "fields": _body(one.get("content", {}), schemas)}
            for status, one in answers.items()
        ],
    }


def _body(content: dict[str, Any], schemas: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the fields of a body or an answer, those of records in it by their name only."""
    for media in content.values():
        schema = _resolved(media["schema"], schemas)
        required = schema.get("required", [])
        return [
            {"name": name, "required": name in required, **_said(one)}
            for name, one in schema.get("properties", {}).items()
        ]
    return []


def _resolved(schema: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = schemas[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
    return found


def _said(schema: dict[str, Any]) -> dict[str, Any]:
    return {"type": _type(schema), "description": schema.get("description", "")}


def _type(schema: dict[str, Any]) -> str:
    """Return a type in a word or two: `string`, `TaskOut[]`, `lead | prospect`."""
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2])
    if "enum" in schema:
        return " | ".join(str(word) or '""' for word in schema["enum"])
    if several := schema.get("anyOf") or schema.get("allOf"):
        return " | ".join(dict.fromkeys(_type(one) for one in several))
    if schema.get("type") == "array":
        return f"{_type(schema.get('items', {}))}[]"
    return str(schema.get("format") or schema.get("type", "any"))
