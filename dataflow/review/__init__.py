"""Samples for people to judge, and what their verdicts are used for."""
