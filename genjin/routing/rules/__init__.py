"""The laws of giving and taking customers by themselves: pure, no tables, no clock."""
