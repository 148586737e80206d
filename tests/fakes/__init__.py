"""Peers that the program talks to, as real servers for tests."""
