"""Bodies for the API, made from its own description so that they are refused for the right reason only."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from tests.sweep.world import World


def body_for(schema: dict[str, Any], schemas: dict[str, Any], world: World, name: str = "") -> Any:
    """Return a value of a JSON schema: required fields only, known names filled with what fits them."""
    if "$ref" in schema:
        return body_for(schemas[schema["$ref"].rpartition("/")[2]], schemas, world, name)
    if several := schema.get("anyOf") or schema.get("allOf"):
        return body_for(several[0], schemas, world, name)
    if "enum" in schema:
        return "lost" if "lost" in schema["enum"] else schema["enum"][0]
    if "const" in schema:
        return schema["const"]
    kind = schema.get("type")
    if kind == "object":
        wanted = {*schema.get("required", ()), "lost_reason", "name"} & schema.get("properties", {}).keys()
        return {
            field: body_for(schema["properties"][field], schemas, world, field) for field in sorted(wanted)
        }
    if kind == "array":
        return [body_for(schema["items"], schemas, world, name)]
    return _simple(kind, schema, world, name)


def _simple(kind: str | None, schema: dict[str, Any], world: World, name: str) -> Any:
    if kind == "integer":
        known = {
            "contact": "contact",
            "customer": "customer",
            "owner": "user",
            "assignee": "user",
            "person": "user",
            "pool": "pool",
            "contract": "signed_contract",
            "opportunity": "deal",
            "profile": "billing_profile",
        }
        return world.ids[known[name]]["own"][-1] if name in known else 1
    if kind == "boolean":
        return True
    if schema.get("format") == "date-time":
        moves = {"due_at": 3, "happened_at": -1}
        return (timezone.now() + timedelta(days=moves.get(name, 0))).isoformat()
    if schema.get("format") == "date":
        return "2026-01-05"
    words = {
        "lost_reason": "价格",
        "owner": "mate",
        "assignee": "mate",
        "reason": "有理由",
        "summary": "今天电话沟通了采购的详细需求和预算",
    }
    return words.get(name, "新名字")
