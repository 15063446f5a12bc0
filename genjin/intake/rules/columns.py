"""Which headers mean what: the columns of the template, with the words people use for them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from genjin.fields.rules import Definition, FieldKind
from genjin.intake.rules.values import READERS, CellReader, day_reader, moment_reader, own_reader, text_reader
from genjin.kit.dates import Order
from genjin.kit.sheets.header import header_key


@dataclass(frozen=True, slots=True)
class Target:
    """A field a column may go to: the template's header, an example, and other words for it."""

    key: str
    header: str
    example: str
    synonyms: tuple[str, ...] = ()
    longest: int = 0  # of plain text; 0: READERS or a date
    help: str = ""
    own: Definition | None = None  # an own field, recognised by its label

    @property
    def is_date(self) -> bool:
        return self.key in {"founded_on", "first_contact_at", "last_contact_at", "created_at", "stage_at"}


TARGETS: tuple[Target, ...] = (
    Target("name", "客户名称", "示例科技(深圳)有限公司", ("公司名称", "企业名称", "单位名称", "客户", "公司", "客户公司名称", "客户公司全称", "公司全称", "企业全称", "线索名称", "机构名称", "name", "company", "company name", "customer", "customer name", "account", "account name"), help="必填。写全称,不写简称。"),
    Target("short_name", "简称", "", ("公司简称", "企业简称", "客户简称", "short name", "abbreviation"), help="多个用顿号分开。"),
    Target("former_name", "曾用名", "", ("原名", "公司曾用名", "former name"), help="多个用顿号分开。"),
    Target("parent", "上级单位", "", ("总公司", "母公司", "上级公司", "所属集团", "parent", "parent company"), longest=200, help="上级单位的全称。"),
    Target("kind", "客户性质", "企业", ("性质", "kind", "企业/个人"), help="企业 或 个人;空白为企业。"),
    Target("customer_type", "客户类型", "新客户", ("类型", "customer type"), help="新客户、老客户、重点客户。"),
    Target("credit_code", "统一社会信用代码", "", ("信用代码", "社会信用代码", "税号", "纳税人识别号", "注册号", "uscc", "credit code"), help="18 位。"),
    Target("industry", "所属行业", "制造业-汽车零部件", ("行业", "行业分类", "industry", "sector"), longest=80),
    Target("size", "企业规模", "50-200人", ("客户规模", "公司规模", "规模", "人数", "员工数", "员工人数", "company size", "employees")),
    Target("revenue", "年营业额", "1-3亿元", ("营业额", "年营收", "营收", "年收入", "revenue")),
    Target("founded_on", "成立时间", "2015年", ("成立日期", "注册日期", "founded", "founded on")),
    Target("place", "省/市/区", "广东省深圳市南山区", ("省市区", "地区", "区域", "所在地区", "注册区域", "所在地", "region"), longest=90),
    Target("province", "省份", "", ("省", "所在省份", "province", "state"), longest=20),
    Target("city", "城市", "", ("市", "所在城市", "city"), longest=30),
    Target("district", "区县", "", ("区", "district"), longest=30),
    Target("address", "地址", "", ("详细地址", "公司地址", "联系地址", "注册地址", "address"), longest=300),
    Target("main_business", "主营业务", "汽车零部件加工", ("公司主营业务", "经营范围", "主营", "main business"), longest=4000),
    Target("website", "网址", "", ("官网", "网站", "website", "web"), longest=200),
    Target("source", "线索来源", "行业展会", ("来源", "客户来源", "来源渠道", "渠道", "lead source", "source", "lead origin"), longest=60),
    Target("campaign", "市场活动", "", ("活动", "活动名称", "campaign", "campaign name"), longest=80),
    Target("contact.name", "联系人姓名", "张三", ("联系人", "姓名", "关键联系人", "关键联系人姓名", "contact", "contact name", "contact person"), longest=80),
    Target("contact.job_title", "职务", "采购经理", ("职位", "岗位", "title", "job title", "position"), longest=80),
    Target("contact.phone", "手机/电话", "13800001234", ("手机", "电话", "手机号", "手机号码", "联系电话", "联系方式", "电话号码", "移动电话", "固话", "座机", "phone", "mobile", "tel", "telephone", "phone number")),
    Target("contact.wechat", "微信号", "", ("微信", "wechat"), longest=60),
    Target("contact.email", "邮箱", "zhangsan@example.com", ("电子邮箱", "邮件", "电邮", "email", "e-mail", "mail")),
    Target("need", "需求描述", "想更换现有的排产系统", ("需求", "初步需求", "初步需求描述", "核心需求", "客户需求", "need", "requirement", "requirements"), longest=4000),
    Target("pain_points", "当前痛点", "", ("痛点", "pain points"), longest=4000),
    Target("budget", "预算范围", "50-100万", ("预算", "budget")),
    Target("authority", "决策权", "是", ("是否决策人", "决策链", "决策流程", "authority", "decision maker")),
    Target("purchase", "采购时间", "2026-12-31", ("采购时间节点", "预计采购时间", "预计合作时间", "计划采购时间", "purchase timing"), longest=80),
    Target("competitors", "竞品", "", ("竞争对手", "竞品对比", "competitors"), longest=4000),
    Target("intent", "意向程度", "高", ("意向", "购买意向", "意向度", "intent")),
    Target("grade", "级别", "A", ("等级", "线索级别", "客户等级", "客户级别", "grade")),
    Target("stage", "阶段", "", ("当前阶段", "客户阶段", "stage"), help="更新已有客户须符合阶段条件。新客户:有审批权的人导入历史数据时按表中阶段,其他人导入一律为线索。"),
    Target("stage_at", "成交时间", "", ("成交日期", "赢单时间", "进入阶段时间", "won at", "won date"), help="进入上面阶段的时间,只用于新客户。"),
    Target("owner", "负责人", "", ("跟进人", "销售", "销售人员", "业务员", "归属人", "owner", "sales rep", "sales agent"), longest=60, help="姓名或登录名;空白则按导入时的选择。"),
    Target("first_contact_at", "初次沟通时间", "2026-03-05", ("首次联系日期", "首次联系时间", "初次联系时间", "first contact", "first contact date")),
    Target("last_contact_at", "最近跟进时间", "", ("最后跟进时间", "最近沟通时间", "最近联系时间", "last contact")),
    Target("created_at", "创建时间", "", ("录入时间", "创建日期", "录入日期", "created", "created at")),
    Target("created_by", "录入人", "", ("创建人", "信息录入人", "created by"), longest=60),
    Target("tags", "标签", "行业-制造业", ("tags", "客户标签", "跟进标签")),
    Target("target_customers", "主要客户群体", "", ("客户群体", "目标客户", "target customers"), longest=4000),
    Target("desired_cooperation", "期望合作方向", "", ("合作方向", "合作意向", "desired cooperation"), longest=4000),
    Target("past_projects", "合作历史", "", ("过往项目", "过往合作", "past projects"), longest=4000),
    Target("cooperation_period", "合作周期", "", ("cooperation period",), longest=80),
    Target("satisfaction_score", "满意度评分", "", ("满意度", "satisfaction"), help="1 到 5 的整数。"),
    Target("commitments", "关键承诺", "", ("承诺", "承诺事项", "commitments"), longest=4000),
    Target("negotiation_progress", "谈判进展", "", ("negotiation progress",), longest=4000),
    Target("repurchase_intent", "复购意向", "", ("repurchase intent",)),
    Target("notes", "备注", "", ("说明", "附注", "remark", "remarks", "notes", "note", "comment"), longest=8000),
)  # fmt: skip
BY_KEY = {target.key: target for target in TARGETS}
_WORDS = {
    header_key(word): target.key
    for target in TARGETS
    for word in (*target.synonyms, target.header, target.key)
}
KNOWN_HEADERS = frozenset(_WORDS)


