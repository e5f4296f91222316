"""Worlds in which freight chooses its chain. Money in them is cents an FEU."""

import numpy as np
from worlds import DAY_S, PlanBuilder, run, scenario, told

from sim.contract import SampledPlan, StepKind
from sim.engine import simulate
from sim.results import tabulate
from sim.sampling import Sampler

GATE, HANDLE, RUN, CHECK = StepKind
A_CENT_A_SECOND = DAY_S
HERE, THERE, INLAND = 0, 1, 2


def road(b: PlanBuilder, run_s: int, price: int = 0, start: int = HERE, **more: object) -> int:
    """A service of single boxes over a leg of its own, as shippers know it."""
    step = (RUN, b.leg(), run_s)
    return b.service(step, start=start, price=((0, price),), mean_s=run_s, **more)  # type: ignore[arg-type]


def chosen(plan: SampledPlan, engine: str) -> list[str]:
    """Rows of a log that tell which chain is taken."""
    words = (" released ", " barred ", " refused ", " rerouted ")
    return [line for line in told(run(plan, engine)) if any(word in line for word in words)]


STANDARD_ERRORS = 4
TWO_WAYS = """
schema: 1
title: Two ways from A to D
network: none
period: {start: "2025-01-01", length: 200 d}
railways: {r: {name: R, speed: 1000 km/day, tariff: 0.1 USD/FEU-km, emissions: 0 g/t-km}}
facilities:
  a: {name: A, country: CN, position: [40, 100], kind: terminal, terminal: {}}
  m: {name: M, country: RU, position: [50, 50], kind: border, border: {}}
  n: {name: N, country: IR, position: [35, 50], kind: border, border: {}}
  d: {name: D, country: DE, position: [51, 10], kind: terminal, terminal: {}}
legs:
  a-m: {between: [a, m], mode: rail, gauge: 1520, length: 5000 km, railway: r}
  m-d: {between: [m, d], mode: rail, gauge: 1520, length: 5000 km, railway: r}
  a-n: {between: [a, n], mode: rail, gauge: 1520, length: 7000 km, railway: r}
  n-d: {between: [n, d], mode: rail, gauge: 1520, length: 7000 km, railway: r}
services:
  north: {route: [a, m, d], gauge: 1520, capacity: 1 TEU, dispatch: {when: full}}
  south: {route: [a, n, d], gauge: 1520, capacity: 1 TEU, dispatch: {when: full}}
corridors: {north: {title: North}, south: {title: South}}
chains: {by-north: {corridor: north, services: [north]}, by-south: {corridor: south, services: [south]}}
cargo:
  quick: {title: quick, hs: ["85"], time_value: 300 USD/FEU-day}
  slow: {title: slow, hs: ["95"], time_value: 50 USD/FEU-day}
flows:
  f: {origin: a, destination: d, volume: 60 TEU/day, consignment: 1 TEU, cargo: {quick: 50 %, slow: 50 %}, mass: 15 t/FEU,
      deadline: 20 d, routing: {shares: {by-north: 70 %, by-south: 30 %}}}
choice: {routing: adaptive, scale_westbound: 1000 USD/FEU}
"""


def shares(engine: str, *changes: str) -> tuple[dict[str, float], dict[str, float]]:
    """Share of each cargo class that goes north, and its standard error."""
    sampler = Sampler(scenario(*changes, base=TWO_WAYS), name="two-ways")
    plan = sampler.plan(0)
    goods = tabulate(plan, simulate(plan, engine=engine), sampler.legend).consignments
    north = (goods["chain"].astype(str) == "by-north").groupby(goods["cargo"].astype(str))
    share = north.mean()
    error = np.sqrt(share * (1 - share) / north.size())
    return share.to_dict(), error.to_dict()


def logit(share: float, change_usd: float, scale_usd: float = 1000.0) -> float:
    """Share of a way that had a share and costs so much more now."""
    return share * np.exp(-change_usd / scale_usd) / (share * np.exp(-change_usd / scale_usd) + 1 - share)
