"""Cutting what stands in many documents: boilerplate lines of a source, repeated passages."""
