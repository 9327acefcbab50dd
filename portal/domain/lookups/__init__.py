"""lookups."""
