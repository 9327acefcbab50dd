"""Signs to the supervisor of a process: systemd's protocol of sd_notify(3), and nothing where there is none."""

from __future__ import annotations

import os
import socket


def tell(state: str) -> bool:
    """Send ``READY=1``, ``WATCHDOG=1`` or ``STOPPING=1`` to the supervisor; tell whether there is one that listens."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return False
    if address.startswith("@"):
        address = "\0" + address[1:]  # a socket without a file
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as channel:
            channel.connect(address)
            channel.sendall(state.encode())
    except OSError:
        return False
    return True
