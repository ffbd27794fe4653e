"""Quality: signals are columns, rules are data rows, a filter is their comparison."""
