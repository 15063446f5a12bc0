"""Every write of approvals, one module per thing."""

from genjin.approvals.actions.answers import add_signer, decide, hand_on
from genjin.approvals.actions.requests import NewRequest, ask, void_requests, withdraw

__all__ = ["NewRequest", "add_signer", "ask", "decide", "hand_on", "void_requests", "withdraw"]
