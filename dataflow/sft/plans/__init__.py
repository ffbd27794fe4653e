"""What a model is asked for each kind of sample: one module a method, each a plan."""
