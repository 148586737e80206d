"""The staff's doors: sign-in, the desk, health, and the one web application that holds all pages."""
