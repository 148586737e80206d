"""The loops that do the work: taking incomings, sending what was said, what staff do, keeping house."""
