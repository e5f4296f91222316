"""The story of the fast engine, section by section that of `reference`, in code that is compiled. Same plan in, same log out.

Everything is a whole number: `p` is the plan and `w` the world, seen by the names that `SampledPlan` and `layout.World` declare.
"""

from __future__ import annotations

from bisect import bisect_right

from sim.compiled import Into, compiled, entry, inlined
from sim.contract import (
    NEVER,
    Cause,
    Dispatch,
    EventKind,
    Ints,
    PlaceKind,
    Rank,
    SampledPlan,
    StepKind,
    acts,
    calendars,
    choice,
    knowledge,
    turns,
)
from sim.contract.acts import in_force
from sim.contract.calendars import step_of, value_at
from sim.contract.choice import at_release, at_terminal, may_choose, weighs
from sim.contract.knowledge import believe, learn, note
from sim.engine.agenda import call, entity_of, next_event, rank_of, second_of, turn_to_slice
from sim.engine.bulletins import publish
from sim.engine.calendars import add_closed, done, opens
from sim.engine.draws import draw_work, luck
from sim.engine.fleets import (
    come_idle,
    look_at_fleet,
    send_empty,
    take_idle,
    take_vehicle,
    vehicle_since,
    waited_since,
)
from sim.engine.layout import Fault, World
from sim.engine.lines import (
    first_of,
    goes_aboard,
    joins,
    leaves,
)
from sim.engine.passages import (
    background,
    handle,
    pass_gate,
    passed,
    plan_next_background,
    run_leg,
    serve,
    turn,
)
from sim.engine.rows import write, write_closed, write_spans
from sim.engine.trips import end_trip, take_trip, trip_at
from sim.engine.views import fetch, seen_as

as_plan, as_world = seen_as(SampledPlan, fixed=True), seen_as(World)

# Written once for both engines.
for function in (
    calendars.step_at,
    calendars.step_of,
    calendars.value_at,
    calendars.is_constant,
    calendars.next_open,
    calendars.next_change,
    calendars.add_work,
    acts.in_force,
    turns.days_of,
    turns.draw_of,
    knowledge.note,
    knowledge.tell_waits,
    knowledge.learn,
    knowledge.believe,
    choice.whole_root,
    choice.closure_s,
    choice.weighs,
    choice.at_release,
    choice.ways_on,
    choice.may_choose,
    choice.at_terminal,
    choice.same_rest,
    choice.cents_of,
    choice.expected,
    choice.closures_s,
):
    compiled(function)


@entry
def tell(plan: Ints, world: Into[Ints]) -> None:
    """Tell the whole period."""
    p, w = as_plan(plan), as_world(world)
    if p.bulletin_s:
        believe(p, w, -1)
        call(w, p.bulletin_s, Rank.PUBLISHED, 3)
    if p.n_consignments:
        call(w, p.release_s[0], Rank.RELEASED, 0)
    for s in range(p.n_services):
        plan_next_slot(p, w, s)
    for g in range(p.n_gates):
        plan_next_background(p, w, g)
    for f in range(p.n_fleets):
        n = p.fleet_withdrawn[f]
        for i in range(p.calendar_first[n], p.calendar_first[n + 1]):
            call(w, p.calendar_at_s[i], Rank.FLEET_CHANGED, f)
        look_at_fleet(p, w, f)
    while w.fault == 0 and (w.events > 0 or turn_to_slice(w)):
        key = next_event(w)
        w.now = second_of(key)
        rank, entity = rank_of(key), entity_of(key)
        k = happens(p, w, rank, entity)
        if k >= 0:
            go(p, w, k)


