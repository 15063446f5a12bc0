"""What is looked for in the list of proposals."""

from genjin.customers.models import Customer
from genjin.proposals.models import Proposal
from genjin.proposals.queries.lists import found


def test_names_of_companies_are_looked_for_and_those_of_people_are_not(begin, customer):
    proposal = begin().proposal
    assert found(Proposal.objects.all(), text="远景").get() == proposal
    Customer.objects.filter(pk=customer.pk).update(kind="person", name="王远景")
    assert not found(Proposal.objects.all(), text="远景").exists()
