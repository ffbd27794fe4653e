"""One module for each group of commands; each imports what it needs only when it runs."""
