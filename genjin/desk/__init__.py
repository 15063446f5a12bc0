"""What spans all floors: the deed behind every approval, and a customer's whole journey. No tables."""
