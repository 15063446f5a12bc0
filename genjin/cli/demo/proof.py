"""What shows each step of a customer's journey, as the people of the demo company put it on record."""

from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from django.core.files.base import ContentFile

from genjin.followups.actions.evidence import NewEvidence
from genjin.followups.rules.evidence import ContractFacts

SHOWN: dict[str, tuple[tuple[str, ...], tuple[tuple[str, str], ...]]] = {
    "qualified": (
        ("need", "budget", "authority"),
        (
            ("verbal", "电话确认:需求已立项,预算在年度计划内,总经理拍板"),
            ("minutes", "沟通纪要:对方明确了需求范围、预算区间和审批流程"),
            ("email", "对方邮件回复:同意按此预算询价,由总经理最终决定"),
        ),
    ),
    "negotiation": (
        ("proposal_sent", "proposal_feedback"),
        (
            ("feedback", "方案V2已发送,对方反馈:功能满足,希望缩短实施周期"),
            ("email", "方案已邮件发送,对方书面回复认可,价格再谈"),
            ("chat", "微信发送方案后对方回复:总体可以,下周内部过一遍"),
        ),
    ),
    "repeat": (
        ("new_need",),
        (("verbal", "回访时客户提出二期需求"), ("email", "客户来信询问扩容方案和报价")),
    ),
    "lost": (
        ("refusal",),
        (
            ("verbal", "电话中明确答复今年不考虑"),
            ("chat", "微信回复:已选定其他供应商"),
            ("email", "邮件答复:项目取消,暂不采购"),
        ),
    ),
}


def proof_of(target: str, dice: Random, product: str, now: datetime) -> NewEvidence:
    """Return what stands for a step: words of the customer's, or the scan of a contract."""
    if target == "won":
        return _contract(dice, product, now)
    proves, words = SHOWN[target]
    kind, text = dice.choice(words)
    return NewEvidence(kind, proves, text)


def _contract(dice: Random, product: str, now: datetime) -> NewEvidence:
    amount = Decimal(dice.choice((8, 12, 15, 20, 36, 48, 80)) * 10_000)
    day = now.date()
    scan = ContentFile(f"%PDF-1.4\n% 合同扫描件 {product} {amount}\n".encode(), name=f"合同-{day:%Y%m%d}.pdf")
    facts = ContractFacts(amount, day, product, day + timedelta(days=365))
    return NewEvidence("contract", ("contract",), "双方盖章合同", file=scan, facts=facts)
