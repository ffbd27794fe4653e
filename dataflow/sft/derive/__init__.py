"""Samples made of samples: preferences with a controlled flaw, queries, test questions."""
