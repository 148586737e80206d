"""Text as text: normalising, language choice, place names in a sentence, phrases and formats."""
