"""Token sequences of a fixed capacity, packed best fit first."""