@compiled
def happens(p: SampledPlan, w: World, rank: int, entity: int) -> int:
    """Do what happens at an event; return the trip that it lets go on, or -1."""
    if rank == Rank.FINISHED:
        finish(p, w, entity)
        return entity
    if rank == Rank.ARRIVED:
        return entity if arrive(p, w, entity) else -1
    if rank == Rank.DEPARTED:
        return entity
    if rank == Rank.GATE_FREE:
        return turn(p, w, entity)
    if rank == Rank.RELEASED:
        release(p, w, entity)
    elif rank == Rank.PATIENCE_OVER:
        think_again(p, w, entity)
    elif rank in (Rank.HOLD_OVER, Rank.SERVICE_OPENED):
        dispatch(p, w, entity)
    elif rank == Rank.TIMETABLE and entity < p.n_services:
        open_slot(p, w, entity)
    elif rank == Rank.TIMETABLE:
        background(p, w, entity - p.n_services)
    elif rank == Rank.STATION_CHANGED:
        serve(p, w, entity)
    elif rank == Rank.CLEARED:
        cleared(p, w, entity)
    elif rank == Rank.RETURNED:
        come_empty(p, w, entity)
    elif rank == Rank.IDLE_OVER:
        send_empty(p, w, entity)
    elif rank == Rank.FLEET_CHANGED:
        change_fleet(p, w, entity)
    else:
        bulletin(p, w, entity)
    return -1


# --- consignments -----------------------------------------------------------------------------------------------------


@compiled
def release(p: SampledPlan, w: World, c: int) -> None:
    """A consignment takes a chain that is open to it, or is refused."""
    if c + 1 < p.n_consignments:
        call(w, p.release_s[c + 1], Rank.RELEASED, c + 1)
        fetch(p.taste_cents, p.taste_first[c + 1])
        fetch(w.goods, c + 1)
    chain, barred, policy = at_release(p, w, c, w.now)
    if barred >= 0:
        write(w, EventKind.BARRED, c, -1, PlaceKind.CHAIN, barred, policy=policy)
    if chain < 0:
        write(w, EventKind.REFUSED, c, policy=policy)
        return
    w.goods[c].chain = chain
    write(w, EventKind.RELEASED, c, -1, PlaceKind.CHAIN, chain)
    held_s = held_by_acts_s(p, w, c, -1)
    if held_s:
        call(w, w.now + held_s, Rank.CLEARED, c)
    else:
        s = next_service(p, w, c)
        join(p, w, c)
        dispatch(p, w, s)


@inlined
def next_service(p: SampledPlan, w: World, c: int) -> int:
    """The service that a consignment takes next on its chain."""
    box = w.goods[c]
    return p.chain_service[p.chain_first[box.chain] + box.leg]


@compiled
def held_by_acts_s(p: SampledPlan, w: World, c: int, facility: int) -> int:
    """Seconds for which the acts in force now hold a consignment."""
    held_s = 0
    for a in range(p.act_first[c], p.act_first[c + 1]):
        if in_force(p, a, w.goods[c].chain, facility, w.now):
            held_s += p.act_span_s[a]
    return held_s


@compiled
def cleared(p: SampledPlan, w: World, c: int) -> None:
    """A policy lets a consignment go: to its first service, or into the yard of a checkpoint."""
    box = w.goods[c]
    yard = box.yard - 1
    facility, since_s = -1, p.release_s[c]
    place_kind = PlaceKind.NOWHERE
    if yard >= 0:
        facility, since_s, place_kind = p.step_place[yard], box.since_s, PlaceKind.FACILITY
    for a in range(p.act_first[c], p.act_first[c + 1]):
        if in_force(p, a, box.chain, facility, since_s):
            span_s, policy = p.act_span_s[a], p.act_policy[a]
            write(w, EventKind.CLEARED, c, -1, place_kind, facility, Cause.POLICY, span_s, policy)
    if yard >= 0:
        joins(p, w, w.yards[yard], c)
    else:
        s = next_service(p, w, c)
        join(p, w, c)
        dispatch(p, w, s)


@compiled
def join(p: SampledPlan, w: World, c: int) -> None:
    """A consignment waits at the terminal of its next service, and may think again."""
    s = next_service(p, w, c)
    terminal, box = w.terminals[s], w.goods[c]
    joins(p, w, terminal.line, c)
    terminal.teu += p.size_teu[c]
    box.joined = 1
    if may_choose(p, w, c, p.service_from[s]):
        plan_to_think(p, w, c)


