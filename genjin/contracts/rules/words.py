"""The words of contracts and money."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy, pgettext_lazy


class ContractKind(TextChoices):
    SALES = "sales", pgettext_lazy("contract", "Sales")
    SERVICE = "service", pgettext_lazy("contract", "Service")
    FRAME = "frame", pgettext_lazy("contract", "Framework")
    AGENCY = "agency", pgettext_lazy("contract", "Agency")
    RENEWAL = "renewal", pgettext_lazy("contract", "Renewal")


class ContractState(TextChoices):
    """S3-20 with the further states of requirements.md; expiry follows from the end date and is never written."""

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


# What somebody may say by hand has happened; signing and acceptance have rows of their own that say it.
BY_HAND = (Trigger.SHIPMENT, Trigger.ARRIVAL, Trigger.LAUNCH, Trigger.WARRANTY)


class PayMethod(TextChoices):
    """How money came in (requirements.md, dictionaries)."""

    TRANSFER = "transfer", pgettext_lazy("payment", "Bank transfer")
    CHEQUE = "cheque", pgettext_lazy("payment", "Cheque")
    DRAFT = "draft", pgettext_lazy("payment", "Acceptance draft")
    CASH = "cash", pgettext_lazy("payment", "Cash")
    ALIPAY = "alipay", pgettext_lazy("payment", "Alipay")
    WECHAT = "wechat", pgettext_lazy("payment", "WeChat Pay")
    OTHER = "other", pgettext_lazy("payment", "Other")


class InvoiceKind(TextChoices):
    """VAT invoices, both fully digital now (requirements.md, dictionaries)."""

    SPECIAL = "special", gettext_lazy("Special VAT invoice")
    ORDINARY = "ordinary", gettext_lazy("Ordinary VAT invoice")


class InvoiceState(TextChoices):
    REQUESTED = "requested", pgettext_lazy("invoice", "Requested")
    ISSUED = "issued", pgettext_lazy("invoice", "Issued")
    VOID = "void", pgettext_lazy("invoice", "Void")


class AmendmentKind(TextChoices):
    CHANGE = "change", pgettext_lazy("amendment", "Amendment")
    TERMINATION = "end", pgettext_lazy("amendment", "Termination")


class AmendmentState(TextChoices):
    """An amendment waits for its approval, then for its signature; it is the contract only from then on."""

    REVIEW = "review", pgettext_lazy("amendment", "In review")
    REJECTED = "rejected", pgettext_lazy("amendment", "Rejected")
    APPROVED = "approved", pgettext_lazy("amendment", "Approved, to be signed")
    SIGNED = "signed", pgettext_lazy("amendment", "In force")
    DROPPED = "dropped", pgettext_lazy("amendment", "Dropped")


class FileKind(TextChoices):
    TEXT = "text", pgettext_lazy("contract file", "Text of the contract")
    SCAN = "scan", pgettext_lazy("contract file", "Signed scan")
    SUPPLEMENT = "supplement", pgettext_lazy("contract file", "Supplementary agreement")
    OTHER = "other", pgettext_lazy("contract file", "Other")
