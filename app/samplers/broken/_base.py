"""What a broken kernel says of itself."""

from __future__ import annotations

from typing import ClassVar

from app.core.inference import Sampler


class BrokenSampler(Sampler):
    """A kernel that looks like one that is right and is not.

    Attributes:
        broken: what is wrong, in one sentence.
        repaired: the kind of the kernel that it would be without the bug.
    """

    broken: ClassVar[str]
    repaired: ClassVar[str]
    leaves_target_invariant: ClassVar[bool] = False
