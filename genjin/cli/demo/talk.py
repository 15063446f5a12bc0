"""What was said: contact records that fit the stage, the way of contact and the customer's trade."""

from dataclasses import dataclass
from random import Random

from genjin.cli.demo.words import RIVALS, Trade

OPENINGS = {
    "phone": (
        "电话联系{who}，",
        "拨通{who}的电话，聊了{minutes}分钟，",
        "{who}回电，",
        "按约定给{who}打电话，",
    ),
    "wechat": (
        "微信上和{who}沟通，",
        "给{who}发了新的案例，",
        "{who}在微信里问到{product}，",
        "微信语音和{who}过了一遍方案，",
    ),
    "visit": (
        "上门拜访{who}，看了现场，",
        "和售前一起去客户那里，见到{who}，",
        "拜访{who}，参观了车间和仓库，",
        "到客户公司和{who}面谈，",
    ),
    "email": ("给{who}发邮件，附上{product}的介绍，", "{who}回邮件，", "按{who}的要求邮件发了资料，"),
    "meeting": ("和{who}开线上会，", "线上给{who}演示{product}，", "视频会议，{who}和两位同事参加，"),
}
CORE = {
    "lead": (
        "初步了解情况：{pain}。对{product}有兴趣，但还没有列入计划。",
        "目前在用表格管理，{pain}。答应先看资料再说。",
        "介绍了我们在同行的案例，对方想知道大概价位，还没谈到预算。",
        "确认主营业务和规模，{pain}。负责人是{who}，最终谁拍板还要再问。",
        "对方比较忙，只简单聊了几句，说最近顾不上，约了下次细谈。",
        "了解到他们明年要扩产，信息化的事可能一起考虑，{who}让我先给一份产品介绍。",
        "聊到{pain}，对方说老板也提过，但没人牵头。答应帮忙约主管领导。",
        "确认了联系方式和分工：{who}负责收集意见，采购另有人。暂无时间表。",
    ),
    "prospect": (
        "把需求过了一遍：最急的是「{pain}」。预算大概{money}万，要等部门会议讨论。",
        "问清了流程：部门提需求，{who}审核，总经理签字。预算{money}万以内可以走年度费用。",
        "安排了{product}的演示，反馈不错，希望看到和现有系统的接口。",
        "对方同时在看{rival}，更在意实施周期和售后响应。",
        "需求文档收到了，一共{count}条，其中{half}条标准功能就能满足。",
        "按对方的流程做了一版样例数据的演示，{who}请了两个车间的人一起看，问题集中在权限和报表。",
        "预算还在报，{who}估计在{money}万左右，希望我们先给一个参考报价。",
        "讨论了上线顺序，建议先做{product}，其他的放到二期，对方同意。",
    ),
    "qualified": (
        "现场调研半天，整理出{count}个流程，约定下周出方案初稿。",
        "方案讲解完，{who}认可思路，希望把一期范围缩小，报价控制在{money}万以内。",
        "{rival}的报价比我们低一成左右，对方更看重案例，要求安排参观样板客户。",
        "补充了安全合规的说明，信息部没有意见，还差财务部的会签。",
        "对方提出异议：担心员工不会用。说明了培训安排和驻场两周的做法，基本接受。",
        "给了第一版报价{money}万，{who}觉得偏高，说明了实施和服务的构成，答应再内部讨论。",
        "分管领导提了三个问题：数据安全、上线周期、后续费用，已书面答复。",
        "参观了样板客户，{who}对现场看板印象很好，回去就安排方案评审。",
    ),
    "negotiation": (
        "报价{money}万发出，{who}希望再优惠，付款方式想改成三三三一。",
        "进入招标流程，招标文件下周发，技术分占六成，对我们有利。",
        "合同条款过了一遍，争议在验收标准和质保期，法务正在改。",
        "价格谈到{money}万，含一年服务。对方要走最后一次审批，预计十个工作日。",
        "竞品{rival}又降价了，我们没有跟，改为赠送两次现场培训，{who}表示可以接受。",
        "总经理亲自来谈，主要问售后响应时间和本地服务团队，答应写进合同。",
        "采购部要求三家比价，{rival}也在里面。提交了正式报价单{money}万和实施计划。",
        "付款方式定为三成预付、六成验收、一成质保，等对方盖章。",
    ),
    "won": (
        "回访：系统上线{count}天，使用情况稳定，{pain}的问题有明显改善。",
        "首付款到账，项目启动会定在下周一，实施经理已对接。",
        "季度回访，{who}总体满意，提了两条报表方面的改进建议。",
        "了解到明年有扩建计划，可能会增加{product}，先记下。",
        "帮客户解决了权限设置的问题，顺便介绍了新版本，对方愿意做案例。",
        "验收单已签，二期付款在走流程，{who}说月底前能付。",
        "新来的同事不熟悉，安排了一次线上培训，{who}参加了一半。",
        "{who}介绍了一家同行给我们，已经加了微信。",
    ),
    "lost": ("对方明确表示暂时不做了，感谢我们的方案。保持联系，半年后再看。",),
}
SILENT = (
    "电话无人接听，发了微信说明来意，暂时没有回复。",
    "电话响了几声被挂断，稍后发短信约时间，没有回应。",
    "{who}在出差，说下周再联系。",
    "微信发了案例资料，显示已读，没有回复。",
)
FEEDBACK = {
    "positive": ("态度积极，愿意推进。", "认可我们的方案，主动问了交付时间。", "希望尽快安排下一步。"),
    "neutral": ("表示会考虑，需要内部商量。", "没有明确表态，等部门意见。", "认可产品，时间上不着急。"),
    "negative": ("觉得价格偏高。", "对售后响应有顾虑。", "认为现有办法还能用。"),
}
OBJECTIVES = {
    "lead": ("再次电话，问清需求和规模", "发行业案例，约一次演示", "确认谁负责、谁拍板"),
    "prospect": ("确认预算和采购时间", "安排产品演示", "拜访，梳理需求清单", "问清审批流程"),
    "qualified": ("提交方案初稿", "安排参观样板客户", "方案汇报，邀请分管领导参加", "补齐技术答疑"),
    "negotiation": ("跟进报价反馈", "确认合同条款", "准备投标文件", "约总经理面谈，推动签约"),
    "won": ("月度回访", "收集使用反馈", "了解增购需求", "季度回访，送新版本说明"),
    "repeat": ("跟进增购方案", "二期需求沟通"),
}
RISKS = (
    "竞品价格低一成",
    "决策人可能调整岗位",
    "预算还没批下来",
    "客户内部有人主张自己开发",
    "采购时间可能推迟到下季度",
)
NEW_NEEDS = (
    "希望手机上也能审批",
    "要和财务系统打通",
    "想先在一个车间试点",
    "问到数据能不能放在自己机房",
    "需要英文界面",
)


