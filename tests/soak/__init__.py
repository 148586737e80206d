"""The soak: many residents write for a long time while processes are killed, and in the end everything is counted.

``make soak`` runs it; ``tests/journeys/test_soak.py`` has a short form of it. What is counted is what was promised: every
accepted message has its turn exactly once in the database and its reply at least once at the resident's, in order.
"""
