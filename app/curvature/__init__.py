"""Curvature of any objective, from Hessian-vector products."""
