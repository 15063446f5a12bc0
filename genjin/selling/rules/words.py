"""The words of selling."""

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import pgettext_lazy


class OpportunityKind(TextChoices):
    """Which purchase in a customer's life (model.md)."""

    FIRST = "first", pgettext_lazy("opportunity", "First purchase")
    REPEAT = "repeat", pgettext_lazy("opportunity", "Repeat purchase")
    UPSELL = "upsell", pgettext_lazy("opportunity", "Upsell")
    RENEWAL = "renewal", pgettext_lazy("opportunity", "Renewal")


class OpportunityStage(TextChoices):
    """Where a purchase stands; the same words as the customer's stages from `qualified` on."""

    QUALIFIED = "qualified", pgettext_lazy("opportunity", "Qualified")
    NEGOTIATION = "negotiation", pgettext_lazy("opportunity", "Negotiation")
    WON = "won", pgettext_lazy("opportunity", "Won")
    LOST = "lost", pgettext_lazy("opportunity", "Lost")


OPEN_STAGES = (OpportunityStage.QUALIFIED, OpportunityStage.NEGOTIATION)


class Forecast(TextChoices):
    """How firmly a purchase is counted on."""

    COMMIT = "commit", pgettext_lazy("forecast", "Commit")
    BEST = "best", pgettext_lazy("forecast", "Best case")
    PIPELINE = "pipeline", pgettext_lazy("forecast", "Pipeline")
    OMITTED = "omitted", pgettext_lazy("forecast", "Left out")


class ProductKind(TextChoices):
    PRODUCT = "product", pgettext_lazy("product", "Product")
    SERVICE = "service", pgettext_lazy("product", "Service")


class ChainRole(TextChoices):
    """Which part a person plays in deciding (S0-15, S3-13)."""

    DECIDER = "decider", pgettext_lazy("decision role", "Final decider")
    INFLUENCER = "influencer", pgettext_lazy("decision role", "Influencer")
    USER = "user", pgettext_lazy("decision role", "User")
    BUYER = "buyer", pgettext_lazy("decision role", "Buyer")
    GATEKEEPER = "gatekeeper", pgettext_lazy("decision role", "Technical gatekeeper")
    COACH = "coach", pgettext_lazy("decision role", "Coach")


class Attitude(TextChoices):
    """How a person stands to buying from us."""

    FOR = "for", pgettext_lazy("attitude", "In favour")
    NEUTRAL = "neutral", pgettext_lazy("attitude", "Neutral")
    AGAINST = "against", pgettext_lazy("attitude", "Against")
    UNKNOWN = "unknown", pgettext_lazy("attitude", "Unknown")


class Influence(IntegerChoices):
    LITTLE = 1, pgettext_lazy("influence", "Little")
    SOME = 2, pgettext_lazy("influence", "Some")
    MUCH = 3, pgettext_lazy("influence", "Much")
