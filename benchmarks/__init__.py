"""Scripts that measure: quality on outside yardsticks, what a run costs, how that grows.

Nothing here is imported by the four packages. `python -m benchmarks` lists the scripts.
"""
