"""Learning-rate schedules: one file each, found by :func:`app.core.spec.catalogue`."""
