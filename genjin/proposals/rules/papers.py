"""The placeholders a Word template of proposals may use. Pure."""

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from genjin.kit.money import show_cents, show_number

SHIPPED = Path(__file__).resolve().parents[1] / "paper" / "proposal.docx"
PLACES = (
    "方案编号", "版本", "方案名称", "客户", "商机", "功能模块", "实施周期", "报价有效期", "服务条款", "不含税金额", "税额", "含税金额",
    "大写金额", "整单折扣", "附件", "负责人", "日期",
)  # fmt: skip
LINE_PLACES = ("序号", "名称", "单位", "数量", "单价", "折扣", "税率", "金额")


def line_values(at: int, line: Mapping[str, Any]) -> dict[str, str]:
    """Return the placeholders of one line of a version's content."""
    plain = {name: show_number(Decimal(line[name])) for name in ("quantity", "discount", "tax_rate")}
    figures = (
        str(at), line["name"], line["unit"], plain["quantity"], show_cents(Decimal(line["price"])),
        f"{plain['discount']}%" if line["discount"] != "0.00" else "", f"{plain['tax_rate']}%", show_cents(Decimal(line["amount"])),
    )  # fmt: skip
    return dict(zip(LINE_PLACES, figures, strict=True))
