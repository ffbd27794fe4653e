"""Claims with their sources, what other judges say of them, and how the judge's weights are fit."""
