"""The tables of approvals."""

from genjin.approvals.models.flows import Flow
from genjin.approvals.models.requests import Request, RequestQuerySet
from genjin.approvals.models.steps import Signer, Step

__all__ = ["Flow", "Request", "RequestQuerySet", "Signer", "Step"]
