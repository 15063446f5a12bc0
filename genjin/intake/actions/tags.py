"""Tags that a sheet brings."""

from collections.abc import Iterable

from genjin.customers.models import Tag


def tag_ids(texts: Iterable[str]) -> dict[str, int]:
    """Return the id of each tag written as `组-名` or `名`; new ones are made."""
    pairs = {text: _split(text) for text in texts}
    Tag.objects.bulk_create(
        [Tag(namespace=group, name=name) for group, name in set(pairs.values())], ignore_conflicts=True
    )
    known = {(tag.namespace, tag.name): tag.pk for tag in Tag.objects.all()}
    return {text: known[pair] for text, pair in pairs.items()}


def _split(text: str) -> tuple[str, str]:
    group, dash, name = text.partition("-")
    return (group[:30], name[:40]) if dash and name else ("", text[:40])
