"""The WSGI entry: ``app`` for a server, ``flask --app wsgi …`` for commands."""

import gc

gc.disable()  # nothing that an import makes is rubbish; `served` turns the collector on

from portal.app import served  # noqa: E402

app = served()
