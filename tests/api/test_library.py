"""The library by API."""


def test_a_piece_is_written_found_and_changed(alice, bob, call):
    made = call(bob).post(
        "/library",
        {"kind": "objection", "title": "嫌交期长", "body": "先上最核心的模块", "objection": "delivery"},
    )
    assert made.status_code == 201, made.content
    pk = made.json()["id"]
    found = call(alice).get("/library?kind=objection&q=最核心").json()["items"]
    assert [one["title"] for one in found] == ["嫌交期长"]
    assert call(alice).post("/library", {"title": "x", "body": "y"}).status_code == 403
    changed = call(bob).patch(f"/library/{pk}", {"title": "嫌周期长", "version": 1}).json()
    assert (changed["title"], changed["body"], changed["version"]) == ("嫌周期长", "先上最核心的模块", 2)
    assert call(bob).patch(f"/library/{pk}", {"title": "旧", "version": 1}).status_code == 409
    assert call(alice).get(f"/library/{pk}").json()["uses"] == 0


def test_what_records_should_tell_and_how_good_they_are(alice, make_customer, call):
    row = make_customer(owner=alice)
    found = call(alice).get("/record-templates").json()
    lead = next(one for one in found if one["stage"] == "lead")
    assert lead["prompts"][0]["label"] == "怎么知道我们"
    step = {"objective": "演示", "due_at": "2099-01-05T09:00:00+08:00"}
    body = {
        "method": "phone",
        "summary": "客户在展会上见过我们,想看演示",
        "next_actions": [step],
        "template": lead["id"],
    }
    said = call(alice).post(f"/customers/{row.pk}/followups", body).json()
    assert (said["template"], said["quality"] < 80, len(said["better_with"])) == (lead["id"], True, 2)


def test_whom_to_greet_by_api(alice, charlie, make_customer, call):
    from django.utils import timezone

    today = timezone.localdate()
    person = make_customer(
        owner=alice, contacts=[{"name": "王经理", "birthday": f"{today:%m-%d}"}]
    ).contacts.get()
    listed = call(alice).get("/greetings").json()[0]
    assert (listed["contact"]["name"], listed["occasion"]) == ("王经理", f"birthday:{today.year}")
    assert call(charlie).get("/greetings").json() == []
    body = {"occasion": listed["occasion"], "text": "生日快乐"}
    assert call(charlie).post(f"/contacts/{person.pk}/greeting", body).status_code == 404
    assert call(alice).post(f"/contacts/{person.pk}/greeting", body).json()["followup"]
    assert call(alice).post(f"/contacts/{person.pk}/greeting", body).status_code == 409
