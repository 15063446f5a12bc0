"""Proposals and quotations: the list, one proposal with its versions, and what is done with them."""
