"""What a broken kernel says of itself."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar

from app.core.inference import Sampler


class BrokenSampler(Sampler):
    """A kernel that looks like one that is right and is not.

    Attributes:
        broken: what is wrong, in one sentence.
        repaired: the kind of the kernel that it would be without the bug.
        exhibit: fields with which the bug can be seen, where it is small at their defaults.
    """

    broken: ClassVar[str]
    repaired: ClassVar[str]
    exhibit: ClassVar[Mapping[str, Any]] = MappingProxyType({})
    leaves_target_invariant: ClassVar[bool] = False
