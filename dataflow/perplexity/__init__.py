"""Perplexity of documents under n-gram models that are trained on the corpus itself."""
