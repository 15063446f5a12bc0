"""The views about how good the data is, a module per screen."""
