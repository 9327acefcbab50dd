"""The rules of the relationship. Knows no web framework, no forms, no addresses of pages, no templates."""
