"""Texts -> L2-normalised vectors, by models that are on disk already."""
