"""Pages for everybody: answers to read and to find, booklets, and where to say that something is wrong."""
