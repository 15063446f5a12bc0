"""复盘 as pages: made, concluded, decided and published; read by the team without what is out of its sight."""

from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.utils import timezone
from python_calamine import CalamineWorkbook

from genjin.accounts.queries import local_day
from genjin.customers.models import Choice, Customer, StageChange
from genjin.events.models import Event
from genjin.followups.models import FollowUp, Task
from genjin.insights.actions.review_actions import add_action
from genjin.insights.actions.reviews import make_review, publish_review, write_conclusions
from genjin.insights.models import Review, ReviewAction
from genjin.insights.queries.reviews.reading import Reading
from genjin.insights.queries.reviews.sheet import sheet_of
from genjin.insights.queries.reviews.word import word_of
from genjin.insights.rules.reviews import NewDeed

LOST = "平湖失去阀门有限公司"


@pytest.fixture
def moment():
    return timezone.now()


@pytest.fixture
def worked(make_customer, alice, bob, moment):
    """Alice spoke twelve times with one customer; one of bob's was lost."""
    mine, gone = make_customer(owner=alice, name="宁波海天塑机有限公司"), make_customer(owner=bob, name=LOST)
    for at in range(12):
        FollowUp.objects.create(customer=mine, author=alice, happened_at=moment, recorded_at=moment, summary="谈了价格和交期", method="phone", got_response=at % 2 == 0)  # fmt: skip
    reason = Choice.objects.filter(kind=Choice.Kind.LOST_REASON).first()
    StageChange.objects.create(customer=gone, origin="lead", target="lost", at=moment, by=bob)
    Customer.objects.filter(pk=gone.pk).update(stage="lost", lost_reason=reason)
    return mine


@pytest.fixture
def draft(worked, bob, teams, moment):
    return make_review(bob, "week", local_day(moment), teams["A"], now=moment)


def page(client, user, address):
    client.force_login(user)
    return client.get(address)


def test_a_lead_makes_one_by_hand_and_a_member_does_not(client, alice, bob, charlie, teams, worked, moment):
    body = {"kind": "month", "day": str(local_day(moment)), "team": teams["A"].pk}
    for stranger in (alice, charlie):
        client.force_login(stranger)
        assert client.post("/reviews/new/", body).status_code == 403
    assert not Review.objects.exists()
    client.force_login(bob)
    answer = client.post("/reviews/new/", body)
    row = Review.objects.get()
    assert (answer.status_code, answer.headers["Location"], row.team, row.kind) == (302, f"/reviews/{row.pk}/", teams["A"], "month")  # fmt: skip
    again = client.post("/reviews/new/", body)
    assert (again.status_code, Review.objects.count()) == (422, 1)
    assert client.post("/reviews/new/", {**body, "team": teams["B"].pk}).status_code == 422
    assert client.post("/reviews/new/", {**body, "team": ""}).status_code == 422
    assert Review.objects.count() == 1


def test_it_reads_like_a_report_and_its_numbers_open_their_records(client, bob, draft):
    body = page(client, bob, f"/reviews/{draft.pk}/").content.decode()
    for heading in ("要点", "结论", "漏斗", "过程合规", "跟进方式效果", "流失客户"):  # fmt: skip
        assert heading in body
    assert LOST in body
    assert f"/insights/figures/contacts/records/?from={draft.first}&amp;to={draft.last}&amp;team={draft.team_id}" in body  # fmt: skip
    assert 'data-chart="' in body
    assert "50.0%" in body  # of twelve contacts; of nine there would be no share


def test_strangers_find_nothing_and_the_team_reads_what_is_published(client, alice, bob, charlie, lena, draft, moment):  # fmt: skip
    for person in (alice, charlie, lena):
        assert page(client, person, f"/reviews/{draft.pk}/").status_code == 404
    publish_review(bob, draft, now=moment)
    for person in (charlie, lena):
        assert page(client, person, f"/reviews/{draft.pk}/").status_code == 404
        assert f"/reviews/{draft.pk}/" not in page(client, person, "/reviews/").content.decode()
    body = page(client, alice, f"/reviews/{draft.pk}/").content.decode()
    assert LOST not in body
    assert "另有 1 个您无权查看" in body
    assert "鲍勃" not in body.split('id="pace"')[1].split('id="methods"')[0]
    assert f"/reviews/{draft.pk}/" in page(client, alice, "/reviews/").content.decode()


def test_conclusions_are_written_in_the_page_and_never_over_somebody_else_s(client, bob, dora, alice, draft):
    address = f"/reviews/{draft.pk}/conclusions/"
    client.force_login(bob)
    assert client.post(address, {"conclusions": "盯住初次联系", "version": 1}).status_code == 302
    client.force_login(dora)
    stale = client.post(address, {"conclusions": "别的", "version": 1})
    assert (stale.status_code, Review.objects.get().conclusions) == (422, "盯住初次联系")
    assert "盯住初次联系" in stale.content.decode()
    client.force_login(alice)
    assert client.post(address, {"conclusions": "x", "version": 2}).status_code == 404
    assert Review.objects.get().conclusions == "盯住初次联系"


