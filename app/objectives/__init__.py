"""Scalar functions of a vector: analytic surfaces, typed formulas, networks, and what is built on them."""
