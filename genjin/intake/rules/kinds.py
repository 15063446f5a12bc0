"""What a sheet may hold besides customers: their people, what was said and is to be done, products, purchases; with the columns."""

from collections.abc import Iterable, Mapping, Sequence
from zoneinfo import ZoneInfo

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from genjin.customers.rules.search import code_in
from genjin.fields.rules import Definition
from genjin.fields.rules.kinds import is_own_key
from genjin.followups.rules import Method, TaskStatus
from genjin.intake.rules.columns import BY_KEY, KNOWN_HEADERS, TARGETS, Target, guess_mapping, own_targets
from genjin.intake.rules.columns import reader_of as reader_of_customer
from genjin.intake.rules.sales import DEAL_DATES, DEAL_TARGETS, PRODUCT_TARGETS
from genjin.intake.rules.sales import READERS as SALES_READERS
from genjin.intake.rules.values import NO, YES, CellReader, Values, moment_reader, text_reader
from genjin.kit.dates import Order
from genjin.kit.errors import ValueRefused
from genjin.kit.sheets.header import header_key
from genjin.kit.text import fold


class SheetKind(TextChoices):
    """What the rows of a sheet are."""

    CUSTOMERS = "customers", gettext_lazy("Customers")
    CONTACTS = "contacts", gettext_lazy("People of customers")
    FOLLOWUPS = "followups", gettext_lazy("Follow-up history")
    TASKS = "tasks", gettext_lazy("Tasks")
    PRODUCTS = "products", gettext_lazy("Products")
    OPPORTUNITIES = "opportunities", gettext_lazy("Opportunities")