# --- information and second thoughts ----------------------------------------------------------------------------------


@compiled
def bulletin(p: SampledPlan, w: World, entity: int) -> None:
    """A bulletin comes out (odd) or becomes known (even): a known one goes before a new one."""
    number = entity >> 1
    if entity & 1 == 0:
        learn(p, w)
        return
    publish(p, w)
    call(w, w.now + p.bulletin_s, Rank.PUBLISHED, 2 * number + 3)
    if p.lag_s:
        call(w, w.now + p.lag_s, Rank.PUBLISHED, 2 * number)
    else:
        learn(p, w)


@compiled
def plan_to_think(p: SampledPlan, w: World, c: int) -> None:
    """A consignment that waits will think again when its patience is over."""
    patience_s = p.patience_s[c]
    if patience_s < NEVER:
        w.goods[c].think_s = w.now + patience_s
        call(w, w.now + patience_s, Rank.PATIENCE_OVER, c)
    else:
        w.goods[c].think_s = NEVER


@compiled
def think_again(p: SampledPlan, w: World, c: int) -> None:
    """A consignment that still waits at a terminal may take another chain; another service means leaving the line."""
    box = w.goods[c]
    if box.joined == 0 or box.think_s != w.now:
        return
    s = next_service(p, w, c)
    chain, stage = at_terminal(p, w, c, box.chain, box.leg, w.now)
    other = p.chain_service[p.chain_first[chain] + stage]
    if other != s:
        leave_line(p, w, c, s)
    reroute(w, c, chain, stage)
    if other == s:
        plan_to_think(p, w, c)
    else:
        join(p, w, c)
        dispatch(p, w, other)
        look_at_fleet(p, w, p.fleet[s])


@compiled
def reroute(w: World, c: int, chain: int, stage: int) -> None:
    """A consignment at a terminal goes on by a chain from its service at `stage` on; often its own."""
    box = w.goods[c]
    if chain != box.chain:
        box.chain, box.leg = chain, stage
        write(w, EventKind.REROUTED, c, -1, PlaceKind.CHAIN, chain)


@compiled
def leave_line(p: SampledPlan, w: World, c: int, s: int) -> None:
    """A consignment no longer waits for a service: it waited for a vehicle, or for load when one is there."""
    terminal, vehicle_s = w.terminals[s], vehicle_since(p, w, s)
    leaves(p, w, terminal.line, c)
    terminal.teu -= p.size_teu[c]
    end_wait(p, w, c, s, vehicle_s if vehicle_s >= 0 else w.now)


# --- departures -------------------------------------------------------------------------------------------------------


@compiled
def dispatch(p: SampledPlan, w: World, s: int) -> None:
    """Vehicles of a service leave as long as its rule lets them; where none is left, freight may call one."""
    let_go(p, w, s)
    if p.fleet[s] >= 0:
        look_at_fleet(p, w, p.fleet[s])


@compiled
def let_go(p: SampledPlan, w: World, s: int) -> None:
    """Vehicles of a service leave as long as its rule lets them."""
    while w.fault == 0 and may_leave(p, w, s):
        depart(p, w, s)


@compiled
def may_leave(p: SampledPlan, w: World, s: int) -> bool:
    """Whether a vehicle leaves now; if only time is missing, look again when it has passed."""
    terminal, rule = w.terminals[s], p.dispatch[s]
    if terminal.teu == 0 and terminal.slot_due == 0:
        return False
    opens_s = opens(p, w, p.service_calendar[s], w.now)
    if opens_s > w.now:
        if opens_s != terminal.opens_s:
            terminal.opens_s = opens_s
            call(w, opens_s, Rank.SERVICE_OPENED, s)
        return False
    since_s = vehicle_since(p, w, s)
    if since_s < 0:
        return False
    if rule == Dispatch.TIMETABLE:
        return terminal.slot_due == 1 and terminal.teu >= p.load_teu_min[s]
    if terminal.teu >= p.full_teu[s]:
        return True
    return rule == Dispatch.HELD and held_enough(p, w, s, since_s)


