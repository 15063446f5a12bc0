"""One record from first touch to repeat purchase, with its people and its keys."""

from typing import Self

import pghistory
import pgtrigger
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.indexes import GinIndex
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from genjin.accounts.models import User
from genjin.approvals.models import Request
from genjin.customers.models.anyof import AnyOf
from genjin.customers.models.lists import Campaign, Choice, Pool, Tag
from genjin.customers.rules import (
    CustomerType,
    Grade,
    GradeProposal,
    Kind,
    Label,
    Level,
    Precision,
    ReviewCycle,
    Size,
    Stage,
)
from genjin.fields.models import CollectionTemplate


class CustomerQuerySet(models.QuerySet["Customer"]):
    def live(self) -> Self:
        return self.filter(deleted_at=None)

    def visible_to(self, user: User) -> Self:
        """Live customers `user` may see: own, team's, shared with them, the pools open to them, and those they are
        asked to approve something for, as long as they are asked.
        """
        if user.scope.sees_all:
            return self.live()
        return self.live().filter(Q(owner_id__in=user.scope.people) | self._open_to(user))

    def open_to(self, user: User) -> Self:
        """Live customers `user` may see whoever owns them: shared, in open pools, to be approved."""
        return self.live().filter(self._open_to(user))

    @staticmethod
    def _open_to(user: User) -> Q:
        shared = Participant.objects.filter(user=user).standing().values("customer_id")
        pools = Pool.objects.visible_to(user).values("pk")
        asked = Request.objects.asking(user).exclude(customer_id=None).order_by().values("customer_id")
        found: Q = (
            Q(AnyOf(F("pool_id"), ArraySubquery(pools)))
            | Q(AnyOf(F("id"), ArraySubquery(shared)))
            | Q(AnyOf(F("id"), ArraySubquery(asked)))
        )
        return found

    def in_bin_of(self, user: User) -> Self:
        """Deleted customers `user` may take back: their own people's, or all."""
        rows = self.exclude(deleted_at=None).exclude(merges_into__undone_at=None, merges_into__isnull=False)
        return rows if user.scope.sees_all else rows.filter(owner_id__in=user.scope.people)

    def in_pool(self) -> Self:
        return self.filter(owner=None)

    def owned(self) -> Self:
        return self.exclude(owner=None)

    def in_work(self) -> Self:
        """Owned and not lost: these must always have a next step."""
        return self.live().owned().exclude(stage=Stage.LOST)

    def without_next_step(self) -> Self:
        return self.in_work().exclude(no_next_step_since=None)

    def with_grade_proposal(self) -> Self:
        """Customers in work for which the rules propose another grade, or that they have gone silent."""
        return self.in_work().exclude(grade_proposal="")


