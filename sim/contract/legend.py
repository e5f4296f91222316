"""What the numbers in a plan and a log mean: names and fixed attributes, for tables and pictures; no engine reads it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Legend:
    """Names by number, and what is known without a run. Money is USD per FEU, emissions kg CO2e per tonne of cargo."""

    scenario: str
    title: str
    start: str
    """First second of the period, ISO 8601, UTC."""
    period_s: int
    warm_up_s: int
    cool_down_s: int

    flows: tuple[str, ...]
    flow_origin: tuple[str, ...]
    flow_destination: tuple[str, ...]
    flow_direction: tuple[str, ...]
    flow_deadline_s: tuple[int, ...]
    flow_measured: tuple[bool, ...]
    """False for freight that only shares the track: it is in the tables, not in the measures."""
    flow_charge_usd_per_feu: tuple[float, ...]
    flow_mass_t_per_feu: tuple[float, ...]

    cargos: tuple[str, ...]
    cargo_time_value_usd_per_feu_day: tuple[float, ...]

    corridors: tuple[str, ...]
    chains: tuple[str, ...]
    chain_corridor: tuple[int, ...]
    chain_quoted_s: tuple[int, ...]
    """Transit time that is promised; -1 where none is."""
    chain_services: tuple[tuple[int, ...], ...]

    services: tuple[str, ...]
    service_origin: tuple[str, ...]
    service_destination: tuple[str, ...]
    service_cost_usd_per_feu: tuple[float, ...]
    service_emissions_kg_per_t: tuple[float, ...]
    service_length_m: tuple[int, ...]

    gates: tuple[str, ...]
    stations: tuple[str, ...]
    legs: tuple[str, ...]
    fleets: tuple[str, ...]
    facilities: tuple[str, ...]

    policies: tuple[str, ...]
    policy_surcharge_usd_per_feu: tuple[float, ...]
    """What a policy charges each consignment that it binds, whatever else it does."""
    surcharges: tuple[tuple[int, int, int, int, int, int], ...]
    """(policy, flow, cargo or -1, chain, from_s, until_s): the consignments that pay the policy's surcharge."""
