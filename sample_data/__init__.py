"""Sample documents that show what corpusmill does, and the scripts that make them."""
