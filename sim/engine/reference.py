"""The reference engine: the model as a story, in SimPy. It is the specification.

Everything that happens is an event at `(time, rank, entity)`, run to completion with all its consequences before the
next one; the ranks are the table `Rank`. Processes are trips; gates, stations, terminals and fleets stand still.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from functools import partial
from typing import Any

import simpy

from sim.contract import (
    NEVER,
    Calendar,
    Cause,
    Dispatch,
    EventKind,
    EventLog,
    Express,
    Knowledge,
    PlaceKind,
    Rank,
    SampledPlan,
    StepKind,
    added,
    as_lists,
    at_release,
    at_terminal,
    in_force,
    learn,
    may_choose,
    note,
    note_ages,
    tell_waits,
    weighs,
)
from sim.engine.moving import Background, Trip
from sim.engine.places import Fleet, Gate, Line, Station, Terminal, Waiting
from sim.errors import EngineError

Story = Generator[simpy.Event, None, None]
Who = tuple[int, int, PlaceKind, int]
"""Columns consignment, trip, place_kind and place of a row."""


def simulate_reference(plan: SampledPlan) -> EventLog:
    """Run one replication in SimPy."""
    return World(plan).run()


class World:
    """All that stands and moves in one replication."""

    def __init__(self, plan: SampledPlan) -> None:
        p = self.plan = as_lists(plan)
        self.work_s = plan.work_s
        self.env = simpy.Environment()
        self.rows: list[tuple[int, ...]] = []
        cal = self.calendars = [Calendar(plan, i) for i in range(len(plan.calendar_first) - 1)]
        self.gates = [Gate(cal[c], h) for c, h in zip(p.gate_calendar, p.gate_headway_s, strict=True)]
        servers = zip(p.station_servers, p.station_rate, strict=True)
        self.stations = [Station(cal[n], cal[r]) for n, r in servers]
        self.fleets = [Fleet.of(p, f, cal) for f in range(plan.n_fleets)]
        self.terminals = [Terminal() for _ in range(plan.n_services)]
        self.yards: dict[int, Line[Waiting]] = {}
        self.known = Knowledge(plan)
        n = plan.n_consignments
        self.chain_of, self.leg_of = [-1] * n, [0] * n
        self.joined_s, self.think_s = [-1] * n, [-1] * n
        for s, f in enumerate(self.plan.fleet):
            if f >= 0:
                self.fleets[f].services[self.plan.fleet_end[s]].append(s)

    # --- the rule of time -------------------------------------------------------------------------------------

    @property
    def now(self) -> int:
        """Seconds since the period's start."""
        return int(self.env.now)

    def at(self, time_s: int, rank: Rank, entity: int, event: simpy.Event | None = None) -> simpy.Event:
        """Schedule an event (a new one if none is given) at its place among the events of that second."""
        event = simpy.Event(self.env) if event is None else event
        event._ok, event._value = True, None
        if time_s < NEVER:
            self.env.schedule(event, priority=2 + rank * 2**40 + entity, delay=time_s - self.now)  # type: ignore[arg-type]
        return event

    def call(self, time_s: int, rank: Rank, entity: int, what: Callable[[int], None]) -> None:
        """Call `what(entity)` at its place among the events of that second."""
        event = self.at(time_s, rank, entity)
        if event.callbacks is not None:
            event.callbacks.append(lambda _: what(entity))

    def run(self) -> EventLog:
        """Tell the whole period."""
        plan = self.plan
        if plan.bulletin_s:
            self.call(plan.bulletin_s, Rank.PUBLISHED, 1, self.publish)
        if plan.n_consignments:
            self.call(plan.release_s[0], Rank.RELEASED, 0, self.release)
        for s in range(plan.n_services):
            self.plan_next_slot(s)
        for g in range(plan.n_gates):
            self.plan_background(g, plan.background_first[g])
        for f, fleet in enumerate(self.fleets):
            for change_s in fleet.withdrawn_target.at_s:
                self.call(change_s, Rank.FLEET_CHANGED, f, self.change_fleet)
            self.look_at_fleet(f)
        self.env.run(until=plan.period_s)
        return EventLog.of(self.rows)

    def fault(self, words: str) -> EngineError:
        """What is raised when the simulation cannot go on."""
        return EngineError(
            f"seed {self.plan.seed}, replication {self.plan.replication}, second {self.now}: {words}"
        )

    # --- the log ----------------------------------------------------------------------------------------------

    def write(
        self,
        kind: EventKind,
        consignment: int = -1,
        trip: int = -1,
        place_kind: PlaceKind = PlaceKind.NOWHERE,
        place: int = -1,
        cause: int = -1,
        span_s: int = 0,
        policy: int = -1,
    ) -> None:
        """Add a row at the present second."""
        self.rows.append((self.now, kind, consignment, trip, place_kind, place, cause, span_s, policy))

    def write_closed(self, since_s: int, calendar: Calendar, who: Who) -> int:
        """Add a row for every cause of closed seconds since then; return the seconds that were not closed."""
        rest_s = self.now - since_s
        for cause, closed_s in calendar.closed(since_s, self.now):
            rest_s -= closed_s
            self.write(EventKind.WAITED, *who, cause, closed_s)
        return rest_s

    def write_wait(self, since_s: int, cause: Cause, calendar: Calendar, who: Who) -> None:
        """Add the rows of a wait since then: closed seconds by their own cause, the rest by `cause`."""
        rest_s = self.write_closed(since_s, calendar, who)
        if rest_s:
            self.write(EventKind.WAITED, *who, cause, rest_s)

    # --- consignments -----------------------------------------------------------------------------------------

    def release(self, c: int) -> None:
        """A consignment takes a chain that is open to it, or is refused."""
        plan = self.plan
        if c + 1 < plan.n_consignments:
            self.call(plan.release_s[c + 1], Rank.RELEASED, c + 1, self.release)
        chain, barred, policy = at_release(plan, self.known, c, self.now)
        if barred >= 0:
            self.write(EventKind.BARRED, c, place_kind=PlaceKind.CHAIN, place=barred, policy=policy)
        if chain < 0:
            self.write(EventKind.REFUSED, c, policy=policy)
            return
        self.chain_of[c] = chain
        self.write(EventKind.RELEASED, c, place_kind=PlaceKind.CHAIN, place=chain)
        held_s = sum(span_s for span_s, _ in self.acts_on(c, -1, self.now))
        if held_s:
            self.call(self.now + held_s, Rank.CLEARED, c, self.accept)
        else:
            self.join([c])

    def acts_on(self, c: int, facility: int, time_s: int) -> list[tuple[int, int]]:
        """(seconds, policy) of the acts in force at a second on a consignment at a facility (-1: at its origin)."""
        plan, chain = self.plan, self.chain_of[c]
        acts = range(plan.act_first[c], plan.act_first[c + 1])
        bind = [a for a in acts if in_force(plan, a, chain, facility, time_s)]
        return [(plan.act_span_s[a], plan.act_policy[a]) for a in bind]

    def accept(self, c: int) -> None:
        """The licence or payment of a consignment has come: it joins its first service."""
        for span_s, policy in self.acts_on(c, -1, self.plan.release_s[c]):
            self.write(EventKind.CLEARED, c, cause=Cause.POLICY, span_s=span_s, policy=policy)
        self.join([c])

    def join(self, arrivals: list[int]) -> None:
        """Consignments at the terminal of their next service wait for a vehicle; vehicles may now leave."""
        services = set()
        for c in arrivals:
            s = self.service_at(self.chain_of[c], self.leg_of[c])
            terminal = self.terminals[s]
            terminal.line.join(self.plan.express[c], Waiting(c, self.now))
            terminal.teu += self.plan.size_teu[c]
            services.add(s)
            self.joined_s[c] = self.now
            if may_choose(self.plan, self.known, c, self.plan.service_from[s]):
                self.plan_to_think(c)
        for s in sorted(services):
            self.dispatch(s)

    def service_at(self, chain: int, stage: int) -> int:
        """The service that one takes at a stage of a chain."""
        return self.plan.chain_service[self.plan.chain_first[chain] + stage]

    # --- information and second thoughts ----------------------------------------------------------------------

    def publish(self, bulletin: int) -> None:
        """The waits of the past time are told, those that go on with their age; shippers know them after the lag."""
        plan, known = self.plan, self.known
        stand: list[Any] = [*self.gates, *self.stations, *self.terminals]
        waiting = ((place, who.since_s) for place, one in enumerate(stand) for who in one.line.everyone())
        note_ages(known, self.now, waiting)
        tell_waits(plan, known)
        self.call(self.now + plan.bulletin_s, Rank.PUBLISHED, bulletin + 1, self.publish)
        if plan.lag_s:
            self.call(self.now + plan.lag_s, Rank.PUBLISHED, bulletin, lambda _: learn(plan, known))
        else:
            learn(plan, known)

    def plan_to_think(self, c: int) -> None:
        """A consignment that waits will think again when its patience is over."""
        self.think_s[c] = self.now + self.plan.patience_s[c]
        self.call(self.think_s[c], Rank.PATIENCE_OVER, c, self.think_again)

    def think_again(self, c: int) -> None:
        """A consignment that still waits at a terminal may take another chain; another service means leaving the line."""
        if self.joined_s[c] < 0 or self.think_s[c] != self.now:
            return
        s = self.service_at(self.chain_of[c], self.leg_of[c])
        chain, stage = self.choose(c)
        stays = self.service_at(chain, stage) == s
        if not stays:
            self.leave_line(c, s)
        self.reroute(c, chain, stage)
        if stays:
            self.plan_to_think(c)
        else:
            self.join([c])
            self.look_at_fleet(self.plan.fleet[s])

    def choose(self, c: int) -> tuple[int, int]:
        """(chain, stage) on which a consignment at a terminal goes on."""
        return at_terminal(self.plan, self.known, c, self.chain_of[c], self.leg_of[c], self.now)

    def reroute(self, c: int, chain: int, stage: int) -> None:
        """A consignment at a terminal goes on by a chain from its service at `stage` on; often its own."""
        if chain != self.chain_of[c]:
            self.chain_of[c], self.leg_of[c] = chain, stage
            self.write(EventKind.REROUTED, c, place_kind=PlaceKind.CHAIN, place=chain)

    def leave_line(self, c: int, s: int) -> None:
        """A consignment no longer waits for a service: it waited for a vehicle, or for load when one is there."""
        terminal, vehicle_s = self.terminals[s], self.vehicle_since(s)
        waiting = Waiting(c, self.joined_s[c])
        terminal.line.take_out(self.plan.express[c], waiting)
        terminal.teu -= self.plan.size_teu[c]
        self.end_wait(waiting, s, vehicle_s if vehicle_s >= 0 else self.now)

    # --- departures -------------------------------------------------------------------------------------------

    def dispatch(self, s: int) -> None:
        """Vehicles of a service leave as long as its rule lets them; where none is left, freight may call one."""
        while self.may_leave(s):
            self.depart(s)
        self.look_at_fleet(self.plan.fleet[s])

    def may_leave(self, s: int) -> bool:
        """Whether a vehicle leaves now; if only time is missing, look again when it has passed."""
        plan, terminal = self.plan, self.terminals[s]
        rule = plan.dispatch[s]
        if terminal.teu == 0 and not terminal.slot_due:
            return False
        opens_s = self.calendars[plan.service_calendar[s]].opens(self.now)
        if opens_s > self.now:
            if opens_s != terminal.opens_s:
                terminal.opens_s = opens_s
                self.call(opens_s, Rank.SERVICE_OPENED, s, self.dispatch)
            return False
        since_s = self.vehicle_since(s)
        if since_s < 0:
            return False
        if rule == Dispatch.TIMETABLE:
            return terminal.slot_due and terminal.teu >= plan.load_teu_min[s]
        if terminal.teu >= plan.full_teu[s]:
            return True
        return rule == Dispatch.HELD and self.held_enough(s, since_s)

    def held_enough(self, s: int, vehicle_since_s: int) -> bool:
        """Whether vehicle and first consignment have waited for one another long enough, with enough load."""
        terminal = self.terminals[s]
        over_s = max(vehicle_since_s, terminal.waited_since()) + self.plan.hold_s[s]
        if self.now >= over_s:
            return terminal.teu >= self.plan.load_teu_min[s]
        if over_s != terminal.hold_over_s:
            terminal.hold_over_s = over_s
            self.call(over_s, Rank.HOLD_OVER, s, self.dispatch)
        return False

    def depart(self, s: int) -> None:
        """A vehicle takes what fits, in order, and leaves."""
        plan, terminal = self.plan, self.terminals[s]
        number = self.plan.trip_first[s] + terminal.departures
        if number >= plan.trip_first[s + 1]:
            raise self.fault(f"service {s} has no draws for trip {terminal.departures}")
        vehicle_s = self.take_vehicle(s)
        terminal.departures += 1
        terminal.slot_due = False
        aboard: list[int] = []
        teu = 0
        while terminal.line:
            size_teu = self.plan.size_teu[terminal.line.first().consignment]
            if teu + size_teu > plan.capacity_teu[s]:
                break
            teu += size_teu
            waiting = terminal.line.leave()
            aboard.append(waiting.consignment)
            self.end_wait(waiting, s, vehicle_s)
            self.write(EventKind.BOARDED, waiting.consignment, number, PlaceKind.SERVICE, s)
        terminal.teu -= teu
        self.write(EventKind.DEPARTED, trip=number, place_kind=PlaceKind.SERVICE, place=s)
        go = self.at(self.now, Rank.DEPARTED, number)
        self.env.process(
            self.trip(Trip(number, terminal.luck(plan, s, self.now), s, plan.service_express[s], aboard, go))
        )

    def end_wait(self, waiting: Waiting, s: int, vehicle_s: int) -> None:
        """Write down for what a consignment waited: first a vehicle, then load or the timetable."""
        calendar = self.calendars[self.plan.service_calendar[s]]
        who = (waiting.consignment, -1, PlaceKind.SERVICE, s)
        there_s = min(max(waiting.since_s, vehicle_s), self.now)
        without = calendar.split(waiting.since_s, there_s, Cause.VEHICLE)
        within = calendar.split(there_s, self.now, Cause.LOAD)
        for why, span_s in sorted(added(without, within).items()):
            self.write(EventKind.WAITED, *who, why, span_s)
        self.joined_s[waiting.consignment] = -1
        note(self.known, self.plan.n_gates + self.plan.n_stations + s, self.now - waiting.since_s)

    def plan_next_slot(self, s: int) -> None:
        """Look at the timetable of a service at its next departure time."""
        terminal = self.terminals[s]
        slot = self.plan.slot_first[s] + terminal.slots_past
        if slot < self.plan.slot_first[s + 1]:
            terminal.slots_past += 1
            self.call(self.plan.slot_s[slot], Rank.TIMETABLE, s, self.open_slot)

    def open_slot(self, s: int) -> None:
        """A timetabled departure is due: it leaves, waits for a vehicle or an opening, or lapses for lack of load."""
        terminal = self.terminals[s]
        self.plan_next_slot(s)
        if terminal.slot_due:
            self.write(EventKind.LAPSED, place_kind=PlaceKind.SERVICE, place=s, cause=self.what_kept(s))
        terminal.slot_due = terminal.teu >= self.plan.load_teu_min[s]
        if terminal.slot_due:
            self.dispatch(s)
        else:
            self.write(EventKind.LAPSED, place_kind=PlaceKind.SERVICE, place=s, cause=Cause.LOAD)

    def what_kept(self, s: int) -> int:
        """Cause that has kept a departure until now: closed, too little load left, or no vehicle."""
        calendar = self.calendars[self.plan.service_calendar[s]]
        # A closed service may open in this very second.
        if not calendar.now(self.now - 1):
            return calendar.cause_at(self.now - 1)
        enough = self.terminals[s].teu >= self.plan.load_teu_min[s]
        return int(Cause.VEHICLE if enough else Cause.LOAD)

    # --- trips ------------------------------------------------------------------------------------------------

    def trip(self, trip: Trip) -> Story:
        """One departure of a service: run step by step, unload, free the vehicle."""
        yield trip.go
        for i in range(self.plan.step_first[trip.service], self.plan.step_first[trip.service + 1]):
            kind, place = self.plan.step_kind[i], self.plan.step_place[i]
            if kind == StepKind.GATE:
                yield from self.pass_gate(trip, place)
            elif kind == StepKind.HANDLE:
                yield from self.handle(trip, place, self.drawn_s(trip, i))
            elif kind == StepKind.RUN:
                yield from self.run_leg(trip, place, self.drawn_s(trip, i))
            else:
                self.check(trip, i, place)
        self.unload(trip)

    def drawn_s(self, trip: Trip, i: int) -> int:
        """Seconds of work drawn for a trip's step `i`."""
        return int(self.work_s[self.plan.work_first[i] + trip.draw])

    def pass_gate(self, trip: Trip, g: int) -> Story:
        """Wait for a turn."""
        since_s, trip.since_s, trip.go = self.now, self.now, simpy.Event(self.env)
        if not self.may_pass(g, trip.express, trip):
            yield trip.go
        note(self.known, g, self.now - since_s)
        self.write_wait(since_s, Cause.PATH, self.gates[g].calendar, (-1, trip.number, PlaceKind.GATE, g))
        self.write(EventKind.PASSED, trip=trip.number, place_kind=PlaceKind.GATE, place=g)

    def may_pass(self, g: int, express: int, who: Trip | Background) -> bool:
        """Whether a train passes at once; else it stands in line: one at a time, minimum headway, opening."""
        gate = self.gates[g]
        if not gate.due and gate.free_at(self.now) <= self.now:
            gate.take(self.now)
            return True
        gate.line.join(express, who)
        if not gate.due:
            self.call_gate(g)
        return False

    def call_gate(self, g: int) -> None:
        """The gate's next turn comes when it is free and open."""
        gate = self.gates[g]
        gate.due = True
        self.call(gate.free_at(self.now), Rank.GATE_FREE, g, self.turn)

    def turn(self, g: int) -> None:
        """The first train in line may pass now."""
        gate = self.gates[g]
        gate.due = False
        train = gate.line.leave()
        gate.take(self.now)
        if isinstance(train, Trip):
            train.go.succeed()  # at once: SimPy's own priority comes before all ranks
        else:
            self.background_passed(g, train.since_s)
        if gate.line:
            self.call_gate(g)

    def plan_background(self, g: int, i: int) -> None:
        """Background train `i` comes to gate `g` at its second, if it is one of that gate's."""
        if i < self.plan.background_first[g + 1]:
            entity = self.plan.n_services + g
            self.call(self.plan.background_s[i], Rank.TIMETABLE, entity, lambda _: self.background(g, i))

    def background(self, g: int, i: int) -> None:
        """A background train comes to a gate: it carries none of the freight, and passes in its turn like any other."""
        self.plan_background(g, i + 1)
        if self.may_pass(g, Express.ORDINARY, Background(self.now)):
            self.background_passed(g, self.now)

    def background_passed(self, g: int, since_s: int) -> None:
        """A background train that came at a second has passed a gate, and is gone."""
        wait_s = self.now - since_s
        note(self.known, g, wait_s)
        self.write(EventKind.BACKGROUND_PASSED, place_kind=PlaceKind.GATE, place=g, span_s=wait_s)

    def handle(self, trip: Trip, n: int, work_s: int) -> Story:
        """Wait for a server, then for the work to end."""
        station = self.stations[n]
        trip.since_s, trip.work_s, trip.go = self.now, work_s, simpy.Event(self.env)
        station.line.join(trip.express, trip)
        self.serve(n)
        yield trip.go
        station.busy -= 1
        who = (-1, trip.number, PlaceKind.STATION, n)
        worked_s = self.write_closed(trip.since_s, station.rate, who)
        self.write(EventKind.FINISHED, *who, self.plan.station_cause[n], worked_s)
        self.serve(n)

    def serve(self, n: int) -> None:
        """Servers of a station start on the trips in line; a closed station is looked at again when it changes."""
        station = self.stations[n]
        while station.line and station.can_start(self.now):
            trip = station.line.leave()
            assert isinstance(trip, Trip)
            station.busy += 1
            who = (-1, trip.number, PlaceKind.STATION, n)
            note(self.known, self.plan.n_gates + n, self.now - trip.since_s)
            self.write_wait(trip.since_s, Cause.CRANE, station.rate, who)
            self.write(EventKind.STARTED, *who)
            trip.since_s = self.now
            self.at(station.rate.done(self.now, trip.work_s), Rank.FINISHED, trip.number, trip.go)
        if station.line:
            change_s = station.changes(self.now)
            if change_s != station.wake_s:
                station.wake_s = change_s
                self.call(change_s, Rank.STATION_CHANGED, n, self.serve)

    def run_leg(self, trip: Trip, leg: int, run_s: int) -> Story:
        """Run over a leg; a closed leg is not entered, and a closure on the way holds the trip."""
        calendar = self.calendars[self.plan.leg_calendar[leg]]
        who = (-1, trip.number, PlaceKind.LEG, leg)
        since_s = self.now
        opens_s = calendar.opens(since_s)
        if opens_s > since_s:
            yield self.at(opens_s, Rank.ARRIVED, trip.number)
        yield self.at(calendar.done(opens_s, run_s), Rank.ARRIVED, trip.number)
        ran_s = self.write_closed(since_s, calendar, who)
        self.write(EventKind.ARRIVED, *who, self.plan.leg_cause[leg], ran_s)

    def check(self, trip: Trip, step: int, facility: int) -> None:
        """Consignments that a policy picks are set out; cleared ones are attached while there is room."""
        yard = self.yards.setdefault(step, Line())
        for c in list(trip.aboard):
            acts = self.acts_on(c, facility, self.now)
            held_s = sum(span_s for span_s, _ in acts)
            if held_s:
                trip.aboard.remove(c)
                self.write(EventKind.SET_OUT, c, trip.number, PlaceKind.FACILITY, facility)
                self.call(self.now + held_s, Rank.CLEARED, c, partial(self.clear, step, facility, acts))
        room_teu = self.plan.capacity_teu[trip.service] + self.plan.spare_teu[trip.service]
        room_teu -= sum(self.plan.size_teu[c] for c in trip.aboard)
        while yard and self.plan.size_teu[yard.first().consignment] <= room_teu:
            waiting = yard.leave()
            c = waiting.consignment
            room_teu -= self.plan.size_teu[c]
            trip.aboard.append(c)
            if self.now > waiting.since_s:
                span_s = self.now - waiting.since_s
                self.write(EventKind.WAITED, c, -1, PlaceKind.FACILITY, facility, Cause.VEHICLE, span_s)
            self.write(EventKind.ATTACHED, c, trip.number, PlaceKind.FACILITY, facility)

    def clear(self, step: int, facility: int, acts: list[tuple[int, int]], c: int) -> None:
        """An inspected or detained consignment may go on with the next trip that has room."""
        for span_s, policy in acts:
            self.write(EventKind.CLEARED, c, -1, PlaceKind.FACILITY, facility, Cause.POLICY, span_s, policy)
        self.yards[step].join(self.plan.express[c], Waiting(c, self.now))

    def unload(self, trip: Trip) -> None:
        """Consignments go on to their next service or are delivered; the vehicle is free."""
        s = trip.service
        onward = []
        for c in trip.aboard:
            self.write(EventKind.UNLOADED, c, trip.number, PlaceKind.SERVICE, s)
            self.leg_of[c] += 1
            chain = self.chain_of[c]
            if self.leg_of[c] == self.plan.chain_first[chain + 1] - self.plan.chain_first[chain]:
                self.write(EventKind.DELIVERED, c, -1, PlaceKind.CHAIN, chain)
            else:
                onward.append(c)
                if weighs(self.plan, c):
                    self.reroute(c, *self.choose(c))
        self.join(onward)
        if self.plan.fleet[s] >= 0:
            f = self.plan.fleet[s]
            self.write(EventKind.FREED, -1, trip.number, PlaceKind.FLEET, f)
            self.free(f, 1 - self.plan.fleet_end[s])

    # --- vehicles ---------------------------------------------------------------------------------------------

    def vehicle_since(self, s: int) -> int:
        """Since when a vehicle is there for a service, or -1 when none is."""
        f = self.plan.fleet[s]
        return self.fleets[f].idle_since(self.plan.fleet_end[s]) if f >= 0 else 0

    def take_vehicle(self, s: int) -> int:
        """Take the vehicle that has been there longest; return since when."""
        f = self.plan.fleet[s]
        return self.fleets[f].take(self.plan.fleet_end[s]) if f >= 0 else 0

    def free(self, f: int, end: int) -> None:
        """A vehicle is idle at an end of its fleet: it leaves with a service, waits, or later goes home empty."""
        fleet = self.fleets[f]
        if fleet.unlimited:
            return
        if fleet.withdrawn < fleet.withdrawn_target.now(self.now):
            fleet.withdrawn += 1
            self.look_at_fleet(f)
            return
        fleet.idle[end].append(self.now)
        for s in fleet.services[end]:
            self.dispatch(s)
        self.look_at_fleet(f)

    # --- empty runs -------------------------------------------------------------------------------------------

    def look_at_fleet(self, f: int) -> None:
        """Enter the next second at which a vehicle of a fleet may set off empty, as things are."""
        if f < 0 or not any(self.fleets[f].idle):
            return
        fleet = self.fleets[f]
        due_s = NEVER
        if fleet.return_after_s >= 0 and self.spare(f, 1) > 0:
            due_s = max(self.now, fleet.idle[1][0] + fleet.return_after_s)
        for end in (0, 1):
            if fleet.call_after_s >= 0 and not fleet.idle[end] and self.spare(f, 1 - end) > 0:
                for s in fleet.services[end]:
                    if self.loads(s) > self.terminals[s].coming:
                        call_s = self.terminals[s].waited_since() + fleet.call_after_s
                        due_s = min(due_s, max(self.now, call_s))
        if due_s < NEVER and due_s != fleet.look_s:
            fleet.look_s = due_s
            self.call(due_s, Rank.IDLE_OVER, f, self.send_empty)

    def send_empty(self, f: int) -> None:
        """Idle vehicles set off empty: those that freight at the other end calls, then those that have idled too long."""
        fleet = self.fleets[f]
        fleet.look_s = -1
        for end in (0, 1):
            for s in fleet.services[end]:
                while self.calls(s) and self.spare(f, 1 - end) > 0:
                    self.write(EventKind.CALLED, place_kind=PlaceKind.SERVICE, place=s)
                    self.terminals[s].coming += 1
                    self.run_empty(f, 1 - end, s)
        away, after_s = fleet.idle[1], fleet.return_after_s
        while after_s >= 0 and self.spare(f, 1) > 0 and away[0] + after_s <= self.now:
            self.run_empty(f, 1, -1)
        self.look_at_fleet(f)

    def loads(self, s: int) -> int:
        """How many vehicles the freight that waits for a service is worth: each with enough to call one."""
        plan = self.plan
        return (self.terminals[s].teu + plan.capacity_teu[s] - plan.call_teu[s]) // plan.capacity_teu[s]

    def spare(self, f: int, end: int) -> int:
        """How many idle vehicles at an end are more than what waits there will need."""
        fleet = self.fleets[f]
        return len(fleet.idle[end]) - sum(self.loads(s) for s in fleet.services[end])

    def calls(self, s: int) -> bool:
        """Whether freight for a service has waited long enough where no vehicle is, for more of them than are coming."""
        fleet = self.fleets[self.plan.fleet[s]]
        there = fleet.idle[self.plan.fleet_end[s]]
        if fleet.call_after_s < 0 or there or self.loads(s) <= self.terminals[s].coming:
            return False
        return self.terminals[s].waited_since() + fleet.call_after_s <= self.now

    def run_empty(self, f: int, end: int, s: int) -> None:
        """The vehicle that has been idle longest at an end sets off empty, for a service or (-1) home."""
        fleet = self.fleets[f]
        fleet.idle[end].popleft()
        first = self.plan.return_first[f]
        n = self.plan.return_first[f + 1] - first
        if len(fleet.errands) >= n:
            raise self.fault(f"fleet {f} has no draws for empty run {fleet.returns}")
        number = fleet.next_errand(first, n)
        fleet.errands[number] = s
        back_s = self.now + self.plan.return_s[number]
        self.call(back_s, Rank.RETURNED, number, partial(self.come_empty, f))

    def come_empty(self, f: int, number: int) -> None:
        """An empty vehicle is home, or where freight called it."""
        s, run_s = self.fleets[f].errands.pop(number), self.plan.return_s[number]
        kind, place = (PlaceKind.FLEET, f) if s < 0 else (PlaceKind.SERVICE, s)
        self.write(EventKind.RETURNED, -1, -1, kind, place, Cause.RUNNING, run_s)
        if s >= 0:
            self.terminals[s].coming -= 1
        self.free(f, self.plan.fleet_end[s] if s >= 0 else 0)

    def change_fleet(self, f: int) -> None:
        """Vehicles are withdrawn as they become idle, home first; withdrawn ones come back at home."""
        fleet = self.fleets[f]
        target = fleet.withdrawn_target.now(self.now)
        for idle in fleet.idle:
            while idle and fleet.withdrawn < target:
                idle.popleft()
                fleet.withdrawn += 1
        while fleet.withdrawn > target:
            fleet.withdrawn -= 1
            self.free(f, 0)
        self.look_at_fleet(f)
