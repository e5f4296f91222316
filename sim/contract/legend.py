"""What the numbers in a plan and a log mean: names and fixed attributes, for tables and pictures; no engine reads it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Place(NamedTuple):
    """A gate, station or leg in one direction: what it is called, and what it is.

    `name` is for people, and no other place of the same kind has it; whoever wants to know what a place is asks the rest.
    A place of a facility has `facility` and `operation` ("border", …), a gate also the `direction` in which its trains go.
    One of a line has the id of its `leg`, the `facility` where it begins and the one where it ends (`to`).
    """

    name: str
    facility: str = ""
    to: str = ""
    leg: str = ""
    operation: str = ""
    direction: str = ""


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
    flow_market: tuple[str, ...]
    """"" where none is given."""
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

    gate_places: tuple[Place, ...]
    station_places: tuple[Place, ...]
    leg_places: tuple[Place, ...]
    fleets: tuple[str, ...]
    facilities: tuple[str, ...]

    policies: tuple[str, ...]
    policy_surcharge_usd_per_feu: tuple[float, ...]
    """What a policy charges each consignment that it binds, whatever else it does."""
    surcharges: tuple[tuple[int, int, int, int, int, int], ...]
    """(policy, flow, cargo or -1, chain, from_s, until_s): the consignments that pay the policy's surcharge."""

    @property
    def gates(self) -> tuple[str, ...]:
        """Names of the gates."""
        return tuple(place.name for place in self.gate_places)

    @property
    def stations(self) -> tuple[str, ...]:
        """Names of the stations."""
        return tuple(place.name for place in self.station_places)

    @property
    def legs(self) -> tuple[str, ...]:
        """Names of the legs, each in one direction."""
        return tuple(place.name for place in self.leg_places)
