"""infopoint: an information point that people can write to."""
