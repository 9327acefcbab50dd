"""Reins: a self-service portal for customer-managed relationships."""
