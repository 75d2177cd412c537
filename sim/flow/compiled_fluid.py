"""The kernel of the fluid approximation; `sim.flow.fluid` says what it approximates and how.

numba's cache looks at this file only.
"""

from __future__ import annotations

# mypy cannot see through numba's decorators.
# mypy: disable-error-code="no-untyped-def,no-untyped-call,misc"
import math

import numpy as np
from numba import njit

_NODES = 24  # of the process delay, of equal probability
_WAITS = 40  # waits at which survival is tabled
_LONGEST_WAIT = 400.0  # days
_MEANS = 5  # process delays at which it is tabled
_STEPS_OF_SEARCH = 40
_TOLERANCE = 2e-3
_MEMORY_DAYS = 30.0  # over which the inflow is smoothed for the queue's abandonments
_ALMOST_ALL = 1 - 1e-9
_ROOT_2 = math.sqrt(2.0)
_ROOT_2_PI = math.sqrt(2.0 * math.pi)


@njit(cache=True, nogil=True)
def at(table, x, per_unit):
    """A table of values at 0, 1/per_unit, ... read on straight lines; its last value beyond."""
    place = x * per_unit
    k = int(place)
    if k >= len(table) - 1:
        return table[-1]
    return table[k] + (place - k) * (table[k + 1] - table[k])


@njit(cache=True, nogil=True)
def _survival(patience, nodes, survives, per_unit, mean, wait):
    """Of those ready after m × node, the share that still waits after `wait`, and their delay.

    Returns survivors of process and wait, and the process days summed over them; both for
    one person oriented.
    """
    both, days = 0.0, 0.0
    for node in nodes:
        delay = mean * node
        lasting = at(survives, (delay + wait) / patience, per_unit)
        both += lasting
        days += lasting * delay
    return both / len(nodes), days / len(nodes)


@njit(cache=True, nogil=True)
def _waiting_tables(patience, nodes, survives, per_unit, least, most):
    """For some mean process delays and waits: who survives the wait, the integral of that
    over the wait, and the process delay of the survivors relative to the mean."""
    survivors = np.empty((_MEANS, _WAITS))
    integral = np.zeros((_MEANS, _WAITS))
    relative = np.empty((_MEANS, _WAITS))
    waits = np.empty(_WAITS)
    for k in range(_WAITS):
        waits[k] = _LONGEST_WAIT * (k / (_WAITS - 1)) ** 2
    for m in range(_MEANS):
        mean = least + (most - least) * m / (_MEANS - 1)
        ready, _ = _survival(patience, nodes, survives, per_unit, mean, 0.0)
        for k in range(_WAITS):
            both, days = _survival(patience, nodes, survives, per_unit, mean, waits[k])
            survivors[m, k] = both / ready
            relative[m, k] = days / both / mean if both > 0 else 0.0
            if k:
                integral[m, k] = integral[m, k - 1] + 0.5 * (waits[k] - waits[k - 1]) * (
                    survivors[m, k] + survivors[m, k - 1]
                )
    return waits, survivors, integral, relative


@njit(cache=True, nogil=True)
def _wait_of(queue, inflow, waits, integral):
    """The wait w at which inflow × ∫ survival over [0, w] is the queue: cell and share of it."""
    wanted = queue / inflow
    if wanted >= integral[-1]:
        return len(waits) - 2, 1.0
    low, high = 0, len(waits) - 1
    while high - low > 1:
        middle = (low + high) // 2
        if integral[middle] <= wanted:
            low = middle
        else:
            high = middle
    return low, (wanted - integral[low]) / (integral[high] - integral[low])


@njit(cache=True, nogil=True)
def _slot_queue(use, power):
    """Mean people who wait for a slot: half of Sakasegawa's M/M/n (deterministic service)."""
    if use <= 0:
        return 0.0
    return 0.5 * math.exp(power * math.log(use)) / (1 - use)


@njit(cache=True, nogil=True)
def _place_queue(stock, places, spread):
    """Mean people who wait for a place when `stock` are inside, by Halfin and Whitt."""
    free = places - stock
    if free <= 0:
        return 1e9
    beta = free / math.sqrt(max(stock, 1e-9))
    if beta > 6:
        return 0.0
    density = math.exp(-0.5 * beta * beta) / _ROOT_2_PI
    below = 0.5 * math.erfc(-beta / _ROOT_2)
    waits = 1 / (1 + beta * below / density)
    return spread * waits * stock / free


@njit(cache=True, nogil=True)
def _left(served, queue, inflow, leaving, days, capacity, power, stock, places, exits, agreement,
          spread):  # fmt: skip
    """The queue that so many diagnoses a day leave, less the one that such use makes."""
    return (
        queue
        + days * (inflow - leaving - served)
        - _slot_queue(served / capacity, power)
        - _place_queue(stock + days * (agreement * served - exits), places, spread)
    )


