"""One search document a customer: what the single search box looks in."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from genjin.customers.models.customer import Customer
from genjin.kit import asking  # noqa: F401 (the lookup of the tokens)


class SearchDocument(models.Model):
    """Tokens of a customer and its contacts (character pairs, syllables, initials, number tails).

    Derived from the customer and written with it only, so that the database need not check each row's customer.
    """

    customer = models.OneToOneField(
        Customer,
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="search_document",
        db_constraint=False,
    )
    tokens = SearchVectorField()

    class Meta:
        indexes = [GinIndex(fields=["tokens"], name="search_tokens")]
