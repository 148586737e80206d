"""The pages on which the knowledge is kept: the library, drafts, what would change, history, exchange."""
