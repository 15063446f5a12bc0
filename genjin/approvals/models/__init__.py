"""The tables of approvals."""

from genjin.approvals.models.requests import Request, RequestQuerySet

__all__ = ["Request", "RequestQuerySet"]
