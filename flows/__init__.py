"""How and when a run happens: the command line, and the Prefect flows."""
