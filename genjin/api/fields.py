"""Own fields and the templates in force: what a program may write into `custom`, and what is asked of whom."""

from ninja import Router

from genjin.api.schemas.fields import (
    OwnFieldList,
    TemplateList,
    show_field,
    show_template,
)
from genjin.api.wire import Call
from genjin.customers.queries.collected import field_labels
from genjin.fields.queries import current_templates, own_fields

router = Router(tags=["fields"])


@router.get("/fields", response=OwnFieldList, summary="List the own fields")
def list_fields(request: Call) -> OwnFieldList:  # noqa: ARG001 (everybody who may come in knows the fields)
    return OwnFieldList(items=[show_field(field) for field in own_fields()])


@router.get("/templates", response=TemplateList, summary="List the collection templates in force")
def list_templates(request: Call) -> TemplateList:  # noqa: ARG001
    labels = field_labels(own_fields())
    return TemplateList(items=[show_template(row, labels) for row in current_templates().values()])
