from django.utils import timezone

from genjin.customers.models import Participant


def test_collaborators_are_named_changed_listed_and_ended(alice, charlie, call, make_customer):
    row, caller = make_customer(owner=alice), call(alice)
    made = caller.post(f"/customers/{row.pk}/collaborators", {"person": "charlie", "part": "售前"})
    assert made.status_code == 201, made.content
    assert made.json()["person"] == {"id": charlie.pk, "name": charlie.name}
    today = timezone.localdate().isoformat()
    caller.post(f"/customers/{row.pk}/collaborators", {"person": charlie.pk, "may_write": True, "ends_on": today})  # fmt: skip
    (one,) = caller.get(f"/customers/{row.pk}/collaborators").json()
    assert (one["may_write"], one["ends_on"]) == (True, today)
    assert call(charlie).get(f"/customers/{row.pk}").status_code == 200
    assert caller.delete(f"/collaborators/{one['id']}").status_code == 204
    assert call(charlie).get(f"/customers/{row.pk}").status_code == 404


def test_out_of_sight_and_without_the_right_nobody_is_named(alice, charlie, erin, call, make_customer):
    row = make_customer(owner=alice)
    path = f"/customers/{row.pk}/collaborators"
    assert call(charlie).get(path).status_code == 404
    assert call(charlie).post(path, {"person": "charlie"}).status_code == 404
    assert call(erin).post(path, {"person": "charlie"}).status_code == 403
    assert call(alice).post(path, {"person": "nobody"}).status_code == 422
    assert not Participant.objects.exists()