@compiled
def held_enough(p: SampledPlan, w: World, s: int, vehicle_s: int) -> bool:
    """Whether vehicle and first consignment have waited for one another long enough, with enough load."""
    terminal = w.terminals[s]
    over_s = max(vehicle_s, waited_since(w, s)) + p.hold_s[s]
    if w.now >= over_s:
        return terminal.teu >= p.load_teu_min[s]
    if over_s != terminal.hold_over_s:
        terminal.hold_over_s = over_s
        call(w, over_s, Rank.HOLD_OVER, s)
    return False


@compiled
def depart(p: SampledPlan, w: World, s: int) -> None:
    """A vehicle takes what fits, in order, and leaves."""
    terminal = w.terminals[s]
    k = p.trip_first[s] + terminal.departures
    if k >= p.trip_first[s + 1]:
        w.fault, w.fault_at = Fault.NO_DRAWS, s
        return
    vehicle_s = take_vehicle(p, w, s)
    terminal.departures += 1
    terminal.slot_due = 0
    trip = take_trip(w, k)
    trip.first = trip.last = 0
    teu = 0
    c = first_of(terminal.line)
    while c >= 0:
        size_teu = p.size_teu[c]
        if teu + size_teu > p.capacity_teu[s]:
            break
        teu += size_teu
        leaves(p, w, terminal.line, c)
        end_wait(p, w, c, s, vehicle_s)
        write(w, EventKind.BOARDED, c, k, PlaceKind.SERVICE, s)
        goes_aboard(w, trip, c)
        c = first_of(terminal.line)
    terminal.teu -= teu
    write(w, EventKind.DEPARTED, -1, k, PlaceKind.SERVICE, s)
    trip.service, trip.step, trip.draw = s, p.step_first[s], luck(p, w, s)
    call(w, w.now, Rank.DEPARTED, k)


@compiled
def end_wait(p: SampledPlan, w: World, c: int, s: int, vehicle_s: int) -> None:
    """Write down for what a consignment waited: first a vehicle, then load or the timetable."""
    box = w.goods[c]
    since_s = box.since_s
    n = p.service_calendar[s]
    there_s = min(max(since_s, vehicle_s), w.now)
    if w.now > since_s:
        w.spans[Cause.VEHICLE] += there_s - since_s - add_closed(p, w, n, since_s, there_s)
        w.spans[Cause.LOAD] += w.now - there_s - add_closed(p, w, n, there_s, w.now)
        write_spans(w, c, -1, PlaceKind.SERVICE, s)
    box.joined = 0
    note(w, p.n_gates + p.n_stations + s, w.now - since_s)


@compiled
def plan_next_slot(p: SampledPlan, w: World, s: int) -> None:
    """Look at the timetable of a service at its next departure time."""
    terminal = w.terminals[s]
    slot = p.slot_first[s] + terminal.slots_past
    if slot < p.slot_first[s + 1]:
        terminal.slots_past += 1
        call(w, p.slot_s[slot], Rank.TIMETABLE, s)


@compiled
def open_slot(p: SampledPlan, w: World, s: int) -> None:
    """A timetabled departure is due: it leaves, waits for a vehicle or an opening, or lapses for lack of load."""
    terminal = w.terminals[s]
    plan_next_slot(p, w, s)
    if terminal.slot_due:
        write(w, EventKind.LAPSED, -1, -1, PlaceKind.SERVICE, s, what_kept(p, w, s))
    enough = terminal.teu >= p.load_teu_min[s]
    terminal.slot_due = 1 if enough else 0
    if enough:
        dispatch(p, w, s)
    else:
        write(w, EventKind.LAPSED, -1, -1, PlaceKind.SERVICE, s, Cause.LOAD)


