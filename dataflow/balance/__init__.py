"""Balance: caps, quotas and a held-out split, by numbers that depend on each document alone."""
