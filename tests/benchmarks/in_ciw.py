"""The flow in Ciw, with every rule; the same table as the project's own engines, row for row.

A network of one node per pool, a server per place. A parcours is a service (a
refusal one of length 0), giving up is Ciw's reneging, a change of the portfolios
a shift change. Ciw lets a service begin as soon as a customer and a server meet;
here it takes a portfolio's slot too, and every exit, change and abandonment of
the same instant comes first. So a diagnosis is one more kind of event, in the way
that Ciw's documentation has for behaviour of one's own: a subclass of `ciw.Node`.

After each event Ciw looks through all servers and all customers of the node for
the next one. That is the library's way and left alone: two fifths of the time.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from pool_by_pool import NEVER, Part, Portfolio, Staff, State, Table, library, parts

from sim.flow.inputs import Flow, Inputs

ciw = library("ciw")


class Place(ciw.Server):
    """A place in a portfolio."""

    portfolio: Portfolio


class OfPerson(ciw.dists.Distribution):
    """The value that the inputs have for each person, in the order of arrival."""

    def __init__(self, values: list[float]) -> None:
        self.values = values

    def sample(self, t: float | None = None, ind: Any = None) -> float:
        """This person's."""
        return self.values[ind.id_number - 1]


class Pool(ciw.Node):
    """A queue of people and the portfolios that take them."""

    def __init__(self, id_: int, simulation: Any, part: Part) -> None:
        self.staff, self.most = Staff(part), most_places(part)
        self.changes, self.changed = part.changes, 0
        super().__init__(id_, simulation)
        self.update_next_event_date()

    def create_starting_servers(self) -> list[Place]:
        """All places that a portfolio ever has; how many it may use changes with its states."""
        servers: list[Place] = []
        for portfolio, places in zip(self.staff.portfolios, self.most, strict=True):
            for _ in range(places):
                place = self.simulation.ServerType(self, len(servers) + 1)
                place.portfolio = portfolio
                servers.append(place)
                portfolio.free.append(place)
        return servers

    def attach_server(self, server: Place, individual: Any) -> None:
        """The place is taken."""
        super().attach_server(server, individual)
        server.portfolio.load += 1

    def detatch_server(self, server: Place, individual: Any) -> None:
        """The place is free."""
        super().detatch_server(server, individual)
        server.portfolio.load -= 1
        server.portfolio.free.append(server)

    def begin_service_if_possible_accept(self, next_individual: Any) -> None:
        """Whoever comes joins the queue: the diagnosis is an event of its own."""
        next_individual.arrival_date = self.now
        next_individual.reneging_date = self.get_reneging_date(next_individual)

    def begin_service_if_possible_release(self, next_individual: Any, server: Any) -> None:
        """Nor does a free place alone let a service begin."""

    def update_next_shift_change_or_slot_time(self) -> None:
        """Shifts change when portfolios or slots do; what held before day 0 holds from day 0."""
        if self.changed < len(self.changes):
            when = max(self.changes[self.changed].time, self.now)
            self.possible_next_events["shift_change"] = (None, when)

    def change_shift(self) -> None:
        """The next change; nobody who is inside has to leave."""
        self.staff.change(self.changes[self.changed])
        self.changed += 1

    def decide_next_event(self) -> tuple[Any, str]:
        """Ciw's choice, unless a diagnosis comes strictly before it."""
        event, kind = super().decide_next_event()
        if self.number_of_individuals > self.number_in_service:
            when = self.staff.ready(self.now)
            if when < event[1]:
                return (None, when), "diagnosis"
        return event, kind

    def have_event(self) -> None:
        """A diagnosis, whose stay begins as Ciw begins a service; or one of Ciw's own events."""
        if self.next_event_type == "diagnosis":
            place = self.staff.diagnose(self.now).free.pop()
            super().begin_service_if_possible_release(None, place)
        else:
            super().have_event()


def most_places(part: Part) -> list[int]:
    """The most people that each portfolio may ever hold."""
    most = [0] * len(part.portfolios)
    for change in part.changes:
        if isinstance(change, State):
            most[change.portfolio] = max(most[change.portfolio], change.places)
    return most


def run(inputs: Inputs) -> Flow:
    """The flow of the inputs, by Ciw."""
    table = Table(inputs)
    for part in parts(inputs, table):
        simulation = ciw.Simulation(
            network(part), node_class=partial(Pool, part=part), server_class=Place
        )
        simulation.simulate_until_max_time(float(inputs.horizon))
        write_down(part, simulation, table)
    return table.flow()


def network(part: Part) -> Any:
    """A pool as a network of one node, which people leave after their stay."""
    gaps = [after - before for before, after in zip([0.0, *part.t1], part.t1, strict=False)]
    patience = [end - ready for ready, end in zip(part.t1, part.t_abandon, strict=True)]
    stays = [stay if yes else 0.0 for stay, yes in zip(part.duration, part.agrees, strict=True)]
    return ciw.create_network(
        arrival_distributions=[ciw.dists.Sequential([*gaps, NEVER])],
        service_distributions=[OfPerson(stays)],
        reneging_time_distributions=[OfPerson(patience)],
        number_of_servers=[sum(most_places(part))],
        routing=ciw.routing.NetworkRouting([ciw.routing.Leave()]),
    )


def write_down(part: Part, simulation: Any, table: Table) -> None:
    """Ciw's records, and whoever is still in the node, as rows of the table."""
    pool = simulation.transitive_nodes[0]
    portfolio = {place.id_number: place.portfolio for place in pool.servers}
    for record in simulation.get_all_records(only=["service", "renege"]):
        person = record.id_number - 1
        row, left = part.rows[person], record.exit_date
        if record.record_type == "renege":
            table.abandoned(row, left)
        else:
            seen, whose = record.service_start_date, portfolio[record.server_id]
            table.diagnosed(row, seen, whose, left, part.agrees[person])
    for person in pool.all_individuals:
        row = part.rows[person.id_number - 1]
        if person.server:
            seen, leaves = person.service_start_date, person.service_end_date
            table.diagnosed(row, seen, person.server.portfolio, leaves, True)
        else:
            table.waits(row)
