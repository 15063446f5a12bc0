"""Chances learned from closed customers: pure, no database and no clock; scikit-learn is needed only to learn."""
