"""The recycle bin and the way back."""

from genjin.customers.actions.records import delete_customers, restore_customer
from genjin.customers.models import Customer
from genjin.events.models import Event
from tests.refusals import refused, unseen

NAME = "杭州远景机电有限公司"


def test_deleted_ones_are_out_of_everybodys_sight_and_come_back_whole(alice, bob, dora, make_customer, now):
    row = make_customer(owner=alice, name=NAME, contacts=[{"name": "王小明", "phone": "13812345678"}])
    assert delete_customers(bob, [row.pk], now=now) == 1
    for person in (alice, bob, dora):
        assert not Customer.objects.visible_to(person).exists()
    assert Customer.objects.in_bin_of(bob).get() == row
    restore_customer(bob, row.pk, now=now)
    back = Customer.objects.visible_to(alice).get()
    assert (back.name, back.owner, back.contacts.get().phone) == (NAME, alice, "13812345678")
    kinds = set(Event.objects.about(row.pk).values_list("kind", flat=True))
    assert kinds >= {"customer.deleted", "customer.restored"}


def test_whose_name_was_taken_meanwhile_stays_in_the_bin(alice, bob, make_customer, now):
    row = make_customer(owner=alice, name=NAME)
    delete_customers(bob, [row.pk], now=now)
    make_customer(owner=alice, name=NAME)
    with refused("duplicate_same", status=409):
        restore_customer(bob, row.pk, now=now)


def test_a_rep_and_an_auditor_delete_nothing(alice, erin, make_customer, now):
    row = make_customer(owner=alice)
    for actor in (alice, erin):
        with refused("forbidden", status=403):
            delete_customers(actor, [row.pk], now=now)


def test_a_lead_neither_deletes_nor_takes_back_what_is_not_his_teams(
    alice, bob, charlie, dora, make_customer, now
):
    hers, his = make_customer(owner=alice), make_customer(owner=charlie)
    with unseen():
        delete_customers(bob, [hers.pk, his.pk], now=now)
    delete_customers(dora, [his.pk], now=now)
    assert not Customer.objects.in_bin_of(bob).exists()
    with unseen():
        restore_customer(bob, his.pk, now=now)
    with unseen():
        restore_customer(bob, hers.pk, now=now)  # it is not in the bin
