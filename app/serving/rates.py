"""How much computing time each client has asked for lately."""

from __future__ import annotations

import time
from ipaddress import IPv6Address, ip_address

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from app.serving.admission import rate_limited

TICKS = 1000
"""The smallest charge is a millisecond."""


class ClientRates:
    """Estimated computing time by client over a sliding minute; a request is charged its cost, not one.

    Args:
        seconds: what a client may ask for in a minute; 0 is no limit.
    """

    def __init__(self, seconds: float) -> None:
        self._item = RateLimitItemPerMinute(max(1, round(seconds * TICKS)))
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage()) if seconds else None

    def left(self, client: str) -> float | None:
        """Seconds that ``client`` may ask for now; None without a limit."""
        if self._limiter is None:
            return None
        return self._limiter.get_window_stats(self._item, household(client)).remaining / TICKS

    def charge(self, client: str, seconds: float) -> None:
        """Take ``seconds`` from what ``client`` has left.

        Raises:
            RefusalError: ``rate-limited``: others of its requests were quicker.
        """
        cost = max(1, round(seconds * TICKS))
        if self._limiter and not self._limiter.hit(self._item, household(client), cost=cost):
            window = self._limiter.get_window_stats(self._item, household(client))
            raise rate_limited(seconds, window.remaining / TICKS, window.reset_time - time.time())


def household(client: str) -> str:
    """Who answers for an address: itself, or its /64 where it is of IPv6, of which one person has 2⁶⁴."""
    try:
        address = ip_address(client)
    except ValueError:
        return client
    if isinstance(address, IPv6Address):
        return str(address.ipv4_mapped) if address.ipv4_mapped else f"{int(address) >> 64:x}::/64"
    return client
