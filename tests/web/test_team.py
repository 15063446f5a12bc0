"""The card of who works on a customer, and the list of what one helps with."""

from django.test import Client

from genjin.customers.models import Participant


def signed(user):
    client = Client()
    client.force_login(user)
    return client


def test_from_the_card_to_the_list_of_the_helper_and_back_out(alice, charlie, make_customer):
    row = make_customer(owner=alice, name="杭州远景机电有限公司")
    page = signed(alice).get(f"/customers/{row.pk}/")
    assert f"/customers/{row.pk}/collaborators/" in page.text
    answer = signed(alice).post(
        f"/customers/{row.pk}/collaborators/", {"person": charlie.pk, "may_write": "1", "part": "售前", "ends_on": ""}
    )  # fmt: skip
    assert answer.status_code == 302
    helper = Participant.objects.get()
    assert "杭州远景机电有限公司" in signed(charlie).get("/customers/?tab=shared").text
    assert "杭州远景机电有限公司" not in signed(alice).get("/customers/?tab=shared").text

    theirs = signed(charlie).get(f"/customers/{row.pk}/").text
    assert "售前" in theirs and f"/customers/{row.pk}/edit/need/" in theirs
    assert f"/customers/{row.pk}/grade/" not in theirs
    assert f"/customers/{row.pk}/collaborators/{helper.pk}/remove/" in theirs
    assert signed(charlie).get(f"/customers/{row.pk}/collaborators/").status_code == 403

    signed(charlie).post(f"/customers/{row.pk}/collaborators/{helper.pk}/remove/")
    assert signed(charlie).get(f"/customers/{row.pk}/").status_code == 404


def test_changing_keeps_the_person(alice, charlie, bob, make_customer):
    row = make_customer(owner=alice)
    client = signed(alice)
    client.post(f"/customers/{row.pk}/collaborators/", {"person": charlie.pk, "may_write": ""})
    helper = Participant.objects.get()
    assert charlie.name in client.get(f"/customers/{row.pk}/collaborators/{helper.pk}/").text
    client.post(
        f"/customers/{row.pk}/collaborators/{helper.pk}/",
        {"person": bob.pk, "may_write": "1", "ends_on": "2100-01-31"},
    )
    helper.refresh_from_db()
    assert (helper.user, helper.may_write) == (charlie, True)


def test_nobody_else_is_offered_it(charlie, erin, make_customer, alice):
    row = make_customer(owner=alice)
    assert signed(charlie).get(f"/customers/{row.pk}/collaborators/").status_code == 404
    assert signed(erin).get(f"/customers/{row.pk}/collaborators/").status_code == 403
    assert "collaborators/" not in signed(erin).get(f"/customers/{row.pk}/").text
