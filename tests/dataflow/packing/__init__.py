"""Tests of dataflow.packing."""
