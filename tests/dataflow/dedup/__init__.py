"""Tests of dataflow.dedup."""
