"""What a sheet's columns mean and how their values are read. Pure."""
