"""The nouns: frozen values and their legal changes. Standard library only."""
