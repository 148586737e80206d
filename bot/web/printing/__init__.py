"""The card for the counter: what a resident takes along to an office, in two languages, as a page and as PDF."""