@compiled
def what_kept(p: SampledPlan, w: World, s: int) -> int:
    """Cause that has kept a departure until now: closed, too little load left, or no vehicle."""
    # A closed service may open in this very second.
    step = step_of(p, p.service_calendar[s], w.now - 1)
    if p.calendar_value[step] == 0:
        return p.calendar_cause[step]
    enough = w.terminals[s].teu >= p.load_teu_min[s]
    return Cause.VEHICLE if enough else Cause.LOAD


# --- trips ------------------------------------------------------------------------------------------------------------


@compiled
def go(p: SampledPlan, w: World, k: int) -> None:
    """A trip does its next steps until it must wait for something; at its end it is unloaded and its vehicle freed."""
    trip = trip_at(w, k)
    s = trip.service
    last = p.step_first[s + 1]
    while trip.step < last:
        i = trip.step
        kind, place = p.step_kind[i], p.step_place[i]
        if kind == StepKind.GATE:
            if not pass_gate(p, w, k, place):
                return
            passed(p, w, k)
        elif kind == StepKind.HANDLE:
            handle(p, w, k, place, draw_work(p, trip, i, last))
            return
        elif kind == StepKind.RUN:
            run_leg(p, w, k, place, draw_work(p, trip, i, last))
            return
        else:
            check(p, w, k, i, place)
            trip.step += 1
    unload(p, w, k)


@inlined
def finish(p: SampledPlan, w: World, k: int) -> None:
    """The handling of a trip ends: the server is free, and the trip comes to its next step."""
    trip = trip_at(w, k)
    n = p.step_place[trip.step]
    w.stations[n].busy -= 1
    worked_s = write_closed(p, w, trip.since_s, p.station_rate[n], k, PlaceKind.STATION, n)
    write(w, EventKind.FINISHED, -1, k, PlaceKind.STATION, n, p.station_cause[n], worked_s)
    serve(p, w, n)
    trip.step += 1


@inlined
def arrive(p: SampledPlan, w: World, k: int) -> bool:
    """A closed leg opens to a waiting trip, or a trip comes to the end of a leg: whether it does."""
    trip = trip_at(w, k)
    leg = p.step_place[trip.step]
    n = p.leg_calendar[leg]
    if trip.work_s >= 0:
        run_s = trip.work_s
        trip.work_s = -1
        call(w, done(p, w, n, w.now, run_s), Rank.ARRIVED, k)
        return False
    ran_s = write_closed(p, w, trip.since_s, n, k, PlaceKind.LEG, leg)
    write(w, EventKind.ARRIVED, -1, k, PlaceKind.LEG, leg, p.leg_cause[leg], ran_s)
    trip.step += 1
    return True


@compiled
def check(p: SampledPlan, w: World, k: int, step: int, facility: int) -> None:
    """Consignments that a policy picks are set out; cleared ones are attached while there is room."""
    trip, yard = trip_at(w, k), w.yards[step]
    s = trip.service
    room_teu = p.capacity_teu[s] + p.spare_teu[s]
    c, before = trip.first - 1, 0
    while c >= 0:
        box = w.goods[c]
        following = box.next
        held_s = held_by_acts_s(p, w, c, facility)
        if held_s:
            if before:
                w.goods[before - 1].next = following
            else:
                trip.first = following
            if following == 0:
                trip.last = before
            write(w, EventKind.SET_OUT, c, k, PlaceKind.FACILITY, facility)
            box.since_s, box.yard = w.now, step + 1
            call(w, w.now + held_s, Rank.CLEARED, c)
        else:
            room_teu -= p.size_teu[c]
            before = c + 1
        c = following - 1
    c = first_of(yard)
    while c >= 0 and p.size_teu[c] <= room_teu:
        leaves(p, w, yard, c)
        box = w.goods[c]
        room_teu -= p.size_teu[c]
        goes_aboard(w, trip, c)
        span_s = w.now - box.since_s
        if span_s:
            write(w, EventKind.WAITED, c, -1, PlaceKind.FACILITY, facility, Cause.VEHICLE, span_s)
        box.yard = 0
        write(w, EventKind.ATTACHED, c, k, PlaceKind.FACILITY, facility)
        c = first_of(yard)


