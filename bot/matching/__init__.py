"""What is meant: crisis first, then evidence from words and from meaning, and one calibrated verdict."""
