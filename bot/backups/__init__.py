"""Backups: everything that the database holds in one file, and back from it into an empty database of either kind."""