@njit(cache=True, nogil=True)
def _diagnoses(before, queue, inflow, leaving, days, capacity, power, stock, places, exits,
               agreement, spread):  # fmt: skip
    """Diagnoses a day: those at which the queue left behind is the one that such use makes.

    The queue falls with the diagnoses, what use of slots and places makes of it rises:
    one root, by false position (Illinois) from where it was a step `before`. Both
    queues have poles, so the values far from the root are cut.
    """
    most = min(capacity * _ALMOST_ALL, queue / days + inflow - leaving)
    if agreement > 0:
        most = min(most, ((places - stock) / days + exits) / agreement)
    if most <= 0:
        return 0.0
    low, high = 0.0, most
    at_low = queue + days * (inflow - leaving) - _place_queue(stock - days * exits, places, spread)
    if at_low <= 0:
        return 0.0
    at_high = -at_low
    guess, side = min(before, 0.98 * most), 0
    for _ in range(_STEPS_OF_SEARCH):
        value = _left(
            guess, queue, inflow, leaving, days, capacity, power, stock, places, exits,
            agreement, spread,
        )  # fmt: skip
        if abs(value) < _TOLERANCE * (1.0 + queue):
            return guess
        if value > 0:
            low, at_low = guess, value
            if side == 1:
                at_high *= 0.5
            side = 1
        else:
            high, at_high = guess, max(value, -2 * at_low)
            if side == -1:
                at_low *= 0.5
            side = -1
        if high - low < _TOLERANCE * most:
            break
        guess = low + (high - low) * min(max(at_low / (at_low - at_high), 0.03), 0.97)
    return 0.5 * (low + high)


@njit(cache=True, nogil=True)
def _ready_by_lag(mean, process_integral, per_unit, mean_days, shares):
    """Fill the shares of a step's orientations that are ready so many steps later."""
    lags = len(shares)
    before, here = 0.0, 0.0
    for j in range(lags):
        # ∫F at the three edges: orientations are even within the step.
        after = mean * at(process_integral, (j + 1) * mean_days / mean, per_unit)
        edge = (j + 1) * mean_days / mean * per_unit
        if edge >= len(process_integral) - 1:
            after += (j + 1) * mean_days - mean * (len(process_integral) - 1) / per_unit
        shares[j] = (after - 2 * here + before) / mean_days
        before, here = here, after
    shares[lags - 1] = max(shares[lags - 1], 0.0)


