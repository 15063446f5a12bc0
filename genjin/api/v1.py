"""The door itself: every route, one way in, one way to refuse, one description."""

import importlib.metadata
from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

from genjin.api import (
    aliases,
    amendments,
    asks,
    campaigns,
    chain,
    churn,
    cohorts,
    contacts,
    contracts,
    customers,
    deliveries,
    duplicates,
    edits,
    exports,
    facts,
    fields,
    followups,
    gates,
    grades,
    imports,
    invoices,
    journey,
    library,
    me,
    metrics,
    needs,
    notices,
    objections,
    offers,
    opportunities,
    payments,
    renewals,
    reports,
    requests,
    returns,
    reviews,
    routing,
    scores,
    surveys,
    targets,
    tickets,
    together,
    usage,
)
from genjin.api.auth import Bearer
from genjin.api.errors import Problem, install
from genjin.api.idempotency import HEADER, once_per_key
from genjin.api.wire import EdgeParser, EdgeRenderer

REFUSALS = {
    400: "The request cannot be read",
    401: "No valid token",
    403: "Not allowed",
    404: "Not found, or out of sight",
    409: "Somebody was faster, or the state does not allow it",
    413: "Too large",
    422: "A field is wrong or a rule says no",
    429: "Too often; see Retry-After",
    503: "The database is busy; try again",
}
WRITES = frozenset({"post", "patch", "put", "delete"})
KEY_PARAMETER = {
    "in": "header",
    "name": HEADER,
    "required": False,
    "schema": {"type": "string", "pattern": "^[!-~]{1,128}$"},
    "description": "A repeated request with the same key does its work once and is answered the same.",
}


class Door(NinjaAPI):
    """An API whose description names, for every route, the refusals and the key that all of them share."""

    def get_openapi_schema(self, **place: Any) -> OpenAPISchema:
        """Return the OpenAPI 3.1 document."""
        document = super().get_openapi_schema(**place)
        document["components"]["schemas"]["Problem"] = Problem.model_json_schema()
        refused = {"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
        for methods in document["paths"].values():
            for method, operation in methods.items():
                for status, words in REFUSALS.items():
                    operation["responses"][status] = {"description": words, "content": refused}
                if method in WRITES:
                    operation["parameters"] = [*operation["parameters"], KEY_PARAMETER]
        return document


api = Door(
    title="Genjin",
    version=importlib.metadata.version("genjin"),
    description="The REST door of Genjin 跟进. Bearer tokens, JSON in UTF-8, moments with their zone, amounts in yuan.",
    auth=Bearer(),
    docs_url=None,
    urls_namespace="api",
    parser=EdgeParser(),
    renderer=EdgeRenderer(),
)
api.add_decorator(once_per_key)
install(api)
for module in (
    offers,
    objections,
    me,
    metrics,
    cohorts,
    targets,
    customers,
    aliases,
    needs,
    notices,
    contacts,
    followups,
    asks,
    grades,
    gates,
    requests,
    routing,
    scores,
    imports,
    exports,
    edits,
    duplicates,
    campaigns,
    facts,
    fields,
    together,
    reports,
    reviews,
    library,
    contracts,
    amendments,
    payments,
    invoices,
    returns,
    deliveries,
    opportunities,
    chain,
    surveys,
    tickets,
    journey,
    renewals,
    usage,
    churn,
):
    api.add_router("", module.router)
