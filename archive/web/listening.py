"""The sockets at which the desk listens, whichever process answers there."""

import os
import socket
from contextlib import ExitStack
from typing import Any

from domain.refusal import Refusal
from domain.sentence import say

LOOPBACK = ("127.0.0.1", "::1", "localhost")
"""The hosts that only programs of this machine reach."""
_WAITING = 1_024  # connections that nobody has taken yet


def listening(host: str, port: int) -> list[socket.socket]:
    """Return a socket that listens, for each address of a host.

    Raises:
        Refusal: none can listen there.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except OSError:
        raise Refusal(say("web_host_unknown", host=host)) from None
    with ExitStack() as stack:
        try:
            bound = [stack.enter_context(_at(family, place)) for family, *_, place in found]
        except OSError as error:
            reason = error.strerror or str(error)
            raise Refusal(say("web_cannot_listen", host=host, port=port, reason=reason)) from None
        stack.pop_all()
    return bound


def _at(family: socket.AddressFamily, place: Any) -> socket.socket:
    made = socket.socket(family, socket.SOCK_STREAM)
    if os.name != "nt":  # there it lets two programs listen on one port
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if family == socket.AF_INET6:
        made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    try:
        made.bind(place)
        made.listen(_WAITING)
    except OSError:
        made.close()
        raise
    return made
