"""How knowledge changes: files read into a `bot.model.library.Library`, and what is wrong with them."""
