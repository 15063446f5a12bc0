"""Delivery projects, how their end moved, and the customer's acceptance."""

from datetime import date, timedelta
from typing import Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from genjin.accounts.models import User
from genjin.contracts.models import Contract
from genjin.customers.models import Contact, Customer
from genjin.delivery.rules import OPEN, UNDELIVERED, ProjectState
from genjin.delivery.rules.plan import SOON_DAYS, Dates
from genjin.followups.models import Attachment


class ProjectQuerySet(models.QuerySet["Project"]):
    def visible_to(self, user: User) -> Self:
        """Those of customers in sight; the project's team are participants of the customer."""
        return self.filter(customer__in=Customer.objects.visible_to(user))

    def open(self) -> Self:
        return self.filter(state__in=OPEN)

    def with_end(self) -> Self:
        """Add `end`: the expected end, else the planned one."""
        return self.annotate(end=Coalesce("expected_end", "planned_end"))

    def late(self, today: date) -> Self:
        """Those not delivered by the day they were to be."""
        return self.with_end().filter(state__in=UNDELIVERED, end__lt=today)

    def soon(self, today: date) -> Self:
        """Those that are to be delivered within a week."""
        return self.with_end().filter(
            state__in=UNDELIVERED, end__gte=today, end__lte=today + timedelta(days=SOON_DAYS)
        )


class Project(models.Model):
    """What is to be delivered for a contract (S3-16); needs and terms stay with the contract and are linked."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="projects")
    contract = models.ForeignKey(
        Contract, on_delete=models.PROTECT, related_name="projects", verbose_name=_("contract")
    )
    name = models.CharField(_("project"), max_length=200)
    state = models.CharField(_("state"), max_length=10, choices=ProjectState, default=ProjectState.PLANNED)
    lead = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("in charge of delivery")
    )  # fmt: skip
    starts_on = models.DateField(_("planned beginning"), null=True, blank=True)
    started_on = models.DateField(_("began"), null=True, blank=True)
    planned_end = models.DateField(_("planned end"), null=True, blank=True)
    expected_end = models.DateField(_("expected end"), null=True, blank=True)
    delivered_on = models.DateField(_("delivered"), null=True, blank=True)
    accepted_on = models.DateField(_("accepted"), null=True, blank=True)
    kickoff_on = models.DateField(_("kick-off meeting"), null=True, blank=True)
    kickoff_minutes = models.TextField(_("minutes of the kick-off"), blank=True)
    kickoff_split = models.TextField(_("split of work"), blank=True)
    kickoff_file = models.ForeignKey(
        Attachment, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("minutes as a file")
    )  # fmt: skip
    stopped_on = models.DateField(_("called off"), null=True, blank=True)
    stop_reason = models.CharField(_("why it was called off"), max_length=300, blank=True)
    late_told = models.DateField(null=True, blank=True)  # the end of which the owner was told that it passed
    notes = models.TextField(_("notes"), blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    version = models.PositiveIntegerField(default=1)
    moves_with_customer = True

    objects = ProjectQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(
                Coalesce("expected_end", "planned_end"), name="project_end", condition=Q(state__in=["planned", "running"])
            )
        ]  # fmt: skip
        constraints = [
            models.CheckConstraint(
                condition=Q(planned_end__isnull=True)
                | Q(starts_on__isnull=True)
                | Q(planned_end__gte=models.F("starts_on")),
                name="project_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=~Q(state="accepted") | Q(accepted_on__isnull=False, delivered_on__isnull=False),
                name="project_accepted_on_a_day",
            ),
            models.CheckConstraint(
                condition=~Q(state="delivered") | Q(delivered_on__isnull=False, accepted_on__isnull=True),
                name="project_delivered_on_a_day",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def dates(self) -> Dates:
        """Its days, as the rules take them."""
        return Dates(self.state, self.planned_end, self.expected_end, self.delivered_on)


class Slip(models.Model):
    """That the expected end moved: from, to, why; never rewritten."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="slips")
    origin = models.DateField(null=True)
    target = models.DateField()
    why = models.CharField(max_length=300)
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        ordering = ["-id"]


class Acceptance(models.Model):
    """The customer's acceptance (验收): who signed, when, by which paper or words; withdrawn at most (S3-15, S3-20).

    It is no row of evidence: no gate asks for it. Milestones that wait for acceptance become due by this row alone.
    """

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="acceptances")
    accepted_on = models.DateField(_("accepted"))
    signer = models.ForeignKey(
        Contact, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("signed by")
    )  # fmt: skip
    words = models.TextField(_("what was said or written"), blank=True)
    file = models.ForeignKey(
        Attachment, on_delete=models.PROTECT, null=True, blank=True, related_name="acceptances", verbose_name=_("acceptance sheet")
    )  # fmt: skip
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    withdrawn_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["project"], condition=Q(withdrawn_at__isnull=True), name="one_standing_acceptance"
            ),
            models.CheckConstraint(
                condition=Q(file__isnull=False) | ~Q(words=""), name="acceptance_with_evidence"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True, withdrawn_reason="")
                | Q(~Q(withdrawn_reason=""), withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="acceptance_withdrawn_with_a_reason",
            ),
        ]
