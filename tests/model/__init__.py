"""The words of the house, by themselves."""
