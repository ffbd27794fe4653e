"""Tests of `dataflow.retrieval`."""
