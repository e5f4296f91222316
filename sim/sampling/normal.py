"""The quantile function of the normal distribution, equal to SciPy's `ndtri` bit for bit; compiled into `draws`.

Rational approximations by Stephen L. Moshier (Cephes, ndtri.c): one for the middle, two for the tails.
"""

from math import log, sqrt

import numpy as np
import numpy.typing as npt

from sim.compiled import compiled, inlined

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

EDGE = 0.13533528323661269189  # exp(-2): beyond it on either side are the tails
ROOT = 2.50662827463100050242  # sqrt(2 pi)
FAR = 8.0


@inlined
def central(u: float) -> float:
    """For u in the middle."""
    y = u - 0.5
    q = y * y
    above = (
        ((-5.99633501014107895267e1 * q + 9.80010754185999661536e1) * q + -5.66762857469070293439e1) * q
        + 1.39312609387279679503e1
    ) * q + -1.23916583867381258016e0
    below = (
        (
            (
                (
                    ((q + 1.95448858338141759834e0) * q + 4.67627912898881538453e0) * q
                    + 8.63602421390890590575e1
                )
                * q
                + -2.25462687854119370527e2
            )
            * q
            + 2.00260212380060660359e2
        )
        * q
        + -8.20372256168333339912e1
    ) * q + 1.59056225126211695515e1
    below = below * q + -1.18331621121330003142e0
    return (y + y * (q * above / below)) * ROOT


@inlined
def near(q: float) -> float:
    """The correction for tails up to 8 standard deviations."""
    above = 4.05544892305962419923e0 * q + 3.15251094599893866154e1
    above = above * q + 5.71628192246421288162e1
    above = above * q + 4.40805073893200834700e1
    above = above * q + 1.46849561928858024014e1
    above = above * q + 2.18663306850790267539e0
    above = above * q + -1.40256079171354495875e-1
    above = above * q + -3.50424626827848203418e-2
    above = above * q + -8.57456785154685413611e-4
    below = q + 1.57799883256466749731e1
    below = below * q + 4.53907635128879210584e1
    below = below * q + 4.13172038254672030440e1
    below = below * q + 1.50425385692907503408e1
    below = below * q + 2.50464946208309415979e0
    below = below * q + -1.42182922854787788574e-1
    below = below * q + -3.80806407691578277194e-2
    below = below * q + -9.33259480895457427372e-4
    return q * above / below


@inlined
def far(q: float) -> float:
    """The correction for tails beyond."""
    above = 3.23774891776946035970e0 * q + 6.91522889068984211695e0
    above = above * q + 3.93881025292474443415e0
    above = above * q + 1.33303460815807542389e0
    above = above * q + 2.01485389549179081538e-1
    above = above * q + 1.23716634817820021358e-2
    above = above * q + 3.01581553508235416007e-4
    above = above * q + 2.65806974686737550832e-6
    above = above * q + 6.23974539184983293730e-9
    below = q + 6.02427039364742014255e0
    below = below * q + 3.67983563856160859403e0
    below = below * q + 1.37702099489081330271e0
    below = below * q + 2.16236993594496635890e-1
    below = below * q + 1.34204006088543189037e-2
    below = below * q + 3.28014464682127739104e-4
    below = below * q + 2.89247864745380683936e-6
    below = below * q + 6.79019408009981274425e-9
    return q * above / below


@compiled
def quantiles(z: Floats, sigma: float, at: Ints, u: Floats, x: Floats, logs: Floats) -> None:
    """Turn uniforms `z` (at most as many as there is room in the others) into quantiles, times sigma.

    In passes over arrays, which the compiler turns into instructions on several numbers at once.
    """
    many = 0
    for i in range(len(z)):
        at[many] = i
        u[many] = z[i]
        many += (z[i] <= EDGE) | (z[i] > 1.0 - EDGE)
    for i in range(len(z)):
        z[i] = sigma * central(z[i])
    for j in range(many):
        x[j] = log(1.0 - u[j] if u[j] > 1.0 - EDGE else u[j])
    for j in range(many):
        x[j] = sqrt(-2.0 * x[j])
    for j in range(many):
        logs[j] = log(x[j])
    beyond = 0
    for j in range(many):
        beyond += int(x[j] >= FAR)
        value = x[j] - logs[j] / x[j] - near(1.0 / x[j])
        logs[j] = sigma * (value if u[j] > 1.0 - EDGE else -value)
    for j in range(many):
        z[at[j]] = logs[j]
    if beyond:
        for j in range(many):
            if x[j] >= FAR:
                value = x[j] - log(x[j]) / x[j] - far(1.0 / x[j])
                z[at[j]] = sigma * (value if u[j] > 1.0 - EDGE else -value)
