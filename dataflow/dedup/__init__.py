"""Near-duplicate removal: MinHash candidates, every one checked by its exact similarity."""
