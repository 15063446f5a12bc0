"""Rows of customers we have: looked at, updated as by hand, taken back."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from genjin.accounts.queries import local_day
from genjin.care.queries.churn import watched_on
from genjin.customers.actions.records import change_customer, save_contact
from genjin.customers.models import Choice, Contact, Customer, IdentityKey
from genjin.events.models import Event
from genjin.intake.actions import commit as committing
from genjin.intake.actions.commit import commit_batch, request_commit
from genjin.intake.actions.undo import undo_import
from genjin.intake.models import ImportBatch, ImportProblem
from genjin.intake.rules.updates import find_person, wanted
from tests.customers.test_bulk import GOES_ON, rows
from tests.intake.test_same_as_single import rows_of

CODE, OTHER_CODE = "91110000600037341L", "91440300708461136T"
PEOPLE = [{"name": "王一", "phone": "13800000001", "job_title": "采购"}]


@pytest.fixture(autouse=True)
def source(db):
    return Choice.objects.get_or_create(kind="source", name="行业展会")[0]


@pytest.fixture
def known(alice, make_customer):
    return make_customer(
        owner=alice,
        name="甲机电有限公司",
        credit_code=CODE,
        industry="制造业",
        need="排产系统",
        contacts=PEOPLE,
    )


def said(batch, level="rejected"):
    return [(row.row, row.code) for row in ImportProblem.objects.filter(batch=batch, level=level)]


@pytest.mark.parametrize(
    ("mode", "counts"),
    [("create", (1, 0, 1, 0)), ("update", (0, 1, 0, 1)), ("both", (1, 1, 0, 0)), ("fill", (0, 1, 0, 1))],
)
def test_each_mode_does_what_its_name_says_and_the_preview_foretells_it(
    alice, bring, known, now, mode, counts
):
    sheet = "客户名称,所属行业,城市\n甲机电有限公司,贸易,杭州市\n乙机电有限公司,贸易,\n"
    tables = ("customers_customer", "customers_customerrow", "customers_identitykey", "customers_gradechange")
    before = rows(*tables)
    batch = bring(alice, sheet, owner=alice, mode=mode)
    foreseen = batch.counts
    names = ("created", "updated", "duplicates", "rejected")
    assert tuple(foreseen[name] for name in names) == counts
    assert rows(*tables) == before
    request_commit(alice, batch, now=now, in_background=False)
    batch = commit_batch(batch.pk)
    assert batch.counts == foreseen
    known.refresh_from_db()
    assert (known.industry, known.city) == {
        "create": ("制造业", ""), "update": ("贸易", "杭州市"), "both": ("贸易", "杭州市"), "fill": ("制造业", "杭州市"),
    }[mode]  # fmt: skip
    assert Customer.objects.filter(name="乙机电有限公司").exists() == (mode in {"create", "both"})
    if mode in {"update", "fill"}:
        assert said(batch) == [(3, "update_unknown")]


def test_the_preview_shows_old_and_new_by_field(alice, bring, known):
    sheet = "客户名称,统一社会信用代码,所属行业,需求描述,联系人姓名,手机,职务,标签\n"
    sheet += f"甲机电股份有限公司,{CODE},贸易,,王一,13800000001,总经理,重点\n"
    batch = bring(alice, sheet, owner=alice, mode="update")
    assert batch.counts["updated"] == 1
    assert batch.preview["changes"] == {
        "name": {"count": 1, "examples": [[2, "甲机电有限公司", "甲机电股份有限公司"]]},
        "industry": {"count": 1, "examples": [[2, "制造业", "贸易"]]},
        "contact.job_title": {"count": 1, "examples": [[2, "采购", "总经理"]]},
    }
    known.refresh_from_db()
    assert (known.industry, known.version) == ("制造业", 1)


VALUES = {
    "name": st.sampled_from(["甲机电有限公司", "甲機電有限公司", "甲机电有限责任公司"]),
    "industry": st.sampled_from(["", "制造业", "贸易"]),
    "budget": st.sampled_from(["", "50-100万", "8万以下", "100万以上"]),
    "is_authority_clear": st.sampled_from(["", "是"]),
    "need": st.sampled_from(["", "更换排产系统"]),
    "purchase": st.sampled_from(["", "2026-03-01", "2028-02-29", "过完年"]),
    "revenue": st.sampled_from(["", "1-3亿元"]),
    "founded_on": st.sampled_from(["", "2015年", "2016-02-29"]),
    "notes": st.sampled_from(["", "第一行☎"]),
    "district": st.sampled_from(["", "余杭区"]),
}  # fmt: skip
HEADERS = {
    "name": "客户名称", "industry": "所属行业", "budget": "预算范围", "is_authority_clear": "决策权", "need": "需求描述",
    "purchase": "采购时间", "revenue": "年营业额", "founded_on": "成立时间", "notes": "备注", "district": "区县",
}  # fmt: skip


@given(cells=st.fixed_dictionaries(VALUES))
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_sheet_writes_what_a_change_by_hand_writes(alice, bring, make_customer, now, cells):
    def fresh():
        ImportBatch.objects.all().delete()
        Customer.objects.all().delete()
        Event.objects.filter(kind="customer.changed").delete()
        return make_customer(
            owner=alice,
            name="甲机电有限公司",
            credit_code=CODE,
            industry="制造业",
            budget="5万",
            city="杭州市",
        )

    def what_is_there(row):
        found = rows_of(row.pk)
        events = Event.objects.about(row.pk).filter(kind="customer.changed")
        log = [{k: v for k, v in event.data.items() if k != "origin"} for event in events]
        return found, log

    row = fresh()
    fields = {name: text for name, text in cells.items() if text and name != "purchase"}
    if purchase := cells["purchase"]:
        fields["purchase_timing"] = purchase
        fields |= {"purchase_by": purchase} if purchase[0].isdigit() else {}
    change_customer(alice, row, fields, version=1, now=now)
    expected = what_is_there(row)
    row = fresh()
    line = ",".join(cells[name] for name in HEADERS)
    batch = bring(alice, ",".join(HEADERS.values()) + f"\n{line}\n", owner=alice, mode="update")
    request_commit(alice, batch, now=now, in_background=False)
    assert commit_batch(batch.pk).status == "done"
    assert what_is_there(row) == expected


def test_people_and_keys_follow(alice, let_in, known):
    sheet = "客户名称,联系人姓名,手机,邮箱\n甲机电有限公司,王一,13800000001,wang@jia.cn\n甲机电有限公司,李二,13900000002,\n"
    batch = let_in(
        alice, sheet.replace("甲机电有限公司,李二", "甲机电有限公司,李二"), owner=alice, mode="update"
    )
    assert (batch.counts["updated"], batch.counts["duplicates"]) == (1, 1)
    assert Contact.objects.get(customer=known).email == "wang@jia.cn"
    assert IdentityKey.objects.filter(customer=known, key="mail:wang@jia.cn").exists()
    let_in(alice, "客户名称,联系人姓名,手机\n甲机电有限公司,李二,13900000002\n", owner=alice, mode="update")
    assert sorted(Contact.objects.values_list("name", flat=True)) == ["李二", "王一"]


def test_what_is_not_theirs_or_not_one_customer_is_refused_and_stays(
    alice, bob, charlie, let_in, known, make_customer
):
    make_customer(owner=charlie, name="乙机电有限公司", industry="制造业")
    make_customer(owner=alice, name="丙机电有限公司", contacts=[{"name": "丙", "phone": "13700000001"}])
    make_customer(owner=alice, name="丁机电有限公司", contacts=[{"name": "丁", "phone": "13700000002"}])
    sheet = "客户名称,手机,所属行业\n乙机电有限公司,,贸易\n丙机电有限公司,13700000002,贸易\n"
    batch = let_in(alice, sheet, owner=alice, mode="both")
    assert said(batch) == [(2, "update_not_found"), (3, "update_ambiguous")]
    assert set(Customer.objects.values_list("industry", flat=True)) == {"制造业", ""}
    assert batch.counts["rejected"] == 2
    batch = let_in(bob, "客户名称,所属行业\n甲机电有限公司,贸易\n", owner=bob, mode="update")
    assert batch.counts["updated"] == 1  # who leads the owner may


def test_found_by_a_number_the_name_stays(alice, let_in, known):
    batch = let_in(
        alice, "客户名称,手机,所属行业\n完全不同的公司,13800000001,贸易\n", owner=alice, mode="update"
    )
    known.refresh_from_db()
    assert (known.name, known.industry) == ("甲机电有限公司", "贸易")
    assert (2, "name_kept") in said(batch, "warning")


def test_stage_and_grade_stay_and_the_owner_changes_only_for_who_may_assign(
    alice, bob, charlie, let_in, known
):
    sheet = "客户名称,级别,负责人\n甲机电有限公司,A,bob\n"
    let_in(alice, sheet, owner=alice, mode="update")
    known.refresh_from_db()
    assert (known.owner, known.grade, known.stage) == (alice, "B", "lead")
    batch = let_in(bob, sheet, owner=bob, mode="update")
    known.refresh_from_db()
    assert (known.owner, batch.counts["updated"]) == (bob, 1)
    undone = undo_import(bob, batch, now=batch.finished_at)
    known.refresh_from_db()
    assert (known.owner, undone.left) == (alice, [])


# Taking it back

FULL = (
    "客户名称,统一社会信用代码,所属行业,预算范围,成立时间,标签,联系人姓名,手机,职务,展位\n"
    f"甲机电股份有限公司,{CODE},贸易,50-100万,2015年,重点,王一,13800000001,总经理,A1\n"
    "戊机电有限公司,,贸易,,,,李五,13600000001,,\n"
)


def test_an_undo_brings_every_table_back(alice, let_in, known, now):
    tables = ("customers_customer", "customers_identitykey", "customers_searchdocument")
    before = rows(*tables, besides=GOES_ON), list(Contact.objects.values("name", "phone", "job_title"))
    batch = let_in(alice, FULL, owner=alice, mode="both", keep_unknown=["展位"])
    assert (batch.counts["created"], batch.counts["updated"]) == (1, 1)
    known.refresh_from_db()
    assert (known.name, known.extra, [str(tag) for tag in known.tags.all()]) == (
        "甲机电股份有限公司", {"展位": "A1"}, ["重点"],
    )  # fmt: skip
    undone = undo_import(alice, batch, now=now)
    assert (undone.removed, undone.restored, undone.left, undone.kept) == (1, 1, [], [])
    assert (
        rows(*tables, besides=GOES_ON),
        list(Contact.objects.values("name", "phone", "job_title")),
    ) == before
    assert not known.tags.exists()


def test_what_somebody_changed_since_stays_and_is_listed(alice, let_in, known, now):
    batch = let_in(alice, FULL, owner=alice, mode="update")
    later = now + timedelta(hours=1)
    known.refresh_from_db()
    change_customer(alice, known, {"industry": "采矿"}, version=known.version, now=later)
    save_contact(alice, known, {"job_title": "董事长"}, contact=known.contacts.get(), now=later)
    undone = undo_import(alice, batch, now=later)
    known.refresh_from_db()
    assert (known.industry, known.name, known.budget_min) == ("采矿", "甲机电有限公司", None)
    assert known.contacts.get().job_title == "董事长"
    assert [pk for pk, _name, _why in undone.left] == [known.pk]
    batch.refresh_from_db()
    assert (batch.counts["restored"], batch.counts["left"]) == (0, 1)


@pytest.mark.parametrize("moves", [1, 2, 3])
def test_killed_in_the_middle_it_updates_each_once(alice, bring, make_customer, now, monkeypatch, moves):
    monkeypatch.setattr(committing, "CHUNK", 1)
    monkeypatch.setattr(committing, "SMALLEST_CHUNK", 1)
    for name in "甲乙丙":
        make_customer(owner=alice, name=f"{name}机电有限公司", industry="制造业")
    sheet = "客户名称,所属行业\n" + "".join(f"{name}机电有限公司,贸易\n" for name in "甲乙丙甲")
    batch = bring(alice, sheet, owner=alice, mode="update")
    request_commit(alice, batch, now=now, in_background=False)

    def pull_the_plug(done, _total):
        if done == moves:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        commit_batch(batch.pk, on_progress=pull_the_plug)
    batch = commit_batch(batch.pk)
    assert (batch.counts["updated"], batch.counts["duplicates"]) == (3, 1)
    assert set(Customer.objects.values_list("industry", "version")) == {("贸易", 2)}


# Rules


def test_an_empty_cell_changes_nothing_and_another_place_clears_what_lay_below_the_old_one():
    now = {"province": "浙江省", "city": "杭州市", "district": "余杭区", "extra": {"a": "1"}}
    values = {
        "name": "甲",
        "province": "广东省",
        "city": "",
        "budget_min": None,
        "budget_max": 80000,
        "extra": {"b": "2"},
    }
    assert wanted(values, now.get, fill=False, may_rename=False) == {
        "province": "广东省", "city": "", "district": "", "budget_min": None, "budget_max": 80000,
        "extra": {"a": "1", "b": "2"},
    }  # fmt: skip
    assert wanted({"name": "甲"}, now.get, fill=False, may_rename=False) == {}
    assert wanted(values, now.get, fill=True, may_rename=True) == {
        "budget_min": None, "budget_max": 80000, "extra": {"b": "2", "a": "1"},
    }  # fmt: skip


def test_a_person_is_known_by_number_or_mail_and_by_a_name_only_one_has():
    people = [
        {"name": "王一", "phone": "1", "email": "a@b.cn"},
        {"name": "王一", "phone": "2"},
        {"name": "李二"},
    ]

    def find(**given):
        return find_person(given, people, lambda person, name: person.get(name, ""))

    assert find(name="王一", phone="2") is people[1]
    assert find(email="A@B.cn") is people[0]
    assert find(name="李二") is people[2]
    assert find(name="王一") is None
    assert find(phone="3") is None


def test_history_stands_where_the_sheet_says_for_who_may_grant_exceptions(alice, dora, let_in):
    sheet = "客户名称,阶段,成交时间\n乙机电有限公司,已成交,2024-05-06\n丙机电有限公司,未成交,\n丁机电有限公司,流失,\n"
    batch = let_in(alice, sheet, owner=alice)
    rows = Customer.objects.filter(import_batch=batch.pk).order_by("pk")
    assert [row.stage for row in rows] == ["lead"] * 3
    assert {code for _row, code in said(batch, "warning")} >= {"stage_not_reachable"}
    undo_import(alice, batch, now=batch.finished_at)
    batch = let_in(dora, sheet, owner=alice)
    rows = list(Customer.objects.filter(import_batch=batch.pk).order_by("pk"))
    assert [(row.stage, row.no_next_step_since is None) for row in rows] == [
        ("won", False),
        ("lead", False),
        ("lost", True),
    ]
    assert (2, "stage_taken_over") in said(batch, "warning")
    moves = rows[0].stagechanges.order_by("at", "pk").values_list("origin", "target", "at")
    assert [(origin, target, local_day(at)) for origin, target, at in moves] == [
        ("", "lead", date(2024, 5, 6)),
        ("lead", "won", date(2024, 5, 6)),
    ]
    assert watched_on(batch.finished_at)[rows[0].pk] == date(2024, 5, 6)
    undone = undo_import(dora, batch, now=batch.finished_at)
    assert undone.left == []
    assert not Customer.objects.filter(import_batch=batch.pk, deleted_at=None).exists()


def test_a_stage_without_a_day_of_its_own_was_entered_when_the_row_began(alice, dora, let_in):
    sheet = "客户名称,阶段,创建时间\n乙机电有限公司,已成交,2023-02-01\n"
    row = Customer.objects.get(import_batch=let_in(dora, sheet, owner=alice).pk)
    assert (row.stage, local_day(row.stage_entered_at)) == ("won", date(2023, 2, 1))
    moves = row.stagechanges.order_by("at", "pk")
    assert [(one.target, local_day(one.at)) for one in moves] == [
        ("lead", date(2023, 2, 1)),
        ("won", date(2023, 2, 1)),
    ]


def test_not_yet_bought_says_nothing_of_the_stage(alice, dora, let_in, known):
    Customer.objects.filter(pk=known.pk).update(stage="prospect")
    sheet = "客户名称,阶段,城市\n甲机电有限公司,未成交,杭州市\n"
    batch = let_in(alice, sheet, owner=alice, mode="update")
    known.refresh_from_db()
    assert (known.stage, known.city, batch.counts["updated"]) == ("prospect", "杭州市", 1)
    assert (said(batch), said(batch, "warning")) == ([], [])
