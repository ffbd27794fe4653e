"""The steps of a run behind parsing: one module for each, with its tasks and what workers do."""
