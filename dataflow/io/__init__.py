"""What is on disk: atomic files, the content-addressed store, the shards of a data set."""
