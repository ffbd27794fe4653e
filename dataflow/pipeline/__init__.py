"""A run: its steps, each reading the committed result of the one before and committing its own."""
