"""The residents' page: a chat that needs no script, streams where there is one, and keeps nothing before the first message."""
