"""Sheets of products and of opportunities: their columns, the words people use in them, and how cells are read."""

import re
from collections.abc import Mapping
from decimal import Decimal

from django.utils.translation import gettext as _

from genjin.intake.rules.columns import Target
from genjin.intake.rules.values import CellReader, Values
from genjin.kit.errors import ValueRefused
from genjin.kit.money import parse_money, to_cents
from genjin.kit.text import clean, fold
from genjin.selling.rules import OpportunityKind, OpportunityStage, ProductKind

PRODUCT_TARGETS = (
    Target("product.name", "产品名称", "云排产标准版", ("产品", "商品", "商品名称", "品名", "服务名称", "product", "product name", "item"), longest=120, help="必填。"),
    Target("product.code", "产品编码", "YPC-STD", ("产品编号", "编码", "货号", "商品编码", "sku", "product code", "product id"), longest=40, help="空白时由名称得出。"),
    Target("product.kind", "产品类型", "产品", ("类型", "产品/服务", "product type")),
    Target("product.family", "产品线", "云排产", ("系列", "产品系列", "产品分类", "分类", "series", "product line", "product family", "category"), longest=60),
    Target("product.unit", "单位", "套", ("计量单位", "unit"), longest=20),
    Target("product.list_price", "标价", "98000", ("单价", "价格", "售价", "标准价", "标准售价", "目录价", "list price", "price", "sales price", "unit price"), help="含税,元。"),
    Target("product.tax_rate", "税率", "13%", ("税率(%)", "tax", "tax rate")),
    Target("product.description", "产品说明", "", ("说明", "描述", "产品描述", "备注", "description", "notes"), longest=4000),
)  # fmt: skip
DEAL_TARGETS = (
    Target("deal.code", "商机编号", "SJ-0001", ("机会编号", "销售机会编号", "opportunity id", "opportunity no", "opportunity code", "deal id"), longest=60, help="有编号时按编号认出已有的商机。"),
    Target("deal.name", "商机名称", "两条产线的排产系统", ("商机", "商机主题", "销售机会", "机会名称", "项目名称", "opportunity", "opportunity name", "deal", "deal name"), longest=200, help="空白时用产品名称。"),
    Target("deal.stage", "商机阶段", "谈判", ("阶段", "销售阶段", "商机状态", "状态", "stage", "deal stage", "opportunity stage"), help="必填。意向、谈判、赢单、输单;初步接触算意向,跟进中算谈判。"),
    Target("deal.kind", "购买类型", "首次购买", ("商机类型", "opportunity type", "deal type")),
    Target("deal.owner", "负责人", "", ("商机负责人", "销售", "销售人员", "业务员", "跟进人", "owner", "sales agent", "sales rep", "agent"), longest=60, help="姓名或登录名;认不出时原文留在备注里。"),
    Target("deal.product", "产品", "云排产标准版", ("产品名称", "意向产品", "合作产品", "product", "product name"), longest=120),
    Target("deal.quantity", "数量", "1", ("quantity", "qty")),
    Target("deal.amount", "金额", "860000", ("成交金额", "预计金额", "商机金额", "预计成交金额", "合同金额", "销售金额", "amount", "close value", "deal value", "expected amount"), help="元。"),
    Target("deal.opened_at", "开始日期", "2026-01-05", ("开始跟进日期", "开始时间", "创建日期", "创建时间", "发现日期", "engage date", "created", "created at", "open date"), help="空白为导入当天。"),
    Target("deal.closed_at", "关闭日期", "", ("成交日期", "结束日期", "赢单日期", "close date", "closed at", "closed date"), help="赢单和输单必填。"),
    Target("deal.expected_close", "预计成交日期", "2026-12-20", ("预计成交时间", "预计签约日期", "预计关闭日期", "expected close", "expected close date")),
    Target("deal.lost_reason", "输单原因", "", ("丢单原因", "流失原因", "失败原因", "lost reason", "loss reason"), longest=60),
    Target("deal.notes", "商机备注", "", ("备注", "说明", "描述", "notes", "remark", "description"), longest=4000),
)  # fmt: skip
_NOT_IN_NAMES = re.compile(r"[\s\-_·・./\\（）()\[\]【】]+")


