"""Tests of `dataflow.chunking`."""
