"""The catalogue of surfaces: one final class a file."""
