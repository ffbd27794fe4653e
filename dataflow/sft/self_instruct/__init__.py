"""Self-Instruct: from seed tasks to new instructions and their instances (Wang et al. 2022)."""
