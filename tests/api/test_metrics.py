"""Figures by the API: each opens its records, with the caller's rights."""

from genjin.followups.models import FollowUp


def spoken(customer, author, now, *, responded=True):
    return FollowUp.objects.create(
        customer=customer, author=author, happened_at=now, recorded_at=now, summary="谈了价格和交期", got_response=responded
    )  # fmt: skip


def test_a_figure_and_the_rows_it_was_counted_from(alice, bob, charlie, dora, call, make_customer, now):
    mine, theirs = make_customer(owner=alice), make_customer(owner=charlie, name="绍兴上虞风机有限公司")
    said = spoken(mine, alice, now)
    spoken(mine, alice, now, responded=False)
    spoken(theirs, charlie, now)
    days = "first=2026-03-01&last=2026-03-31"
    figure = call(bob).get(f"/metrics/response_rate?{days}&by=person").json()
    assert (
        figure["unit"],
        figure["total"]["value"],
        figure["total"]["whole"],
        figure["total"]["too_few"],
    ) == ("share", "0.500000", 2, True)
    assert [(cell["label"], cell["part"]) for cell in figure["cells"]] == [("艾丽", 1)]
    assert figure["before"]["whole"] == 0
    rows = call(bob).get(f"/metrics/response_rate/records?{days}").json()["items"]
    assert [(row["id"], row["kind"], row["customer"], row["who"]) for row in rows] == [
        (said.pk, "followup", mine.pk, "艾丽")
    ]
    assert len(call(bob).get(f"/metrics/response_rate/records?{days}&of=whole").json()["items"]) == 2
    assert call(dora).get(f"/metrics/contacts?{days}").json()["total"]["part"] == 3
    narrow = call(dora).get(f"/metrics/contacts/records?{days}&by=person&key={charlie.pk}").json()["items"]
    assert [row["customer_name"] for row in narrow] == ["绍兴上虞风机有限公司"]
    assert (
        theirs.name
        not in call(bob).get(f"/metrics/contacts/records?{days}&by=person&key={charlie.pk}").content.decode()
    )


def test_whose_work_and_as_known_when(alice, bob, charlie, call, make_customer, teams, now):
    spoken(make_customer(owner=alice), alice, now)
    days = "first=2026-03-01&last=2026-03-31"
    assert call(bob).get(f"/metrics/contacts?{days}&person=alice").json()["total"]["part"] == 1
    assert call(bob).get(f"/metrics/contacts?{days}&team={teams['top'].pk}").json()["total"]["part"] == 1
    assert call(bob).get(f"/metrics/contacts?{days}&team={teams['B'].pk}").json()["total"]["part"] == 0
    assert call(bob).get(f"/metrics/contacts?{days}&as_of=2026-03-10").json()["total"]["part"] == 0
    assert call(charlie).get(f"/metrics/contacts?{days}").json()["total"]["part"] == 0


def test_the_catalogue_names_formula_and_splits(alice, call):
    listed = {row["name"]: row for row in call(alice).get("/metrics").json()}
    assert listed["win_rate"]["unit"] == "share"
    assert "÷" in listed["win_rate"]["formula"]
    assert {"team", "person", "source", "month"} <= set(listed["win_rate"]["splits"])
    assert "month" not in listed["customers"]["splits"]  # what stands on a day is not cut by days


def test_what_cannot_be_asked_is_said(alice, call):
    assert call(alice).get("/metrics/no_such").status_code == 404
    for query, code in (
        ("by=colour", "split_unknown"), ("first=2026-03-09&last=2026-03-01", "days_backwards"), ("person=nobody", "reference_unknown"),
    ):  # fmt: skip
        answer = call(alice).get(f"/metrics/contacts?{query}")
        assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert call(alice).get("/metrics/contacts/records?by=person&key=zzz").json()["items"] == []
    assert call(alice).get("/metrics/contacts/records?by=month&key=zzz").json()["items"] == []


def test_lists_ask_a_fixed_number_of_queries(alice, call, make_customer, now, django_assert_max_num_queries):
    row = make_customer(owner=alice)
    for _ in range(20):
        spoken(row, alice, now)
    caller = call(alice)
    with django_assert_max_num_queries(12):
        assert (
            len(caller.get("/metrics/contacts/records?first=2026-03-01&last=2026-03-31").json()["items"])
            == 20
        )


def test_cohorts_and_their_customers(alice, charlie, call, make_customer, now):
    rows = [make_customer(owner=alice) for _ in range(2)]
    FollowUp.objects.create(
        customer=rows[0], author=alice, happened_at=now, recorded_at=now, summary="谈了价格"
    )
    days = "step=contacted&first=2000-01-01&last=2100-01-01"
    found = call(alice).get(f"/cohorts?{days}").json()
    assert (found["all"]["size"], found["all"]["ever"]["count"]) == (2, 1)
    [cohort] = found["cohorts"]
    listed = call(alice).get(f"/cohorts/records?{days}&came={cohort['first']}&after=0").json()
    assert [row["customer"] for row in listed["items"]] == [rows[0].pk]
    assert call(charlie).get(f"/cohorts?{days}").json()["cohorts"] == []
    assert call(charlie).get(f"/cohorts/records?{days}").json()["items"] == []
    assert call(alice).get(f"/cohorts?{days}&grain=year").status_code == 422
