"""The door of notices: one's own, as one may see them now."""

from genjin.followups.actions.ownership import assign_customers
from genjin.notices.actions import tell
from genjin.notices.models import Habits, Notice


def told(person, now, **more):
    tell([person], "task_given", key=f"t{Notice.objects.count()}", at=now, who="鲍勃", what="寄样品", **more)
    return Notice.objects.latest("pk")


def test_one_reads_ones_own(alice, bob, call, make_customer, now, django_assert_max_num_queries):
    row = make_customer(owner=alice, name="杭州远景机电有限公司")
    mine = told(alice, now, customer_id=row.pk)
    told(bob, now)
    with django_assert_max_num_queries(9):
        items = call(alice).get("/notices?kind=task_given").json()["items"]
    assert [item["id"] for item in items] == [mine.pk]
    assert items[0]["customer"] == {"id": row.pk, "name": "杭州远景机电有限公司"}
    assert items[0]["url"].endswith(f"/notices/{mine.pk}/")
    assert "寄样品" in items[0]["text"]


def test_a_customer_out_of_sight_is_not_told_of(alice, bob, dora, call, make_customer, now):
    row = make_customer(owner=alice, name="杭州远景机电有限公司")
    told(alice, now, customer_id=row.pk)
    assign_customers(dora, [row.pk], bob, now=now)
    text = call(alice).get("/notices?kind=task_given").content.decode()
    assert "远景" not in text
    assert "寄样品" not in text
    assert '"url":null' in text.replace(" ", "")


def test_pages_and_filters(alice, call, now):
    for _n in range(5):
        told(alice, now)
    first = call(alice).get("/notices?page_size=2").json()
    second = call(alice).get(f"/notices?page_size=2&cursor={first['next']}").json()
    ids = [item["id"] for item in first["items"] + second["items"]]
    assert ids == sorted(ids, reverse=True)
    assert len(set(ids)) == 4
    assert call(alice).get("/notices?unread=false").json()["items"] == []


def test_reading_one_and_all(alice, bob, call, now):
    mine, theirs = told(alice, now), told(bob, now)
    told(alice, now)
    answer = call(alice).post(f"/notices/{mine.pk}/read")
    assert (answer.status_code, answer.json()["read_at"] is not None) == (200, True)
    assert call(alice).post(f"/notices/{theirs.pk}/read").status_code == 404
    assert Notice.objects.get(pk=theirs.pk).read_at is None
    assert call(alice).post("/notices/read").json() == {"read": 1}


def test_how_one_is_told(alice, call):
    usual = call(alice).get("/notices/preferences").json()
    assert (usual["quiet_from"], usual["quiet_until"], usual["modes"]["task_given"]) == (
        "21:00",
        "08:30",
        "at_once",
    )
    changed = call(alice).patch(
        "/notices/preferences", {"quiet_from": "22:00", "modes": {"task_given": "digest"}}
    )
    assert changed.status_code == 200
    assert (changed.json()["quiet_from"], changed.json()["modes"]["task_given"]) == ("22:00", "digest")
    refused = call(alice).patch("/notices/preferences", {"modes": {"customer_given": "off"}})
    assert (refused.status_code, refused.json()["code"]) == (422, "always_told")
    assert Habits.objects.get().modes == {"task_given": "digest"}