@njit(cache=True, nogil=True)
def flow_of(
    days, orientations, process_delay, agreement, duration, interval, pool_interval,
    pools, demand, in_service, places, patience, nodes, survives, survival_per_unit,
    process_integral, process_per_unit, stay_integral, stay_per_unit, longest, renewal_share,
    place_spread, lags, stay_lags, mean_days,
    national,
):  # fmt: skip
    """Fill `national` [quantity, step]."""
    steps, kinds = len(days), len(pools)
    ready = np.zeros(steps + lags)
    ready_days = np.zeros(steps + lags)
    ready_agrees = np.zeros(steps + lags)
    ready_stays = np.zeros(steps + lags)
    ready_mean = np.zeros(steps + lags)
    lost = np.zeros(steps + lags)
    waiting_on = np.empty(lags)
    for j in range(lags):
        waiting_on[j] = at(survives, j * mean_days / patience, survival_per_unit)
    shares = np.empty((2, lags))
    shares_of = np.zeros(2)  # the mean process delays that they are of
    for t in range(steps):
        for channel in range(2):
            came = orientations[channel, t] * days[t]
            if came <= 0:
                continue
            mean = max(process_delay[channel, t], 1e-6)
            if mean != shares_of[channel]:
                _ready_by_lag(mean, process_integral, process_per_unit, mean_days, shares[channel])
                shares_of[channel] = mean
            for j in range(lags):
                stays = waiting_on[j]
                flow = came * shares[channel, j]
                ready[t + j] += flow * stays
                lost[t + j] += flow * (1 - stays)
                ready_days[t + j] += flow * stays * max(j, 0.33) * mean_days
                ready_agrees[t + j] += flow * stays * agreement[channel, t]
                ready_stays[t + j] += flow * stays * duration[t]
                ready_mean[t + j] += flow * stays * mean
    least, most = 1e9, 0.0
    for t in range(steps):
        if ready[t] > 0:
            ready_days[t] /= ready[t]
            ready_agrees[t] /= ready[t]
            ready_stays[t] /= ready[t]
            ready_mean[t] /= ready[t]
            least, most = min(least, ready_mean[t]), max(most, ready_mean[t])
        ready[t] /= days[t]
    if most == 0.0:
        least, most = 1.0, 1.0
    most = max(most, least * 1.001)
    waits, survivors, integral, relative = _waiting_tables(
        patience, nodes, survives, survival_per_unit, least, most
    )
    leaves = np.zeros((steps, stay_lags))
    last_mean = -1.0
    for t in range(steps):
        mean = ready_stays[t]
        if t and abs(mean - last_mean) < 1e-9 * mean:
            leaves[t] = leaves[t - 1]
            continue
        last_mean = mean
        if mean <= 0:
            continue
        cut = at(stay_integral, longest / mean, stay_per_unit)
        inside_before, here = 1.0, 0.0
        for j in range(stay_lags):
            edge = (j + 1) * mean_days
            if edge <= longest:
                once = at(stay_integral, edge / mean, stay_per_unit)
                twice = once
            else:
                once = cut
                twice = at(stay_integral, min(edge, 2 * longest) / mean, stay_per_unit)
            after = mean * ((1 - renewal_share) * once + renewal_share * twice)
            inside = (after - here) / mean_days
            leaves[t, j] = inside_before - inside
            inside_before, here = inside, after
        leaves[t, stay_lags - 1] += inside_before
    exits_due = np.zeros(steps + stay_lags)
    for k in range(kinds):
        queue, stock, inflow, leaving, served = 0.0, 0.0, 0.0, 0.0, 0.0
        exits_due[:] = 0.0
        for t in range(steps):
            length = days[t]
            comes = ready[t] * demand[k]
            memory = math.exp(-length / _MEMORY_DAYS)
            inflow = comes if t == 0 else memory * inflow + (1 - memory) * comes
            agrees = ready_agrees[t]
            exits = exits_due[t] / length
            working = in_service[k, t]
            if working > 0 and interval[t] > 0:
                capacity, servers = working / interval[t], max(working, 1.0)
            else:
                capacity, servers = (1e6 if working > 0 else 0.0), 1.0
            if pool_interval[t] > 0 and 1 / pool_interval[t] < capacity:
                capacity, servers = 1 / pool_interval[t], 1.0
            if capacity > 0:
                served = _diagnoses(
                    served, queue, comes, leaving, length, capacity, math.sqrt(2 * (servers + 1)),
                    stock, places[k, t], exits, agrees, place_spread,
                )  # fmt: skip
            else:
                served = 0.0
            queue = max(0.0, queue + length * (comes - leaving - served))
            entries = agrees * served * length
            stock += entries - exits_due[t]
            national[3, t] += pools[k] * exits_due[t]
            if entries > 0:
                due, leave = exits_due[t : t + stay_lags], leaves[t]
                for j in range(stay_lags):
                    due[j] += entries * leave[j]
                # Who leaves within the step of the entry leaves at its end.
                stock -= entries * leaves[t, 0]
                national[3, t] += pools[k] * entries * leaves[t, 0]
            wait, process = 0.0, ready_days[t]
            national[2, t] += pools[k] * length * leaving
            leaving = 0.0
            if inflow > 0:
                place = (ready_mean[t] - least) / (most - least) * (_MEANS - 1)
                m = min(max(int(place), 0), _MEANS - 2)
                part = min(max(place - m, 0.0), 1.0)
                low, share = _wait_of(queue, inflow, waits, integral[m])
                high_low, high_share = _wait_of(queue, inflow, waits, integral[m + 1])
                wait = (1 - part) * (waits[low] + share * (waits[low + 1] - waits[low])) + part * (
                    waits[high_low] + high_share * (waits[high_low + 1] - waits[high_low])
                )
                lasting = (1 - part) * (
                    survivors[m, low] + share * (survivors[m, low + 1] - survivors[m, low])
                ) + part * (
                    survivors[m + 1, high_low]
                    + high_share * (survivors[m + 1, high_low + 1] - survivors[m + 1, high_low])
                )
                leaving = min(inflow * (1 - lasting), queue / length)
                process *= (
                    (1 - part)
                    * (relative[m, low] + share * (relative[m, low + 1] - relative[m, low]))
                    + part
                    * (
                        relative[m + 1, high_low]
                        + high_share * (relative[m + 1, high_low + 1] - relative[m + 1, high_low])
                    )
                ) / ((1 - part) * relative[m, 0] + part * relative[m + 1, 0])
            national[0, t] += pools[k] * entries
            national[1, t] += pools[k] * (1 - agrees) * served * length
            national[4, t] += pools[k] * entries * process
            national[5, t] += pools[k] * entries * wait
            national[7, t] += pools[k] * stock
            national[8, t] += pools[k] * queue
            national[9, t] += pools[k] * working * length
    for t in range(steps):
        national[2, t] += lost[t]
        for j in range(min(stay_lags, steps - t)):
            national[6, t + j] += national[0, t] * leaves[t, j] * j * mean_days
