"""Care: the overview, satisfaction, tickets."""
