"""The pages of figures: for the coordinator, and as open data."""
