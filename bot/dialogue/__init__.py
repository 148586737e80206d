"""What to do about what was understood: pure functions from a conversation and an incoming to a turn."""
