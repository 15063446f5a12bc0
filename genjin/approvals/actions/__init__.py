"""Every write of approvals, one module per thing."""

from genjin.approvals.actions.requests import NewRequest, ask, decide, deciders, void_requests, withdraw

__all__ = ["NewRequest", "ask", "decide", "deciders", "void_requests", "withdraw"]
