"""Thalweg: a loss-landscape visualiser whose numbers can be audited."""

__version__ = "0.1.0"
