"""Repeatable measurements against docs/performance.md: ``python -m bench``, or ``make bench``."""