@compiled
def unload(p: SampledPlan, w: World, k: int) -> None:
    """Consignments go on to their next service or are delivered; the vehicle is free."""
    trip = trip_at(w, k)
    s = trip.service
    # What goes on is kept in the load until all are off: then they join their lines, in order.
    c, last = trip.first - 1, 0
    trip.first = 0
    while c >= 0:
        box = w.goods[c]
        following = box.next - 1
        write(w, EventKind.UNLOADED, c, k, PlaceKind.SERVICE, s)
        box.leg += 1
        chain = box.chain
        if box.leg == p.chain_first[chain + 1] - p.chain_first[chain]:
            write(w, EventKind.DELIVERED, c, -1, PlaceKind.CHAIN, chain)
        else:
            if last:
                w.goods[last - 1].next = c + 1
            else:
                trip.first = c + 1
            box.next, last = 0, c + 1
            if weighs(p, c):
                chain, stage = at_terminal(p, w, c, box.chain, box.leg, w.now)
                reroute(w, c, chain, stage)
        c = following
    join_all(p, w, trip.first - 1)
    end_trip(w, k)
    f = p.fleet[s]
    if f >= 0:
        write(w, EventKind.FREED, -1, k, PlaceKind.FLEET, f)
        free(p, w, f, 1 - p.fleet_end[s])


@compiled
def join_all(p: SampledPlan, w: World, c: int) -> None:
    """Consignments, linked from the first on, join their lines in order; then the services that they wait for may leave."""
    touched, n = w.touched, 0
    while c >= 0:
        following = w.goods[c].next - 1
        s = next_service(p, w, c)
        join(p, w, c)
        i = 0
        while i < n and touched[i] < s:
            i += 1
        if i == n or touched[i] != s:
            for j in range(n, i, -1):
                touched[j] = touched[j - 1]
            touched[i] = s
            n += 1
        c = following
    for i in range(n):
        dispatch(p, w, touched[i])


# --- vehicles ---------------------------------------------------------------------------------------------------------


@compiled
def free(p: SampledPlan, w: World, f: int, end: int) -> None:
    """A vehicle is idle at an end of its fleet: it leaves with a service, waits, or later goes home empty."""
    fleet = w.fleets[f]
    if fleet.unlimited:
        return
    if fleet.withdrawn < value_at(p, p.fleet_withdrawn[f], w.now):
        fleet.withdrawn += 1
        look_at_fleet(p, w, f)
        return
    come_idle(w, fleet, end)
    for i in range(w.hands_first[2 * f + end], w.hands_first[2 * f + end + 1]):
        let_go(p, w, w.hands[i])
    look_at_fleet(p, w, f)


@compiled
def come_empty(p: SampledPlan, w: World, number: int) -> None:
    """An empty vehicle is home, or where freight called it."""
    f = bisect_right(p.return_first, number, 0, p.n_fleets + 1) - 1
    s, run_s, end = w.errands[number] - 2, p.return_s[number], 0
    w.errands[number] = 0
    w.fleets[f].empty -= 1
    if s < 0:
        write(w, EventKind.RETURNED, -1, -1, PlaceKind.FLEET, f, Cause.RUNNING, run_s)
    else:
        write(w, EventKind.RETURNED, -1, -1, PlaceKind.SERVICE, s, Cause.RUNNING, run_s)
        w.terminals[s].coming -= 1
        end = p.fleet_end[s]
    free(p, w, f, end)


@compiled
def change_fleet(p: SampledPlan, w: World, f: int) -> None:
    """Vehicles are withdrawn as they become idle, home first; withdrawn ones come back at home."""
    fleet = w.fleets[f]
    target = value_at(p, p.fleet_withdrawn[f], w.now)
    for end in range(2):
        while fleet.count[end] and fleet.withdrawn < target:
            take_idle(w, fleet, end)
            fleet.withdrawn += 1
    while fleet.withdrawn > target:
        fleet.withdrawn -= 1
        free(p, w, f, 0)
    look_at_fleet(p, w, f)
