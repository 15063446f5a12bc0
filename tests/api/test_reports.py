"""Reports through the API: the door only."""

from genjin.followups.models import WorkReport


def test_a_report_is_begun_handed_in_and_answered(call, alice, bob, charlie):
    begun = call(alice).get("/work-reports/draft?kind=week").json()
    assert begun["figures"]["contacts"] == 0 and begun["first"] <= begun["last"]
    answer = call(alice).post("/work-reports", {"kind": "day", "done": "拜访两家"})
    assert answer.status_code == 201, answer.content
    address = f"/work-reports/{answer.json()['id']}/comment"
    assert call(charlie).post(address, {"comment": "看看"}).status_code == 404
    assert call(bob).post(address, {"comment": "很好"}).json()["commented_by"]["name"] == bob.name
    assert [row["done"] for row in call(bob).get("/work-reports?kind=day").json()["items"]] == ["拜访两家"]
    assert call(charlie).get("/work-reports").json()["items"] == []


def test_a_refusal_names_the_field_and_keeps_nothing(call, alice):
    answer = call(alice).post("/work-reports", {"kind": "day", "done": " "})
    assert (answer.status_code, answer.json()["code"]) == (422, "report_empty")
    assert call(alice).post("/work-reports", {"kind": "year", "done": "x"}).status_code == 422
    assert not WorkReport.objects.exists()