def product_key(text: str) -> str:
    """Return what a product is recognised by: its name or code, folded, without blanks and marks between its parts."""
    return _NOT_IN_NAMES.sub("", fold(text))


DEAL_DATES = frozenset({"deal.opened_at", "deal.closed_at", "deal.expected_close"})
WON, LOST = OpportunityStage.WON, OpportunityStage.LOST
_STAGES: Mapping[str, OpportunityStage] = {
    **dict.fromkeys(("意向", "意向客户", "意向确认", "初步接触", "初步沟通", "线索", "新建", "潜在", "未跟进", "待跟进", "qualified", "qualification", "prospecting", "prospect", "new", "open"), OpportunityStage.QUALIFIED),
    **dict.fromkeys(("谈判", "谈判中", "商务谈判", "跟进中", "进行中", "方案报价", "报价", "方案", "negotiation", "engaging", "engaged", "proposal", "in progress"), OpportunityStage.NEGOTIATION),
    **dict.fromkeys(("赢单", "成交", "已成交", "成单", "已签约", "签约", "赢", "won", "closed won", "win"), WON),
    **dict.fromkeys(("输单", "丢单", "流失", "失败", "已失败", "输", "关闭", "lost", "closed lost", "lose", "loss"), LOST),
}  # fmt: skip
STAGES = {product_key(word): stage for word, stage in _STAGES.items()}
PRODUCT_KINDS = {
    **dict.fromkeys(("产品", "商品", "货物", "product", "goods"), ProductKind.PRODUCT),
    **dict.fromkeys(("服务", "service"), ProductKind.SERVICE),
}
DEAL_KINDS = {
    **dict.fromkeys(("首次购买", "首购", "新购", "新客户", "first", "new business"), OpportunityKind.FIRST),
    **dict.fromkeys(("复购", "再次购买", "repeat", "existing business"), OpportunityKind.REPEAT),
    **dict.fromkeys(("增购", "扩容", "upsell"), OpportunityKind.UPSELL),
    **dict.fromkeys(("续约", "续费", "renewal"), OpportunityKind.RENEWAL),
}


def deal_word(text: str) -> OpportunityStage | None:
    """Return the stage a word means; None for one we do not know."""
    return STAGES.get(product_key(text))


def _read_stage(text: str) -> Values:
    stage = deal_word(text)
    if stage is None:
        known = "、".join(str(one.label) for one in OpportunityStage)
        raise ValueRefused(_("Write one of: %(words)s.") % {"words": known}, "stage_unknown")
    return {"deal.stage": stage}


def _word(key: str, words: Mapping[str, str]) -> CellReader:
    def read(text: str) -> Values:
        value = words.get(fold(text).strip())
        if value is None:
            raise ValueRefused(_("Write one of: %(words)s.") % {"words": "、".join(words)}, "word_unknown")
        return {key: value}

    return read


def _amount(key: str) -> CellReader:
    def read(text: str) -> Values:
        amount = parse_money(text)
        if amount < 0:
            raise ValueRefused(_("An amount below zero makes no sense here."), "amount_negative")
        return {key: amount}

    return read


MOST = 10**10  # ten digits stand before the point of a line's quantity


def _read_quantity(text: str) -> Values:
    quantity = parse_money(text)
    if not 0 < quantity < MOST:
        raise ValueRefused(_("Write a quantity above zero and below ten billion."), "quantity_invalid")
    return {"deal.quantity": quantity}


def _read_rate(text: str) -> Values:
    plain = clean(text).replace("％", "%")
    found = re.fullmatch(r"(\d{1,2}(?:\.\d{1,4})?)(%?)", plain)
    if not found:
        raise ValueRefused(_("Write the tax rate like 13% or 13."), "rate_invalid")
    rate = Decimal(found[1])
    is_share = not found[2] and rate < 1
    return {"product.tax_rate": to_cents(rate * 100 if is_share else rate)}


READERS: Mapping[str, CellReader] = {
    "product.kind": _word("product.kind", PRODUCT_KINDS),
    "product.list_price": _amount("product.list_price"),
    "product.tax_rate": _read_rate,
    "deal.stage": _read_stage,
    "deal.kind": _word("deal.kind", DEAL_KINDS),
    "deal.amount": _amount("deal.amount"),
    "deal.quantity": _read_quantity,
}
