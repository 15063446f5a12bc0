"""The words of evidence and exceptions on the timeline."""

from typing import Any

from genjin.customers.rules import Stage
from genjin.customers.rules.axes import Proof


def gate_words(kind: str, data: dict[str, Any]) -> str:
    """Return what an event of evidence, debts or the weekly look says."""
    if kind == "customer.status_confirmed":
        return " · ".join(part for part in (str(Stage(data["stage"]).label), data["note"]) if part)
    words = dict(Proof.choices)
    shown = "、".join(str(words.get(code, code)) for code in data.get("proves", data.get("missing", ())))
    stage = str(Stage(data["target"]).label) if "target" in data else ""
    parts = (stage, shown, data.get("words", ""), data.get("file", ""), data.get("reason", ""))
    return " · ".join(part for part in parts if part)
