"""The views of this folder, a module per subject."""
