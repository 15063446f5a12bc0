"""What shows each step of a customer's journey, as the people of the demo company put it on record."""

from random import Random

from genjin.followups.actions.evidence import NewEvidence

SHOWN: dict[str, tuple[tuple[str, ...], tuple[tuple[str, str], ...]]] = {
    "qualified": (
        ("need", "budget", "authority"),
        (
            ("verbal", "电话确认：需求已立项，预算在年度计划内，总经理拍板"),
            ("minutes", "沟通纪要：对方明确了需求范围、预算区间和审批流程"),
            ("email", "对方邮件回复：同意按此预算询价，由总经理最终决定"),
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
            ("chat", "微信回复：已选定其他供应商"),
            ("email", "邮件答复：项目取消，暂不采购"),
        ),
    ),
}


def proof_of(target: str, dice: Random) -> NewEvidence:
    """Return what stands for a step: words of the customer's."""
    proves, words = SHOWN[target]
    kind, text = dice.choice(words)
    return NewEvidence(kind, proves, text)
