"""What a served model may use up, and what it has used up."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from models.errors import SpendLimit
from models.registry import Server


@dataclass(slots=True)
class Spent:
    """Pieces read and written, and their price."""

    source: int = 0
    target: int = 0
    cost: float = 0.0


class Purse:
    """Counts what calls use, those in flight included, and refuses one that could pass a limit.

    A call is counted with the most that it may take until its answer says what it took.
    """

    def __init__(self, server: Server) -> None:
        self.server = server
        self.spent = Spent()
        self._lock = threading.Lock()

    def reserve(self, source: int, target: int) -> None:
        """Set aside what a call may take.

        Raises:  SpendLimit: the limit in pieces or money could be passed.
        """
        with self._lock:
            pieces = self.spent.source + self.spent.target + source + target
            cost = self.spent.cost + self._cost(source, target)
            if 0 < self.server.max_pieces < pieces:
                raise SpendLimit(
                    f"{self.server.url}: the limit of {self.server.max_pieces} pieces (max_pieces) would be "
                    f"passed; used so far: {self.spent.source + self.spent.target}"
                )
            if 0 < self.server.max_cost < cost:
                raise SpendLimit(
                    f"{self.server.url}: the limit of {self.server.max_cost} (max_cost) would be passed; "
                    f"spent so far: {self.spent.cost:.4f}"
                )
            self._add(source, target)

    def settle(self, reserved: tuple[int, int], used: tuple[int, int]) -> None:
        """Replace what was set aside by what was used."""
        with self._lock:
            self._add(used[0] - reserved[0], used[1] - reserved[1])

    def _add(self, source: int, target: int) -> None:
        self.spent.source += source
        self.spent.target += target
        self.spent.cost += self._cost(source, target)

    def _cost(self, source: int, target: int) -> float:
        return (source * self.server.price_source + target * self.server.price_target) / 1e6
