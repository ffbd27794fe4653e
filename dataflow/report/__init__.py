"""The data-quality report: one self-contained page, its data as JSON, and the dataset card."""
