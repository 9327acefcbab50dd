"""The WSGI entry: ``app`` for a server, ``flask --app wsgi …`` for commands."""

from portal.app import served

app = served()
