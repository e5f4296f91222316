"""Shapes of distributions: what compiled code and those who call it agree on."""

from enum import IntEnum


class Shape(IntEnum):
    """How a quantile function is computed from three numbers a, b, c."""

    CONSTANT = 0  # a
    UNIFORM = 1  # from a, over b
    TRIANGULAR = 2  # low a, mode b, high c
    SAMPLE = 3  # as many values as b, the first of them at a
    QUANTILES = 4  # above a by b times a lognormal of spread c
    EXPONENTIAL = 5  # of mean -b
    GAMMA = 6  # of shape a, mean b
