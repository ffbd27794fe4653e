"""Seed tasks of our own writing, one file a language; they are not translations of each other."""
