"""One search document a customer: what the single search box looks in."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from genjin.customers.models.customer import Customer


class SearchDocument(models.Model):
    """Tokens of a customer and its contacts (character pairs, syllables, initials, number tails)."""

    customer = models.OneToOneField(
        Customer, on_delete=models.CASCADE, primary_key=True, related_name="search_document"
    )
    tokens = SearchVectorField()

    class Meta:
        indexes = [GinIndex(fields=["tokens"], name="search_tokens")]