def own_targets(own: Iterable[Definition]) -> tuple[Target, ...]:
    """Return the own fields a column may go to: all but files."""
    return tuple(
        Target(field.key, field.label, field.options[0] if field.kind == FieldKind.CHOICE else "", help=field.help, own=field)
        for field in own if field.kind != FieldKind.FILE
    )  # fmt: skip


def targets_by_key(own: Iterable[Definition] = ()) -> dict[str, Target]:
    """Return all fields a column may go to, by key."""
    return BY_KEY | {target.key: target for target in own_targets(own)}


def guess_mapping(columns: Sequence[str], own: Iterable[Definition] = ()) -> dict[str, str]:
    """Map each recognised column to its field; the first of two columns for one field wins.

    A field of one's own wording is found by synonym, an own field by its label: nothing is guessed from values.
    """
    mapping: dict[str, str] = {}
    words = {header_key(target.header): target.key for target in own_targets(own)} | _WORDS
    for column in columns:
        key = words.get(header_key(column))
        if key and key not in mapping.values():
            mapping[column] = key
    return mapping


def reader_of(key: str, *, order: Order, zone: ZoneInfo, own: Iterable[Definition] = ()) -> CellReader:
    """Return the reader of a field's cells; `order` is how the column writes dates (YMD, DMY, MDY)."""
    target = BY_KEY.get(key) or targets_by_key(own)[key]
    if target.own is not None:
        return own_reader(target.own)
    if key == "founded_on":
        return day_reader(key, order)
    if target.is_date:
        return moment_reader(key, order, zone)
    return READERS.get(key) or text_reader(key, target.longest)


def header_fingerprint(columns: Sequence[str]) -> str:
    """Return what a set of headers is remembered by, in any order."""
    return "|".join(sorted(header_key(column) for column in columns))[:2000]
