"""The columns of an export: their keys, their headers, and the sets people choose from. Headers are the import's."""

from collections.abc import Container, Iterable, Mapping

from django.utils.translation import gettext as _

from genjin.intake.rules.columns import BY_KEY
from genjin.kit.errors import RuleError, wrong_at

_FROM_IMPORT = (
    "name", "kind", "customer_type", "credit_code", "industry", "size", "revenue", "founded_on", "province", "city", "district",
    "address", "main_business", "website", "source", "contact.name", "contact.job_title", "contact.phone", "contact.wechat",
    "contact.email", "need", "pain_points", "budget", "authority", "purchase", "competitors", "intent", "grade", "owner",
    "first_contact_at", "last_contact_at", "created_at", "created_by", "campaign", "tags",
    "target_customers", "desired_cooperation", "past_projects", "cooperation_period", "satisfaction_score", "commitments",
    "negotiation_progress", "repurchase_intent", "notes",
)  # fmt: skip
HEADERS: Mapping[str, str] = {key: BY_KEY[key].header for key in _FROM_IMPORT} | {
    "code": "客户编号", "stage": "阶段", "score": "评分", "label": "线索标签", "pool": "公海", "next_action_at": "下次跟进时间",
    "idle": "未跟进天数", "employee_count": "员工人数", "old_registration_no": "旧注册号", "industry_rank": "行业排名",
    "news": "近期动态", "source_detail": "来源说明",
    "decision_process": "决策流程", "need_fit": "需求匹配度",
    "contact.role": "联系人角色", "contact.phone2": "备用电话", "extra": "更多字段", "completeness": "信息完整度",
    "updated_at": "更新时间",
}  # fmt: skip
USUAL = (
    "name", "kind", "customer_type", "credit_code", "industry", "size", "province", "city", "district", "address",
    "main_business", "source", "contact.name", "contact.job_title", "contact.phone", "contact.wechat", "contact.email",
    "need", "budget", "purchase", "grade", "owner", "first_contact_at", "last_contact_at", "created_at", "tags", "notes",
)  # fmt: skip
ALL = ("code", *_FROM_IMPORT, *(key for key in HEADERS if key not in _FROM_IMPORT and key != "code"))
PERSONAL = frozenset({"contact.name", "contact.phone", "contact.phone2", "contact.wechat", "contact.email"})
# What the columns of the list are called here.
OF_LIST: Mapping[str, tuple[str, ...]] = {
    "last_contact": ("last_contact_at",), "next_action": ("next_action_at",), "created": ("created_at",),
    "city": ("province", "city"), "owner": ("owner", "pool"),
}  # fmt: skip
MARK = "导出标记"
MOST_ROWS = 1_000_000
NO_OWN: Mapping[str, str] = {}


def of_list(keys: Iterable[str], own: Mapping[str, str] = NO_OWN) -> list[str]:
    """Return the columns of an export that show what the list's columns `keys` show; the name always first."""
    found = [name for key in keys for name in OF_LIST.get(key, (key,)) if name in HEADERS or name in own]
    return list(dict.fromkeys(["name", *found]))


def check_columns(keys: Iterable[str], own: Mapping[str, str] = NO_OWN) -> list[str]:
    """Return the chosen columns without repeats; the usual ones when none is chosen. Raises RuleError `column_unknown`.

    `own` are the labels of the own fields by key.
    """
    return known_only(keys, {**HEADERS, **own}) or list(USUAL)


def known_only(keys: Iterable[str], known: Container[str]) -> list[str]:
    """Return columns without repeats. Raises RuleError `column_unknown` for one that is not known."""
    chosen = list(dict.fromkeys(keys))
    unknown = [key for key in chosen if key not in known]
    if unknown:
        sentence = _("Unknown column: %(names)s.") % {"names": ", ".join(unknown)[:200]}
        raise wrong_at("columns", sentence, "column_unknown")
    return chosen


def refuse_size(rows: int) -> None:
    """Refuse what no sheet holds. Raises RuleError `export_too_large`."""
    if rows > MOST_ROWS:
        raise RuleError(_("More than 1,000,000 rows; narrow the list first."), "export_too_large")


def refuse_empty(rows: int) -> None:
    """Refuse an empty sheet. Raises RuleError `export_empty`."""
    if not rows:
        raise RuleError(_("There is nothing to export."), "export_empty")
