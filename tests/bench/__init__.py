"""One command that compares this matcher with others: `make compare`. Nothing in the program imports it."""
