"""The flow in salabim, with every rule; the same table as the project's own engines, row for row.

As in the bank with data components of salabim's own examples, the clerks are the
components and the customers are data: a desk makes a pool's diagnoses, a place in
a portfolio holds until the end of a parcours and is passive while free. Priorities
put what happens at one instant into the order of the rules. Each pool has an
environment of its own.

Done for speed, as one would who knows salabim. A component takes nearly 0.2 ms to
make, because salabim inspects signatures each time: with a component per person the
run takes three to five times as long, so people are numbers in a deque. Patience is
looked at on admission: to take a timer off the event list, salabim searches the
list. Processes yield: with greenlets the run takes a fifth longer.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Generator
from typing import Any

from pool_by_pool import NEVER, Part, Portfolio, Staff, Table, library, parts

from sim.flow.inputs import Flow, Inputs
from sim.flow.rules import CHANGE, DIAGNOSE, EXIT, READY, gives_up

salabim = library("salabim")
Process = Generator[Any, Any, None]


class Place(salabim.Component):
    """A place in a portfolio, for one person after the other."""

    def setup(self, portfolio: Portfolio, desk: Desk) -> None:
        """Whose place it is, and who wants to know that it is free."""
        self.portfolio, self.desk = portfolio, desk

    def process(self) -> Process:
        """Each turn begins with the end of a parcours."""
        while True:
            self.portfolio.load -= 1
            self.portfolio.free.append(self)
            self.desk.look_up()
            yield self.passivate()


class Desk(salabim.Component):
    """Where the people of a pool wait for their diagnosis."""

    def setup(self, part: Part, table: Table) -> None:
        """Nobody waits yet."""
        self.part, self.table, self.staff = part, table, Staff(part)
        self.queue: deque[int] = deque()

    def process(self) -> Process:
        """Diagnoses, the longest-waiting first, until none is possible; again when one is."""
        while True:
            now = self.env.now()
            while self.next_diagnosis(now) <= now:
                self.diagnose(self.queue.popleft(), now)
            yield self.hold(till=self.next_diagnosis(now), priority=DIAGNOSE)

    def next_diagnosis(self, now: float) -> float:
        """When the head of the queue can be diagnosed, if nothing else happens before."""
        return self.staff.ready(now) if self.queue else NEVER

    def look_up(self) -> None:
        """Something has happened: be there earlier if that allows a diagnosis earlier."""
        when = self.next_diagnosis(self.env.now())
        if when < self.scheduled_time():
            self.activate(at=when, priority=DIAGNOSE)

    def diagnose(self, person: int, now: float) -> None:
        """The head of the queue has given up, or enters a portfolio, or refuses."""
        part, table, row = self.part, self.table, self.part.rows[person]
        if gives_up(part.t_abandon[person], now):
            table.abandoned(row, part.t_abandon[person])
            return
        portfolio, agreed = self.staff.diagnose(now), part.agrees[person]
        leaves = now + part.duration[person] if agreed else now
        table.diagnosed(row, now, portfolio, leaves, agreed)
        if agreed:
            self.take_in(portfolio, leaves)

    def take_in(self, portfolio: Portfolio, leaves: float) -> None:
        """A place is taken until the exit; a new one is made only where none is free."""
        portfolio.load += 1
        if portfolio.free:
            portfolio.free.pop().hold(till=leaves, priority=EXIT)
        else:
            Place(portfolio=portfolio, desk=self, at=leaves, priority=EXIT, env=self.env)

    def close(self, horizon: float) -> None:
        """The horizon: who is still in the queue waits, or had given up before."""
        for person in self.queue:
            row, t_abandon = self.part.rows[person], self.part.t_abandon[person]
            if t_abandon < horizon:
                self.table.abandoned(row, t_abandon)
            else:
                self.table.waits(row)


class Arrivals(salabim.Component):
    """People become ready for the diagnosis and join the queue."""

    def process(self, desk: Desk) -> Process:
        """One after the other."""
        for person, ready in enumerate(desk.part.t1):
            yield self.hold(till=ready, priority=READY)
            desk.queue.append(person)
            desk.look_up()


class Changes(salabim.Component):
    """Portfolios open, close, fall vacant, get other places; slot intervals change."""

    def process(self, desk: Desk) -> Process:
        """One after the other; what held before day 0 holds from day 0."""
        for change in desk.part.changes:
            if change.time > self.env.now():
                yield self.hold(till=change.time, priority=CHANGE)
            desk.staff.change(change)
            desk.look_up()


def run(inputs: Inputs) -> Flow:
    """The flow of the inputs, by salabim."""
    table, horizon = Table(inputs), float(inputs.horizon)
    for part in parts(inputs, table):
        env = salabim.Environment(yieldless=False)
        desk = Desk(part=part, table=table, env=env)
        Changes(desk=desk, priority=CHANGE, env=env)
        Arrivals(desk=desk, priority=READY, env=env)
        env.run(till=horizon, priority=-NEVER)
        desk.close(horizon)
    return table.flow()
