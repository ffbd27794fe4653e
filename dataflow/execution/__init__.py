"""Where work runs: a guarded local pool, or Ray behind the same signature."""
