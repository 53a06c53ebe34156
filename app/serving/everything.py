"""Imported after jobs, this imports whatever they can be asked for: workers share it with what they are forked from."""

from app.core.unions import import_everything

import_everything()
