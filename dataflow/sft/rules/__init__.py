"""Samples without any model: patterns and templates, English and Chinese."""
