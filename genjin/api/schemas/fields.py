"""How own fields and templates look from outside."""

from collections.abc import Mapping

from genjin.api.wire import Moment, Out
from genjin.fields.models import CollectionTemplate
from genjin.fields.rules import Definition, FieldKind


class OwnFieldOut(Out):
    """A field of one's own; values of it stand under `key` in `custom`."""

    key: str
    label: str
    kind: FieldKind
    options: list[str]
    help: str


class OwnFieldList(Out):
    items: list[OwnFieldOut]


class AskedOut(Out):
    """A field a template asks for: a built-in one by its name, or an own one by its key."""

    key: str
    label: str
    is_required: bool
    must: bool
    weight: int
    help: str
    question: str


class AskedGroup(Out):
    title: str
    fields: list[AskedOut]


class TemplateOut(Out):
    """The version of a template in force for one customer type."""

    id: int
    customer_type: str
    version: int
    note: str
    published_at: Moment
    groups: list[AskedGroup]


class TemplateList(Out):
    items: list[TemplateOut]


def show_field(field: Definition) -> OwnFieldOut:
    """Return an own field."""
    return OwnFieldOut(
        key=field.key, label=field.label, kind=field.kind, options=list(field.options), help=field.help
    )


def show_template(row: CollectionTemplate, labels: Mapping[str, str]) -> TemplateOut:
    """Return a published version with the labels of its fields."""
    groups = [
        AskedGroup(
            title=group.title,
            fields=[
                AskedOut(
                    key=item.key, label=labels.get(item.key, item.key), is_required=item.is_required, must=item.must,
                    weight=item.weight, help=item.help, question=item.question,
                )
                for item in group.items
            ],
        )
        for group in row.outline.groups
    ]  # fmt: skip
    assert row.published_at is not None  # noqa: S101 (only published ones are in force)
    return TemplateOut(
        id=row.pk, customer_type=row.customer_type, version=row.version, note=row.note,
        published_at=row.published_at, groups=groups,
    )  # fmt: skip
