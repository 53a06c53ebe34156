"""The identity of a computation: same name, same completed spec, same version, same bytes."""

from __future__ import annotations

import hashlib

from app import __version__
from app.core.spec import Spec


def spec_hash(name: str, spec: Spec) -> str:
    """SHA-256 (hex, 32 digits) of a computation's name, its completed spec and the engine's version."""
    canonical = "\n".join((__version__, name, spec.model_dump_json()))
    return hashlib.sha256(canonical.encode()).hexdigest()[:32]
