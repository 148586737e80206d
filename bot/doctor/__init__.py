"""What is wrong with an installation, and what to do about it. Each part looks at one side of it and yields its findings."""
