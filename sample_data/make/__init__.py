"""The scripts behind `sample_data/documents`: `python -m sample_data.make` rebuilds every file.

All texts are our own; the station, its people and its figures are invented.
"""
