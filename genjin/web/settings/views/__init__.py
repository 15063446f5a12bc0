"""The views of the settings pages, a module per screen."""