@dataclass(frozen=True, slots=True)
class Said:
    """The texts of one contact record."""

    method: str
    summary: str
    feedback: str
    mood: str
    got_response: bool
    new_needs: str
    risks: str


def talk(dice: Random, stage: str, trade: Trade, *, who: str, told: set[str]) -> Said:
    """Return what was said at one contact with a customer in `stage`; `told` keeps it from repeating itself."""
    count = dice.randint(6, 28)
    slots = {
        "who": who, "product": dice.choice(trade.products), "pain": dice.choice(trade.pains), "rival": dice.choice(RIVALS),
        "money": dice.choice((8, 12, 15, 18, 25, 30, 38, 45, 60, 80)), "minutes": dice.randint(4, 35), "count": count,
        "half": count * 2 // 3,
    }  # fmt: skip
    known = "won" if stage == "repeat" else stage
    if known in {"lead", "prospect"} and dice.random() < 0.14:
        return Said("phone", dice.choice(SILENT).format(**slots), "", "", False, "", "")
    core = dice.choice([text for text in CORE[known] if text not in told] or CORE[known])
    told.add(core)
    method = fitting_method(dice, core)
    mood = dice.choices(list(FEEDBACK), weights=(4, 5, 2))[0]
    is_deep = known in {"prospect", "qualified", "negotiation"}
    return Said(
        method=method,
        summary=(dice.choice(OPENINGS[method]) + core).format(**slots),
        feedback=dice.choice(FEEDBACK[mood]),
        mood=mood,
        got_response=True,
        new_needs=dice.choice(NEW_NEEDS) if is_deep and dice.random() < 0.2 else "",
        risks=dice.choice(RISKS) if is_deep and dice.random() < 0.2 else "",
    )


def fitting_method(dice: Random, core: str) -> str:
    """Return how one was in touch: nobody walks through a workshop on the phone."""
    if any(word in core for word in ("现场调研", "参观了", "亲自")):
        return "visit"
    if any(word in core for word in ("演示", "讲解", "线上")):
        return dice.choice(("meeting", "visit"))
    return dice.choices(list(OPENINGS), weights=(46, 32, 10, 8, 4))[0]


def objective(dice: Random, stage: str) -> str:
    """Return what the next step is for."""
    return dice.choice(OBJECTIVES.get(stage, OBJECTIVES["lead"]))
