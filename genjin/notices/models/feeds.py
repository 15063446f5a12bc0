"""Calendars that phones subscribe to."""

from django.db import models

from genjin.accounts.models import User


class Feed(models.Model):
    """The secret address of somebody's calendar; only its fingerprint is kept."""

    person = models.OneToOneField(User, on_delete=models.CASCADE, primary_key=True, related_name="feed")
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    fetched_at = models.DateTimeField(null=True)
    window_since = models.DateTimeField(null=True)  # fetches are counted from here, to keep a pace
    window_fetches = models.PositiveIntegerField(default=0)
