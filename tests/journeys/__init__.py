"""Stories across the faces in a real browser, against a real server with its worker and its mail."""