def test_an_action_becomes_a_task_and_the_workbench_tells_of_the_rest(client, alice, bob, draft, worked, moment):  # fmt: skip
    client.force_login(bob)
    due = str(local_day(moment) + timedelta(days=3))
    body = {"what": "带技术同事再去一次", "owner": alice.pk, "due_on": due, "customer": worked.name}
    assert client.post(f"/reviews/{draft.pk}/actions/", body).status_code == 302
    assert (Task.objects.get(objective=body["what"]).assignee, Task.objects.get(objective=body["what"]).customer) == (alice, worked)  # fmt: skip
    assert client.post(f"/reviews/{draft.pk}/actions/", {**body, "what": "更新开场话术", "customer": ""}).status_code == 302  # fmt: skip
    assert client.post(f"/reviews/{draft.pk}/actions/", {**body, "customer": "没有这家"}).status_code == 422
    assert ReviewAction.objects.count() == 2
    assert "更新开场话术" in page(client, alice, "/").content.decode()
    assert f"/reviews/{draft.pk}/" in page(client, bob, "/").content.decode()


def test_settling_is_for_who_was_to_do_it(client, alice, bob, charlie, draft, moment):
    action = add_action(bob, draft, NewDeed("更新话术", local_day(moment)), alice, now=moment)
    publish_review(bob, draft, now=moment)
    address = f"/reviews/actions/{action.pk}/settle/"
    assert page(client, charlie, address).status_code == 404
    assert client.post(address, {"outcome": "x"}).status_code == 404
    client.force_login(alice)
    assert client.post(address, {"outcome": "写好了"}).status_code == 302
    assert ReviewAction.objects.get().outcome == "写好了"
    assert client.get(f"/reviews/actions/{action.pk}/remove/").status_code == 403


def test_what_is_about_a_customer_out_of_sight_says_nothing(client, alice, bob, draft, make_customer, moment):
    theirs = make_customer(owner=bob, name="绍兴上虞风机有限公司")
    action = add_action(bob, draft, NewDeed("去绍兴上虞谈涨价", local_day(moment)), bob, customer=theirs, now=moment)  # fmt: skip
    publish_review(bob, draft, now=moment)
    body = page(client, alice, f"/reviews/{draft.pk}/").content.decode()
    assert "上虞" not in body
    assert "涉及您无权查看的客户" in body
    assert page(client, alice, f"/reviews/actions/{action.pk}/settle/").status_code == 403


def test_publishing_asks_first_and_leaves_nothing_to_change(client, bob, draft):
    client.force_login(bob)
    assert client.get(f"/reviews/{draft.pk}/publish/").status_code == 200
    assert Review.objects.get().state == "draft"
    assert client.post(f"/reviews/{draft.pk}/publish/").status_code == 302
    assert Review.objects.get().state == "published"
    body = client.get(f"/reviews/{draft.pk}/").content.decode()
    assert "重新统计" not in body
    assert "<textarea" not in body.split('id="conclusions"')[1]
    assert client.post(f"/reviews/{draft.pk}/count/").status_code == 409


def test_a_review_costs_few_queries(client, bob, draft, django_assert_max_num_queries):
    client.force_login(bob)
    client.get("/")
    with django_assert_max_num_queries(50):
        client.get(f"/reviews/{draft.pk}/")


def test_word_and_excel_say_what_the_page_says_and_taking_them_along_is_noted(client, alice, bob, charlie, draft, moment):  # fmt: skip
    publish_review(bob, draft, now=moment)
    client.force_login(bob)
    word, sheet = client.get(f"/reviews/{draft.pk}/word/"), client.get(f"/reviews/{draft.pk}/sheet/")
    text = paper_text(word.content)
    for said in ("跟进方式效果", "50.0%", LOST, "要点"):
        assert said in text
    rows = {(row[0], row[3]) for row in calamine(sheet.content).get_sheet_by_name("跟进方式效果").to_python() if len(row) > 3}  # fmt: skip
    assert ("电话", 0.5) in rows
    with ZipFile(BytesIO(sheet.content)) as book:
        charts = [book.read(name).decode() for name in book.namelist() if name.startswith("xl/charts/chart")]
    assert charts and all('<c:min val="0"/>' in chart for chart in charts)
    assert [one.data["form"] for one in Event.objects.filter(kind="review.exported").order_by("pk")] == ["docx", "xlsx"]  # fmt: skip
    for person, status in ((alice, 403), (charlie, 403)):
        client.force_login(person)
        assert client.get(f"/reviews/{draft.pk}/word/").status_code == status
    assert Event.objects.filter(kind="review.exported").count() == 2


def test_files_name_no_customer_out_of_sight_and_run_nothing(
    bob, dora, draft, moment, make_customer, charlie
):
    Customer.objects.filter(name=LOST).update(owner=charlie)
    write_conclusions(bob, draft, "=HYPERLINK(1)\n第二行", 1, now=moment)
    read = Reading(bob, Review.objects.select_related("team").get(), local_day(moment))
    assert LOST not in paper_text(word_of(read, moment))
    sheets = calamine(sheet_of(read, moment))
    cells = [str(cell) for name in sheets.sheet_names for row in sheets.get_sheet_by_name(name).to_python() for cell in row]  # fmt: skip
    assert LOST not in cells
    assert "'=HYPERLINK(1)" in cells


def paper_text(content):
    with ZipFile(BytesIO(content)) as file:
        return file.read("word/document.xml").decode()


def calamine(content):
    return CalamineWorkbook.from_filelike(BytesIO(content))
