"""Choices, replayed: what shippers knew when, which chain they took, and when they thought again."""

from __future__ import annotations

from collections.abc import Iterator
from heapq import heappop, heappush

from sim.contract.audit import Row
from sim.contract.audit_departures import DepartureAudit
from sim.contract.calendars import added
from sim.contract.choice import Decision
from sim.contract.ledgers import Goods
from sim.contract.log import EventLog
from sim.contract.plan import SampledPlan
from sim.contract.tables import NEVER, Cause, EventKind


class ChoiceAudit(DepartureAudit):
    """Asks of every consignment whether it took the chain that is worth most to it, from what was known."""

    def __init__(self, plan: SampledPlan, log: EventLog) -> None:
        super().__init__(plan, log)
        self.publish_s = plan.bulletin_s or NEVER
        self.learn_s: list[int] = []
        self.thinking: list[tuple[int, int]] = []
        self.barred: tuple[int, int, int] | None = None
        self.deciding = -1

    # --- what leaves no row -----------------------------------------------------------------------------------

    def _settle(self, until_s: int) -> None:
        """Do what happened silently: bulletins up to a second (first in it), second thoughts before it (last in theirs)."""
        while True:
            learn_s = self.learn_s[0] if self.learn_s else NEVER
            think_s = self.thinking[0][0] if self.thinking else NEVER
            if min(learn_s, self.publish_s) <= min(until_s, think_s):
                if learn_s <= self.publish_s:
                    self.learn_s.pop(0)
                    self.chooser.learn()
                else:
                    self._publish()
            elif think_s < until_s:
                self._thought(*heappop(self.thinking))
            else:
                return

    def _publish(self) -> None:
        now_s = self.publish_s
        self.chooser.publish(now_s, self._waiting_now())
        if self.plan.lag_s:
            self.learn_s.append(now_s + self.plan.lag_s)
        else:
            self.chooser.learn()
        self.publish_s += self.plan.bulletin_s

    def _waiting_now(self) -> Iterator[tuple[int, int]]:
        for place, line in enumerate([*self.gates, *self.stations, *self.terminals]):
            yield from ((place, since_s) for part in line.classes for since_s in part.values())

    def _thought(self, think_s: int, c: int) -> None:
        """A consignment thought again, and no row tells of another chain: it must have had a reason to stay."""
        goods = self.goods[c]
        if goods.state != "at the terminal" or goods.think_s != think_s:
            return
        decision = self.chooser.at_terminal(c, goods.chain, goods.leg, think_s)
        self.must(
            decision.chain == goods.chain,
            "choice",
            f"at second {think_s} it takes chain {decision.chain}, and no row says so",
            consignment=c,
        )
        self._plan_to_think(c, think_s)

    def _plan_to_think(self, c: int, now_s: int) -> None:
        goods = self.goods[c]
        goods.think_s = -1
        if not self.chooser.weighs(c):
            return
        s = self._services_of(goods)[goods.leg]
        if len(self.chooser.ways_on(c, self.chooser.origin[s])) > 1:
            goods.think_s = now_s + int(self.plan.patience_s[c])
            heappush(self.thinking, (goods.think_s, c))

    # --- rows -------------------------------------------------------------------------------------------------

    def _enter(self, c: int) -> Goods:
        goods = self.goods[c]
        self.must(
            c == self.released and goods.state == "not released",
            "conservation",
            "released once, in order of release",
        )
        self.must(self.now == self.plan.release_s[c], "conservation", "released at its second of the plan")
        self.released = c + 1
        return goods

    def _decided(self, c: int) -> Decision:
        """What a consignment takes at its release; a chain that a policy closes to it must have been told before."""
        decision = self.chooser.at_release(c, self.now)
        told, self.barred = self.barred, None
        owed = (c, decision.barred, decision.policy) if decision.barred >= 0 else None
        self.must(told == owed, "choice", f"told of a barred chain {told}, expected {owed}")
        return decision

    def _barred(self, row: Row) -> None:
        self.must(self.barred is None, "choice", "told twice of a barred chain")
        self.must(
            self.now == self.plan.release_s[row.consignment],
            "choice",
            "told at another second than its release",
        )
        self.barred = (row.consignment, row.place, row.policy)

    def _released(self, row: Row) -> None:
        goods, decision = self._enter(row.consignment), self._decided(row.consignment)
        self.must(row.place == decision.chain, "choice", f"it takes chain {decision.chain}")
        goods.chain = row.place
        goods.owed = self._acts(row.consignment, -1)
        if goods.owed:
            goods.state, goods.due_s = "delayed", self.now + sum(span_s for span_s, _ in goods.owed)
        else:
            self._join(row.consignment)

    def _refused(self, row: Row) -> None:
        goods, decision = self._enter(row.consignment), self._decided(row.consignment)
        goods.state = "refused"
        self.must(
            decision.chain < 0 and row.policy == decision.policy,
            "choice",
            "a chain is open to it, or another policy binds",
        )

    def _join(self, c: int) -> None:
        super()._join(c)
        if self.goods[c].state == "at the terminal":
            self._plan_to_think(c, self.now)

    def _taken_off(self, row: Row) -> None:
        ride, goods = self.rides.get(row.trip), self.goods[row.consignment]
        if not self.must(
            ride is not None and goods.state == "aboard" and goods.trip == row.trip,
            "conservation",
            f"it is {goods.state}",
        ):
            return
        assert ride is not None
        over = ride.service == row.place and self._step(ride)[0] < 0 and ride.since_s == self.now
        self.must(over, "conservation", "the trip is not at its end")
        if row.consignment in ride.aboard:
            ride.aboard.remove(row.consignment)
        goods.ridden_s += ride.spent_s - goods.boarded_spent_s
        goods.leg, goods.trip = goods.leg + 1, -1
        self._join(row.consignment)

    def _unloaded(self, row: Row) -> None:
        self._taken_off(row)
        c, goods = row.consignment, self.goods[row.consignment]
        if goods.state == "at the terminal" and self.chooser.weighs(c):
            decision = self.chooser.at_terminal(c, goods.chain, goods.leg, self.now)
            if decision.chain != goods.chain:
                goods.takes, self.deciding = decision, c

    def _rerouted(self, row: Row) -> None:
        c, goods = row.consignment, self.goods[row.consignment]
        if not self.must(goods.state == "at the terminal", "choice", f"it is {goods.state}"):
            return
        s = self._services_of(goods)[goods.leg]
        decision, thinks = goods.takes, goods.takes is None
        if decision is None:
            if not self.must(goods.think_s == self.now, "choice", "it does not think again now"):
                return
            decision = self.chooser.at_terminal(c, goods.chain, goods.leg, self.now)
        goods.takes = None
        if not self.must(row.place == decision.chain != goods.chain, "choice", f"it takes {decision.chain}"):
            return
        goods.chain, goods.leg = decision.chain, decision.stage
        if thinks and self._services_of(goods)[goods.leg] == s:
            self._plan_to_think(c, self.now)
            return
        if thinks:
            self._leave_line(c, s)
        self.terminals[s].leave(c)
        self._join(c)

    def _leave_line(self, c: int, s: int) -> None:
        """A consignment no longer waits for a service: it waited for a vehicle, or for load when one is there."""
        goods, vehicle_s = self.goods[c], self._vehicle_since(s)
        there_s = min(max(goods.since_s, vehicle_s), self.now) if vehicle_s >= 0 else self.now
        calendar = self.steps[self.plan.service_calendar[s]]
        waits = added(
            calendar.split(goods.since_s, there_s, Cause.VEHICLE),
            calendar.split(there_s, self.now, Cause.LOAD),
        )
        self._same_waits(goods, waits)
        self.chooser.book.add(self.chooser.book.first_service + s, self.now - goods.since_s)
        self.left_line_s[s] = self.now

    def _said(self, row: Row) -> None:
        """A consignment that takes another chain as it is unloaded says so before anything else happens."""
        c, self.deciding = self.deciding, -1
        if c >= 0:
            said = row.kind == EventKind.REROUTED and row.consignment == c
            self.must(
                said, "choice", "it takes another chain, and the next row does not say so", consignment=c
            )
