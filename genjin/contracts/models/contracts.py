"""Contracts with their lines, parties, files and amendments."""

from datetime import date
from typing import Self

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from genjin.accounts.models import User
from genjin.contracts.rules import AmendmentKind, AmendmentState, ContractKind, ContractState, FileKind
from genjin.contracts.rules.states import IN_FORCE, RUNNING
from genjin.customers.models import Customer
from genjin.followups.models import Attachment, Evidence
from genjin.proposals.models import ProposalLine, ProposalVersion
from genjin.proposals.rules.sums import LineTerms
from genjin.selling.models import Opportunity, Product


class BillingProfileQuerySet(models.QuerySet["BillingProfile"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(customer__in=Customer.objects.visible_to(user))


class BillingProfile(models.Model):
    """As what a customer stands in contracts and invoices: its name, tax number and bank, kept once and used again."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="billing_profiles")
    name = models.CharField(_("name on invoices"), max_length=120)
    tax_number = models.CharField(_("tax number"), max_length=20, blank=True)
    bank = models.CharField(_("bank"), max_length=120, blank=True)
    account = models.CharField(_("account"), max_length=40, blank=True)
    address = models.CharField(_("registered address"), max_length=200, blank=True)
    phone = models.CharField(_("registered phone"), max_length=40, blank=True)
    is_default = models.BooleanField(_("used by default"), default=False)
    moves_with_customer = True

    objects = BillingProfileQuerySet.as_manager()

    class Meta:
        ordering = ["-is_default", "id"]
        constraints = [models.CheckConstraint(condition=~Q(name=""), name="billing_profile_named")]

    def __str__(self) -> str:
        return self.name

    def as_text(self) -> dict[str, str]:
        """What it says, by field; as papers keep it."""
        return {
            name: getattr(self, name)
            for name in ("name", "tax_number", "bank", "account", "address", "phone")
        }


class ContractQuerySet(models.QuerySet["Contract"]):
    def visible_to(self, user: User) -> Self:
        """Those of customers in sight; legal and finance people of a contract are participants of its customer."""
        return self.filter(customer__in=Customer.objects.visible_to(user))

    def in_force(self) -> Self:
        """Signed and not void."""
        return self.filter(state__in=IN_FORCE)

    def running(self) -> Self:
        """In force and not fulfilled yet."""
        return self.filter(state__in=RUNNING)

    def ending_by(self, day: date) -> Self:
        """Running until this day at most, those past their last day among them."""
        return self.running().filter(ends_on__lte=day)

    def expired(self, today: date) -> Self:
        """In force, not under change, and past their last day; as `shown_state` says it."""
        return self.filter(state__in=[ContractState.SIGNED, ContractState.ACTIVE], ends_on__lt=today)


class Contract(models.Model):
    """What was agreed with a customer, from draft to fulfilment (S3-14, S3-15, S2-20)."""

    number = models.CharField(_("contract number"), max_length=40, unique=True)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="contracts")
    opportunity = models.ForeignKey(
        Opportunity, on_delete=models.PROTECT, related_name="contracts", verbose_name=_("opportunity")
    )  # fmt: skip
    proposal_version = models.ForeignKey(
        ProposalVersion, on_delete=models.PROTECT, null=True, blank=True, related_name="contracts", verbose_name=_("proposal")
    )  # fmt: skip
    title = models.CharField(_("title"), max_length=200)
    kind = models.CharField(_("kind"), max_length=8, choices=ContractKind, default=ContractKind.SALES)
    state = models.CharField(_("state"), max_length=8, choices=ContractState, default=ContractState.DRAFT)
    amount = models.DecimalField(_("amount with tax"), max_digits=16, decimal_places=2)
    net_amount = models.DecimalField(
        _("amount without tax"), max_digits=16, decimal_places=2, null=True, blank=True
    )
    discount = models.DecimalField(_("discount on the whole in %"), max_digits=5, decimal_places=2, default=0)
    product = models.CharField(_("product or service"), max_length=200, blank=True)
    profile = models.ForeignKey(
        BillingProfile, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", db_index=False, verbose_name=_("customer's side")
    )  # fmt: skip
    billed_to = models.JSONField(default=dict)  # the profile as it was when the contract was signed
    our_side = models.CharField(_("our side"), max_length=120, blank=True)
    payment_terms = models.TextField(_("payment"), blank=True)
    liability_terms = models.TextField(_("liability"), blank=True)
    scope_terms = models.TextField(_("scope of delivery"), blank=True)
    other_terms = models.TextField(_("other terms"), blank=True)
    starts_on = models.DateField(_("begins"), null=True, blank=True)
    ends_on = models.DateField(_("ends"), null=True, blank=True)
    signed_on = models.DateField(_("signed"), null=True, blank=True)
    owner = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("owner")
    )  # fmt: skip
    legal = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name=_("reviewed by")
    )  # fmt: skip
    finance = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name=_("payments watched by")
    )  # fmt: skip
    approved_at = models.DateTimeField(_("approved"), null=True, blank=True)
    approved_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    answer = models.TextField(_("answer of the approval"), blank=True)
    evidence = models.ForeignKey(
        Evidence, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )  # what signing put on record
    void_reason = models.TextField(_("why it is void"), blank=True)
    state_at = models.DateTimeField(_("in this state since"), null=True, blank=True)
    priced_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )  # who last wrote the amount, the lines or the plan
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    version = models.PositiveIntegerField(default=1)
    moves_with_customer = True

    objects = ContractQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["state", "-id"], name="contract_state"),
            models.Index(fields=["ends_on"], name="contract_end", condition=Q(state__in=RUNNING)),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="contract_amount_positive"),
            models.CheckConstraint(
                condition=Q(net_amount__isnull=True)
                | Q(net_amount__gte=0, net_amount__lte=models.F("amount")),
                name="contract_net_within_amount",
            ),
            models.CheckConstraint(condition=Q(discount__range=(0, 100)), name="contract_discount_percent"),
            models.CheckConstraint(
                condition=Q(state="void") | Q(void_reason=""), name="contract_only_void_has_a_reason"
            ),
            models.CheckConstraint(condition=~Q(state="expired"), name="contract_expiry_is_no_state"),
            models.CheckConstraint(
                condition=Q(signed_on__isnull=False) | ~Q(state__in=["signed", "active", "done", "amended"]),
                name="contract_in_force_is_signed",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True)
                | Q(starts_on__isnull=True)
                | Q(ends_on__gte=models.F("starts_on")),
                name="contract_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class ContractLine(models.Model):
    """What is bought, how many and at which price; taken over from a proposal's line, which it keeps naming."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField(default=0)
    source = models.ForeignKey(
        ProposalLine, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    product = models.ForeignKey(
        Product, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("product")
    )
    name = models.CharField(_("what"), max_length=200)
    quantity = models.DecimalField(_("quantity"), max_digits=12, decimal_places=2, default=1)
    price = models.DecimalField(_("price with tax"), max_digits=16, decimal_places=2)
    discount = models.DecimalField(_("discount in %"), max_digits=5, decimal_places=2, default=0)
    tax_rate = models.DecimalField(_("tax rate in %"), max_digits=5, decimal_places=2, default=13)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__gt=0, price__gte=0, discount__range=(0, 100), tax_rate__gte=0),
                name="contract_line_in_range",
            )
        ]

    def as_terms(self) -> LineTerms:
        """Return the line as sums are made of it."""
        return LineTerms(self.quantity, self.price, self.discount, self.tax_rate)


