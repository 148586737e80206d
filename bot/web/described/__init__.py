"""What every address of the web interface is for, in the words of its description."""
