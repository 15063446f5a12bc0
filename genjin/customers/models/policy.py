"""What an administrator chose for records that look alike."""

from django.db import models

from genjin.customers.rules.policy import Consequence


class MatchPolicy(models.Model):
    """The choice for one kind of key; its history is in the events."""

    kind = models.CharField(max_length=8, primary_key=True)
    consequence = models.CharField(max_length=8, choices=Consequence)
