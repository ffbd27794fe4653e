"""What `dataflow.verify` is made of."""