_WHOSE = (
    Target("name", "客户名称", "示例科技(深圳)有限公司", help="必填。已有客户的全称。"),
    Target("credit_code", "统一社会信用代码", "", help="有代码时按代码找客户。"),
    Target("customer_code", "客户编号", "", ("编号", "customer code", "customer no"), help="如 KH000012;填了就按编号找客户。"),
)  # fmt: skip
_OF_KIND: Mapping[SheetKind, tuple[Target, ...]] = {
    SheetKind.CUSTOMERS: TARGETS,
    SheetKind.CONTACTS: (
        *_WHOSE,
        *(BY_KEY[f"contact.{name}"] for name in ("name", "job_title", "phone", "wechat", "email")),
        Target("person.is_decider", "是否决策人", "是", ("决策人", "关键人", "is decider", "decision maker")),
        Target("person.preference", "沟通偏好", "微信,下午", ("偏好", "联系偏好", "preference"), longest=120),
        Target("person.notes", "联系人备注", "", ("备注", "notes", "remark"), longest=4000),
    ),
    SheetKind.FOLLOWUPS: (
        *_WHOSE,
        Target("record.happened_at", "跟进时间", "2026-03-05 14:30", ("跟进日期", "沟通时间", "联系时间", "拜访时间", "时间", "日期", "date", "activity date", "happened at"), help="必填。"),
        Target("record.author", "跟进人", "", ("记录人", "销售", "业务员", "创建人", "负责人", "author", "user", "owner"), longest=60, help="姓名或登录名;空白为导入人。"),
        Target("record.method", "跟进方式", "电话", ("方式", "沟通方式", "联系方式", "跟进类型", "method", "type"), help="电话、微信、上门拜访、邮件、线上会议、短信、活动、其他。"),
        Target("record.contact", "联系人", "张三", ("联系人姓名", "contact"), longest=80),
        Target("record.summary", "跟进内容", "客户确认了预算,下周看演示", ("内容", "沟通内容", "跟进记录", "跟进情况", "记录", "summary", "content", "description"), longest=8000, help="必填。"),
        Target("record.feedback", "客户反馈", "价格可以再谈", ("反馈", "feedback"), longest=8000),
        Target("record.new_needs", "新需求", "", ("新的需求", "new needs"), longest=8000),
        Target("record.risks", "风险", "", ("风险与问题", "问题", "risks"), longest=8000),
        Target("record.next_at", "下次跟进时间", "2026-12-20 09:00", ("下次跟进日期", "下次联系时间", "下次时间", "next follow up", "next date"), help="未来的时间会建一个跟进任务。"),
        Target("record.next_text", "下次跟进内容", "现场演示", ("下次跟进计划", "下一步", "下一步计划", "next step"), longest=300),
    ),
    SheetKind.TASKS: (
        *_WHOSE,
        Target("task.objective", "任务内容", "寄送样品", ("任务", "任务名称", "任务主题", "待办", "待办事项", "内容", "subject", "task", "objective"), longest=300, help="必填。"),
        Target("task.due_at", "截止时间", "2026-12-20 09:00", ("截止日期", "到期时间", "计划时间", "完成期限", "due", "due date", "deadline"), help="必填。"),
        Target("task.assignee", "执行人", "", ("负责人", "处理人", "assignee", "owner"), longest=60, help="姓名或登录名;空白为客户负责人。"),
        Target("task.method", "方式", "电话", ("跟进方式", "method")),
        Target("task.materials", "准备资料", "", ("资料", "materials"), longest=300),
        Target("task.status", "状态", "未完成", ("任务状态", "完成情况", "status"), help="未完成、已完成、已取消;空白为未完成。"),
        Target("task.outcome", "结果", "", ("完成结果", "outcome", "result"), longest=4000),
    ),
    SheetKind.PRODUCTS: PRODUCT_TARGETS,
    SheetKind.OPPORTUNITIES: (*_WHOSE, *DEAL_TARGETS),
}  # fmt: skip
REQUIRED: Mapping[SheetKind, tuple[str, ...]] = {
    SheetKind.CUSTOMERS: (),
    SheetKind.CONTACTS: (),
    SheetKind.FOLLOWUPS: ("record.happened_at", "record.summary"),
    SheetKind.TASKS: ("task.objective", "task.due_at"),
    SheetKind.PRODUCTS: (),
    SheetKind.OPPORTUNITIES: ("deal.stage",),
}
NAME_OF = {
    kind: "product.name" if kind == SheetKind.PRODUCTS else "name" for kind in SheetKind
}  # without which no row is any
_ALL = {target.key: target for targets in _OF_KIND.values() for target in targets} | BY_KEY
_DATES = frozenset({"record.happened_at", "record.next_at", "task.due_at", *DEAL_DATES})
_OF_GOODS = frozenset({"product.code", "product.list_price", "product.family"})
_MARKS = frozenset({"person.is_decider", "person.preference"})  # headers that only a sheet of people has
METHODS = {
    "电话": Method.PHONE, "打电话": Method.PHONE, "电话沟通": Method.PHONE, "call": Method.PHONE, "phone": Method.PHONE,
    "微信": Method.WECHAT, "企业微信": Method.WECHAT, "wechat": Method.WECHAT, "拜访": Method.VISIT, "上门": Method.VISIT,
    "上门拜访": Method.VISIT, "面谈": Method.VISIT, "实地拜访": Method.VISIT, "visit": Method.VISIT, "邮件": Method.EMAIL,
    "电子邮件": Method.EMAIL, "email": Method.EMAIL, "mail": Method.EMAIL, "会议": Method.MEETING, "线上会议": Method.MEETING,
    "视频会议": Method.MEETING, "meeting": Method.MEETING, "短信": Method.SMS, "sms": Method.SMS, "展会": Method.EVENT,
    "活动": Method.EVENT, "event": Method.EVENT, "其他": Method.OTHER, "其它": Method.OTHER, "other": Method.OTHER,
}  # fmt: skip
STATUSES = {
    "未完成": TaskStatus.OPEN, "进行中": TaskStatus.OPEN, "待办": TaskStatus.OPEN, "待处理": TaskStatus.OPEN, "open": TaskStatus.OPEN,
    "已完成": TaskStatus.DONE, "完成": TaskStatus.DONE, "done": TaskStatus.DONE, "completed": TaskStatus.DONE,
    "已取消": TaskStatus.CANCELLED, "取消": TaskStatus.CANCELLED, "作废": TaskStatus.CANCELLED, "cancelled": TaskStatus.CANCELLED,
}  # fmt: skip


def targets_of(kind: SheetKind, own: Iterable[Definition] = ()) -> tuple[Target, ...]:
    """Return the fields a sheet of this kind may fill, own fields of customers among them."""
    return (*_OF_KIND[kind], *(own_targets(own) if kind == SheetKind.CUSTOMERS else ()))


def target_of(key: str) -> Target:
    """Return the field of a key, of whatever kind of sheet."""
    return _ALL[key]


