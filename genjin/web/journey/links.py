"""Where each stop of the line is looked at."""

from collections.abc import Callable, Mapping

from django.urls import reverse

from genjin.desk.queries.journey import Node, NodeKind


def _tab(tab: str, anchor: str = "") -> Callable[[int, Node], str]:
    return lambda customer, _node: f"{reverse('customers:detail', args=[customer])}?tab={tab}{anchor}"


PAGES: Mapping[str, Callable[[int, Node], str]] = {
    NodeKind.TOUCH: _tab("info"),
    NodeKind.RECORD: lambda customer, node: f"{reverse('customers:detail', args=[customer])}#f{node.pk}",
    NodeKind.EVIDENCE: _tab("evidence"),
    NodeKind.STAGE: _tab("history"),
    NodeKind.NEED: _tab("deals"),
    NodeKind.OPPORTUNITY: lambda _customer, node: reverse("selling:detail", args=[node.pk]),
    NodeKind.PROPOSAL: _tab("proposals"),
    NodeKind.CONTRACT: lambda _customer, node: reverse("contracts:contract", args=[node.pk]),
    NodeKind.MILESTONE: _tab("contracts"),
    NodeKind.RECEIPT: _tab("contracts"),
    NodeKind.DELIVERY: lambda _customer, node: reverse("delivery:project", args=[node.pk]),
    NodeKind.ACCEPTANCE: lambda _customer, node: (
        reverse("delivery:project", args=[node.parents[0][1]]) + "#acceptance"
    ),
    NodeKind.SURVEY: lambda _customer, node: reverse("care:survey", args=[node.pk]),
    NodeKind.TICKET: lambda _customer, node: reverse("care:ticket", args=[node.pk]),
    NodeKind.RENEWAL: lambda _customer, node: reverse("renewals:renewal", args=[node.pk]),
    NodeKind.REPURCHASE: _tab("care"),
}


def page_of(customer_id: int, node: Node) -> str:
    """Return the address of the page that shows a stop."""
    return PAGES[node.kind](customer_id, node)