class ContractFile(models.Model):
    """A file of a contract: its text, the signed scan with its hash, a supplementary agreement."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="files")
    file = models.ForeignKey(Attachment, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(_("kind"), max_length=10, choices=FileKind, default=FileKind.TEXT)

    class Meta:
        ordering = ["id"]


class AmendmentQuerySet(models.QuerySet["Amendment"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(contract__customer__in=Customer.objects.visible_to(user))

    def open(self) -> Self:
        return self.filter(state__in=[AmendmentState.REVIEW, AmendmentState.APPROVED])


class Amendment(models.Model):
    """A change of a signed contract, or its end: what stood, what shall stand, and whether it came to be."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="amendments")
    number = models.PositiveSmallIntegerField(_("amendment"))
    kind = models.CharField(_("kind"), max_length=6, choices=AmendmentKind, default=AmendmentKind.CHANGE)
    state = models.CharField(_("state"), max_length=8, choices=AmendmentState, default=AmendmentState.REVIEW)
    reason = models.TextField(_("reason"))
    before = models.JSONField()  # amount, dates, terms, milestones as they stood
    after = models.JSONField()
    came_from = models.CharField(max_length=8, choices=ContractState)  # the contract's state meanwhile left
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(blank=True)
    signed_on = models.DateField(_("signed"), null=True, blank=True)
    evidence = models.ForeignKey(
        Evidence, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    file = models.ForeignKey(
        Attachment, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )

    objects = AmendmentQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["contract", "number"], name="one_amendment_per_number"),
            models.UniqueConstraint(
                fields=["contract"],
                condition=Q(state__in=["review", "approved"]),
                name="one_amendment_at_a_time",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="amendment_has_a_reason"),
        ]
        triggers = [
            pgtrigger.Protect(
                name="amendment_is_not_rewritten",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("contract", "number", "kind", "reason", "before", "after"),
            ),
        ]