@pghistory.track(
    # Completeness, proposals and debt follow from the rest; a former version of them alone is no history. The row
    # before the change is kept, so that with the table itself no version is missing, the first one included.
    pghistory.UpdateEvent(
        "former", row=pghistory.Old,
        condition=pgtrigger.AnyChange(exclude=["completeness", "grade_proposal", "grade_proposal_reason", "gate_debt_until", "scored_on"]),
    ),
    pghistory.DeleteEvent(),
    model_name="CustomerRow",
)  # fmt: skip
class Customer(models.Model):
    """A company or person on the way from lead to repeat customer; nothing is ever converted by copying."""

    # Who they are (S0-6, S2-4, S3-20)
    name = models.CharField(_("customer name"), max_length=200)
    kind = models.CharField(_("nature"), max_length=6, choices=Kind, default=Kind.ORG)
    customer_type = models.CharField(
        _("customer type"), max_length=8, choices=CustomerType, default=CustomerType.NEW
    )
    credit_code = models.CharField(_("unified social credit code"), max_length=18, blank=True)
    old_registration_no = models.CharField(_("old registration number"), max_length=20, blank=True)
    industry = models.CharField(_("industry"), max_length=80, blank=True)
    size = models.CharField(_("company size"), max_length=8, choices=Size, blank=True)
    employee_count = models.PositiveIntegerField(_("employees"), null=True, blank=True)
    revenue_min = models.DecimalField(
        _("yearly revenue from"), max_digits=16, decimal_places=2, null=True, blank=True
    )
    revenue_max = models.DecimalField(
        _("yearly revenue to"), max_digits=16, decimal_places=2, null=True, blank=True
    )
    founded_on = models.DateField(_("founded"), null=True, blank=True)
    founded_precision = models.CharField(max_length=5, choices=Precision, default=Precision.DAY)
    province = models.CharField(_("province"), max_length=20, blank=True)
    city = models.CharField(_("city"), max_length=30, blank=True)
    district = models.CharField(_("district"), max_length=30, blank=True)
    address = models.CharField(_("address"), max_length=300, blank=True)
    website = models.CharField(_("website"), max_length=200, blank=True)
    main_business = models.TextField(_("main business"), blank=True)
    target_customers = models.TextField(_("their customers"), blank=True)
    news = models.TextField(_("recent news"), blank=True)
    industry_rank = models.CharField(_("rank in the industry"), max_length=80, blank=True)

    # Where they came from
    source = models.ForeignKey(
        Choice, on_delete=models.PROTECT, null=True, db_index=False, blank=True, related_name="+", verbose_name=_("lead source")
    )  # fmt: skip
    source_detail = models.CharField(_("source in detail"), max_length=120, blank=True)
    campaign = models.ForeignKey(
        Campaign, on_delete=models.PROTECT, null=True, db_index=False, blank=True, related_name="customers", verbose_name=_("campaign")
    )  # fmt: skip
    referrer = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        db_index=False,
        blank=True,
        related_name="referred",
        verbose_name=_("referred by"),
    )
    parent = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        db_index=False,
        blank=True,
        related_name="branches",
        verbose_name=_("parent company"),
    )
    first_contact_at = models.DateTimeField(_("first contact"), null=True, blank=True)

    # What they need (S0-15, S1-19)
    need = models.TextField(_("need"), blank=True)
    pain_points = models.TextField(_("pain points"), blank=True)
    desired_cooperation = models.TextField(_("desired cooperation"), blank=True)
    budget_min = models.DecimalField(_("budget from"), max_digits=16, decimal_places=2, null=True, blank=True)
    budget_max = models.DecimalField(_("budget to"), max_digits=16, decimal_places=2, null=True, blank=True)
    is_authority_clear = models.BooleanField(_("decision authority is clear"), default=False)
    decision_process = models.CharField(_("decision process"), max_length=300, blank=True)
    needs_many_approvals = models.BooleanField(_("several departments must approve"), default=False)
    purchase_timing = models.CharField(_("purchase timing"), max_length=80, blank=True)
    purchase_by = models.DateField(_("purchase by"), null=True, blank=True)
    competitors = models.TextField(_("competitors"), blank=True)
    need_fit = models.CharField(_("fit of the need"), max_length=6, choices=Level, blank=True)
    intent = models.CharField(_("intent"), max_length=6, choices=Level, blank=True)
    past_projects = models.TextField(_("past projects"), blank=True)
    cooperation_period = models.CharField(_("period of cooperation"), max_length=80, blank=True)
    satisfaction_score = models.PositiveSmallIntegerField(
        _("satisfaction (1 to 5)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(5)],
    )
    commitments = models.TextField(_("key commitments"), blank=True, default="", db_default="")
    negotiation_progress = models.TextField(
        _("state of the negotiation"), blank=True, default="", db_default=""
    )
    repurchase_intent = models.CharField(
        _("intent to buy again"), max_length=6, choices=Level, blank=True, default="", db_default=""
    )
    do_not_disturb = models.BooleanField(
        _("do not disturb"), default=False, db_default=False, help_text=_("No greetings and no mass contact.")
    )
    notes = models.TextField(_("notes"), blank=True)
    custom = models.JSONField(
        _("own fields"),
        default=dict,
        blank=True,
        db_default=models.Value({}, output_field=models.JSONField()),
    )  # typed values by the key of an own field; see fields.rules.kinds
    extra = models.JSONField(_("further fields"), default=dict, blank=True)
    tags = models.ManyToManyField(Tag, blank=True, related_name="customers", verbose_name=_("tags"))

    # The four axes
    stage = models.CharField(_("stage"), max_length=12, choices=Stage, default=Stage.LEAD)
    stage_entered_at = models.DateTimeField(_("in this stage since"))
    lost_reason = models.ForeignKey(
        Choice,
        on_delete=models.PROTECT,
        null=True,
        db_index=False,
        blank=True,
        related_name="+",
        verbose_name=_("reason for loss"),
    )
    grade = models.CharField(_("grade"), max_length=1, choices=Grade, default=Grade.C)
    grade_reason = models.TextField(_("reason for the grade"), blank=True)
    is_grade_confirmed = models.BooleanField(_("grade confirmed by a person"), default=False)
    grade_proposal = models.CharField(
        _("grade proposal"), max_length=8, choices=GradeProposal, blank=True, default="", db_default=""
    )  # where it differs from the grade a person confirmed
    grade_proposal_reason = models.CharField(max_length=200, blank=True, default="", db_default="")
    grade_settled = models.CharField(
        max_length=8, blank=True, default="", db_default=""
    )  # the facts on which a person last decided about a proposal; the same facts propose nothing again
    score = models.PositiveSmallIntegerField(_("score"), default=0)
    label = models.CharField(_("label"), max_length=8, choices=Label, default=Label.NURTURE)
    score_version = models.PositiveIntegerField(default=1)
    scored_on = models.DateField(
        null=True, blank=True
    )  # with the version and the fields above: the score again
    score_override = models.PositiveSmallIntegerField(null=True, blank=True)  # while a person's word stands

    # What they are asked (S1-5): the version the record was collected with, and how much of the current one is there
    template = models.ForeignKey(
        CollectionTemplate,
        on_delete=models.DO_NOTHING,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        db_constraint=False,  # published versions are never deleted
        verbose_name=_("collection template"),
    )
    completeness = models.PositiveSmallIntegerField(_("completeness"), default=0, db_default=0)

    # Whose they are
    owner = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, db_index=False, blank=True, related_name="customers", verbose_name=_("owner")
    )  # fmt: skip
    pool = models.ForeignKey(
        Pool, on_delete=models.PROTECT, null=True, db_index=False, blank=True, related_name="customers", verbose_name=_("pool")
    )  # fmt: skip
    owned_since = models.DateTimeField(null=True, blank=True)
    previous_owner = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False, db_constraint=False
    )  # fmt: skip
    is_locked = models.BooleanField(_("kept from recycling"), default=False, db_default=False)
    protected_until = models.DateTimeField(_("not recycled before"), null=True, blank=True)

    review_cycle_months = models.PositiveSmallIntegerField(
        _("review of an existing customer"),
        choices=ReviewCycle,
        default=ReviewCycle.HALF_YEAR,
        db_default=ReviewCycle.HALF_YEAR,
    )

    # What the floor above keeps here, so that lists sort by it
    last_contact_at = models.DateTimeField(_("last contact"), null=True, blank=True)
    next_action_at = models.DateTimeField(_("next action"), null=True, blank=True)
    no_next_step_since = models.DateTimeField(_("no next step since"), null=True, blank=True)
    gate_debt_until = models.DateTimeField(_("owes evidence until"), null=True, blank=True)

    created_at = models.DateTimeField(_("created"))
    created_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        db_constraint=False,  # people are locked, never deleted
        verbose_name=_("entered by"),
    )
    updated_at = models.DateTimeField(_("updated"))
    updated_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False
    )
    version = models.PositiveIntegerField(default=1)
    import_batch = models.BigIntegerField(null=True, blank=True)
    sort_key = models.CharField(max_length=120, editable=False, default="")  # pinyin of the name
    deleted_at = models.DateTimeField(null=True, blank=True)

    objects = CustomerQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["owner", "-id"], name="customer_of_owner"),
            models.Index(fields=["pool", "-id"], name="customer_of_pool", condition=Q(pool__isnull=False)),
            models.Index(fields=["next_action_at", "id"], name="customer_next_action"),
            models.Index(
                F("last_contact_at").desc(nulls_last=True),
                F("id").desc(),
                name="customer_last_contact",
            ),
            models.Index(fields=["score", "id"], name="customer_score"),
            models.Index(fields=["sort_key", "id"], name="customer_sort_key"),
            models.Index(fields=["stage", "-id"], name="customer_stage"),
            models.Index(fields=["completeness", "id"], name="customer_completeness"),
            GinIndex(fields=["custom"], opclasses=["jsonb_path_ops"], name="customer_own_fields"),
            models.Index(
                fields=["owner", "no_next_step_since"],
                name="customer_no_next_step",
                condition=Q(no_next_step_since__isnull=False),
            ),
            models.Index(
                fields=["gate_debt_until", "id"],
                name="customer_gate_debt",
                condition=Q(gate_debt_until__isnull=False),
            ),
            models.Index(
                fields=["import_batch"], name="customer_batch", condition=Q(import_batch__isnull=False)
            ),
            models.Index(
                fields=["campaign", "-id"], name="customer_of_campaign", condition=Q(campaign__isnull=False)
            ),
            models.Index(
                fields=["owner", "-id"], name="customer_grade_proposal", condition=~Q(grade_proposal="")
            ),
            # Asked once for every customer that is deleted: taking back 50,000 rows must not read the table 50,000 times.
            models.Index(fields=["referrer"], name="customer_referred", condition=Q(referrer__isnull=False)),
            models.Index(fields=["parent"], name="customer_branches", condition=Q(parent__isnull=False)),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(owner__isnull=True) | Q(pool__isnull=True), name="customer_owned_or_in_pool"
            ),
            models.CheckConstraint(
                condition=Q(budget_min__isnull=True)
                | Q(budget_max__isnull=True)
                | Q(budget_max__gte=F("budget_min")),
                name="customer_budget_in_order",
            ),
            models.CheckConstraint(
                condition=Q(owner__isnull=True)
                | Q(stage=Stage.LOST)
                | Q(next_action_at__isnull=False)
                | Q(no_next_step_since__isnull=False),
                name="customer_never_forgotten",
            ),
            models.CheckConstraint(
                condition=Q(referrer__isnull=True) | ~Q(referrer=F("id")),
                name="customer_not_referred_by_itself",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def code(self) -> str:
        """The customer number people read out (S3-20)."""
        return f"KH{self.pk:06d}"


class ParticipantQuerySet(models.QuerySet["Participant"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(customer__in=Customer.objects.visible_to(user))

    def standing(self) -> Self:
        """Those that have not ended; the database's clock says so, so that sight ends to the second, whoever sleeps."""
        return self.filter(Q(ends_at=None) | Q(ends_at__gt=Now()))

    def collaborators(self) -> Self:
        return self.filter(via=Participant.COLLABORATOR)

    def lending_a_hand(self) -> Self:
        """Those who may write down what they did: not the collaborators who only read."""
        return self.standing().filter(~Q(via=Participant.COLLABORATOR) | Q(may_write=True))


class Participant(models.Model):
    """Why somebody besides the owner sees a customer: named as collaborator, or involved by the floors above."""

    COLLABORATOR = "collaborator"

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="participants")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="participations", db_index=False)
    via = models.CharField(max_length=16)  # collaborator, task, ...
    subject_id = models.BigIntegerField(default=0)
    may_write = models.BooleanField(_("may write"), default=False, db_default=False)
    part = models.CharField(_("as what"), max_length=40, blank=True, default="", db_default="")
    ends_at = models.DateTimeField(null=True, blank=True)  # the first moment without sight

    objects = ParticipantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "customer", "via", "subject_id"], name="one_participation"
            )
        ]
        indexes = [
            models.Index(fields=["ends_at"], name="participation_ends", condition=Q(ends_at__isnull=False))
        ]
