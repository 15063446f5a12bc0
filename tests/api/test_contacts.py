from genjin.customers.models import Contact


def test_people_are_added_changed_and_taken_off(alice, call, make_customer):
    row, caller = make_customer(owner=alice), call(alice)
    body = {"name": "王小明", "phone": "138 1234 5678", "role": "最终决策人"}
    made = caller.post(f"/customers/{row.pk}/contacts", body)
    assert made.status_code == 201, made.content
    one = made.json()
    assert (one["phone"], one["role"], one["is_primary"], one["version"]) == (
        "13812345678",
        "最终决策人",
        True,
        1,
    )
    second = caller.post(f"/customers/{row.pk}/contacts", {"name": "李雷"}).json()
    assert [c["id"] for c in caller.get(f"/customers/{row.pk}/contacts").json()["items"]] == [
        one["id"],
        second["id"],
    ]
    changed = caller.patch(f"/contacts/{one['id']}", {"version": 1, "job_title": "厂长"})
    assert (changed.json()["job_title"], changed.json()["version"]) == ("厂长", 2)
    assert caller.delete(f"/contacts/{one['id']}").status_code == 204
    assert [c["is_primary"] for c in caller.get(f"/customers/{row.pk}/contacts").json()["items"]] == [True]


def test_a_stale_version_names_the_field_and_keeps_the_rest(alice, bob, call, make_customer):
    row = make_customer(owner=alice, contacts=[{"name": "王小明", "phone": "13812345678"}])
    contact = row.contacts.get()
    assert (
        call(bob).patch(f"/contacts/{contact.pk}", {"version": 1, "phone": "13912345678"}).status_code == 200
    )
    beside = call(alice).patch(f"/contacts/{contact.pk}", {"version": 1, "job_title": "厂长"})
    assert beside.status_code == 200
    same = call(alice).patch(f"/contacts/{contact.pk}", {"version": 1, "phone": "13712345678"})
    assert same.status_code == 409
    assert list(same.json()["fields"]) == ["phone"]
    assert same.json()["details"]["conflicts"]["phone"]["theirs"] == "13912345678"
    contact = Contact.objects.get()
    assert (contact.phone, contact.job_title, contact.version) == ("13912345678", "厂长", 3)


def test_nobody_at_all_and_unreadable_numbers_are_refused(alice, call, make_customer):
    row, caller = make_customer(owner=alice), call(alice)
    assert caller.post(f"/customers/{row.pk}/contacts", {}).json()["code"] == "contact_empty"
    answer = caller.post(f"/customers/{row.pk}/contacts", {"name": "王", "phone": "1381234567"})
    assert (answer.status_code, list(answer.json()["fields"])) == (422, ["phone"])
    assert not Contact.objects.exists()
