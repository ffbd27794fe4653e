"""Tests of `dataflow.embedding`."""
