"""``flask demo``: the demo firm (its owner writes the commands)."""

from flask.cli import AppGroup

group = AppGroup("demo", help="The demo firm.")
