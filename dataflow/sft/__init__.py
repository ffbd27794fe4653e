"""Instruction samples from documents, each with evidence that our code has checked."""
