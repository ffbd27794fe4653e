"""How good a sample is: scores by rules, by a model with the source in view, by retrieval."""
