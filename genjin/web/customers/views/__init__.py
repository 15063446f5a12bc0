"""The views of the customer pages, a module per screen."""
