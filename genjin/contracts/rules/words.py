"""The words of contracts."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy, pgettext_lazy


class ContractKind(TextChoices):
    SALES = "sales", pgettext_lazy("contract", "Sales")
    SERVICE = "service", pgettext_lazy("contract", "Service")
    FRAME = "frame", pgettext_lazy("contract", "Framework")
    AGENCY = "agency", pgettext_lazy("contract", "Agency")
    RENEWAL = "renewal", pgettext_lazy("contract", "Renewal")


class ContractState(TextChoices):
    """S3-20 with the further states of requirements.md; expiry follows from the end date and is no state."""

    DRAFT = "draft", pgettext_lazy("contract", "Draft")
    REVIEW = "review", pgettext_lazy("contract", "In review")
    REJECTED = "rejected", pgettext_lazy("contract", "Rejected")
    APPROVED = "approved", pgettext_lazy("contract", "Approved, to be signed")
    SIGNED = "signed", pgettext_lazy("contract", "Signed")
    ACTIVE = "active", pgettext_lazy("contract", "In fulfilment")
    DONE = "done", pgettext_lazy("contract", "Fulfilled")
    AMENDED = "amended", pgettext_lazy("contract", "Being amended")
    VOID = "void", pgettext_lazy("contract", "Void")
    EXPIRED = "expired", pgettext_lazy("contract", "Expired")


class Trigger(TextChoices):
    """What makes a payment milestone due (S3-15)."""

    SIGNING = "signing", pgettext_lazy("trigger", "Signing")
    SHIPMENT = "shipment", pgettext_lazy("trigger", "Shipment")
    ARRIVAL = "arrival", pgettext_lazy("trigger", "Arrival of the goods")
    LAUNCH = "launch", pgettext_lazy("trigger", "Going live")
    ACCEPTANCE = "acceptance", pgettext_lazy("trigger", "Acceptance")
    WARRANTY = "warranty", pgettext_lazy("trigger", "End of the warranty")
    DATE = "date", gettext_lazy("A fixed date")