def is_date(key: str) -> bool:
    """Whether a field holds a day or a moment."""
    return key in _DATES or (key in _ALL and _ALL[key].is_date)


def _words_of(kind: SheetKind) -> dict[str, str]:
    words: dict[str, str] = {}
    for target in _OF_KIND[kind]:
        known = BY_KEY[target.key].synonyms if target.key in BY_KEY else ()
        for word in (target.header, *target.synonyms, *known, target.key):
            words.setdefault(header_key(word), target.key)
    return words


_WORDS = {kind: _words_of(kind) for kind in SheetKind if kind != SheetKind.CUSTOMERS}
ALL_HEADERS = KNOWN_HEADERS.union(*_WORDS.values())


def guess_columns(kind: SheetKind, columns: Sequence[str], own: Iterable[Definition] = ()) -> dict[str, str]:
    """Map each recognised column of a sheet of this kind; the first of two columns for one field wins."""
    if kind == SheetKind.CUSTOMERS:
        return guess_mapping(columns, own)
    mapping: dict[str, str] = {}
    for column in columns:
        words = _WORDS[kind]
        key = words.get(header_key(column)) or words.get(header_key(column.replace("_", " ")))
        if key and key not in mapping.values():
            mapping[column] = key
    return mapping


def recognise(columns: Sequence[str]) -> SheetKind:
    """Say by its headers what a sheet holds: history and tasks by what they must have, people by what only they have."""
    for kind in (SheetKind.FOLLOWUPS, SheetKind.TASKS):
        exact = {header_key(_ALL[key].header) for key in REQUIRED[kind]}
        found = {header_key(column) for column in columns}
        if exact & found and set(REQUIRED[kind]) <= set(guess_columns(kind, columns).values()):
            return kind
    deals = set(guess_columns(SheetKind.OPPORTUNITIES, columns).values())
    if {"name", "deal.stage"} <= deals and deals & {"deal.code", "deal.name"}:
        return SheetKind.OPPORTUNITIES
    goods = set(guess_columns(SheetKind.PRODUCTS, columns).values())
    if "product.name" in goods and goods & _OF_GOODS and "name" not in deals:
        return SheetKind.PRODUCTS
    if _MARKS & set(guess_columns(SheetKind.CONTACTS, columns).values()):
        others = set(guess_mapping(columns).values()) - {"name", "credit_code", "notes", "authority"}
        if all(key.startswith("contact.") for key in others):
            return SheetKind.CONTACTS
    return SheetKind.CUSTOMERS


def reader_of(key: str, *, order: Order, zone: ZoneInfo, own: Iterable[Definition] = ()) -> CellReader:
    """Return the reader of a field's cells; `order` is how the column writes dates (YMD, DMY, MDY)."""
    if key in BY_KEY or is_own_key(key):
        return reader_of_customer(key, order=order, zone=zone, own=own)
    if key in _DATES:
        return moment_reader(key, order, zone)
    return _READERS.get(key) or text_reader(key, _ALL[key].longest)


def _read_code(text: str) -> Values:
    number = code_in(text) or (int(text) if text.isdecimal() and len(text) < 13 else None)
    if number is None:
        raise ValueRefused(_("Write a customer number like KH000012."), "customer_code_invalid")
    return {"customer_code": number}


def _read_method(text: str) -> Values:
    method = METHODS.get(fold(text)) or next((METHODS[word] for word in METHODS if word in text), None)
    if method is None:
        words = "、".join(dict.fromkeys(str(one.label) for one in Method))
        raise ValueRefused(_("Write one of: %(words)s.") % {"words": words}, "method_unknown")
    return {"method": method}


def _read_status(text: str) -> Values:
    status = STATUSES.get(fold(text))
    if status is None:
        raise ValueRefused(
            _("Write one of: %(words)s.") % {"words": "、".join(STATUSES)}, "task_status_unknown"
        )
    return {"task.status": status}


def _read_decider(text: str) -> Values:
    word = text.strip().lower()
    if word not in YES and word not in NO:
        raise ValueRefused(_("Write yes or no."), "flag_unknown")
    return {"person.is_decider": word in YES}


_READERS: Mapping[str, CellReader] = {
    "customer_code": _read_code,
    "record.method": _read_method,
    "task.method": _read_method,
    "task.status": _read_status,
    "person.is_decider": _read_decider,
    **SALES_READERS,
}
