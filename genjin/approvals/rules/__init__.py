"""The rules of approvals."""
