"""Who may get greetings and other messages that go to many; one's own follow-up is another matter."""

from django.db.models import Exists, OuterRef, QuerySet

from genjin.customers.models import Contact, Customer, CustomerQuerySet
from genjin.customers.rules import Stage


def may_be_greeted(customers: CustomerQuerySet) -> CustomerQuerySet:
    """Leave out of `customers` whoever must be left alone: deleted, lost, asked not to be disturbed (S0-18).

    So does a company all of whose people asked for it. Open complaints are the matter of a floor above.
    """
    people = Contact.objects.filter(customer=OuterRef("pk"))
    left_alone = Exists(people.filter(do_not_disturb=True)) & ~Exists(people.filter(do_not_disturb=False))
    return customers.live().exclude(stage=Stage.LOST).filter(do_not_disturb=False).exclude(left_alone)


def people_to_greet(contacts: "QuerySet[Contact]") -> "QuerySet[Contact]":
    """Leave out of `contacts` whoever asked not to be disturbed, and the people of customers to be left alone (S0-18)."""
    return contacts.filter(do_not_disturb=False, customer__in=may_be_greeted(Customer.objects.all()))
