"""The five levers: what each acts on, by how much, from when.

A lever's *intensity* (0 to 1) is a decision; its *effect* at intensity 1 is
uncertain and relative to 2020. The sources name the five levers and give no
size, so every effect is an assumption with a wide range. `apply` is pure: it
turns levers and a calendar into daily multipliers; the past is never touched,
and a lever at intensity 0 multiplies by exactly 1. `added` is a thought experiment that tells
what of the levers' acting together is built into that product.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from sim.calendar import DAYS_PER_MONTH, Calendar
from sim.parameters import Section, quantity
from sim.quantities import Day, Quantity

Days = NDArray[np.float64]
Composition = Literal["multiplied", "added"]
LEAST_LEFT = 0.01

NAMES = (
    "shared_target",
    "shorter_entry_delay",
    "open_to_social_actors",
    "better_coordination",
    "shared_facilitation",
)
FACILITATION = NAMES[-1]  # acts through the other levers alone


def _effect(value: float, span: tuple[float, float], what: str, why: str) -> Any:
    return quantity(
        value,
        what,
        unit="share added at intensity 1",
        bounds=(-0.9, 3.0),
        span=span,
        source=f"assumption: {why}",
    )


class Lever(Section):
    """What all levers share: an intensity, a start, a ramp."""

    intensity: Quantity = quantity(
        0.0,
        "how strongly the lever is used: 0 not at all, 1 in full",
        unit="share",
        bounds=(0, 1),
        source="decision of the planner",
    )
    start: Day = Field(default=date(2021, 1, 1), description="first day of the lever")
    ramp_months: Quantity = quantity(
        12,
        "time from the start to the full effect, on a straight line",
        unit="months",
        bounds=(0, 60),
        span=(6, 24),
        source="assumption: conventions and working habits take about a year to change",
    )


class FadingLever(Lever):
    """A lever whose effect fades unless facilitation keeps it up."""

    half_life_months: Quantity = quantity(
        24,
        "time in which the effect fades by half after the ramp unless facilitation keeps it up",
        unit="months",
        bounds=(1, 600),
        span=(12, 48),
        source="assumption: seed 004 says to create and maintain a dynamic; it gives no duration",
    )


class SharedTarget(FadingLever):
    """Lever 1: a shared entry target."""

    orientations: Quantity = _effect(
        0.15,
        (0.0, 0.30),
        "change of the orientations by the two existing channels",
        "entries rose 25.7 % in 2019 when the 100 000 target was signed, but posts and delays "
        "moved too, and 2020 already holds part of it",
    )


class ShorterEntryDelay(FadingLever):
    """Lever 2: shorter entry delays."""

    process_delay: Quantity = _effect(
        -0.25,
        (-0.35, -0.10),
        "change of the process delay",
        "-15 % and -14 % a year observed to 2020; the protocol of 2019 aims at 21 days",
    )
    orientations: Quantity = _effect(
        0.0,
        (0.0, 0.10),
        "response of the prescribers to shorter delays",
        "no figure; none by default",
    )


class OpenToSocialActors(FadingLever):
    """Lever 3: a third channel of orientation, the other social services."""

    orientations: Quantity = _effect(
        0.30,
        (0.10, 0.60),
        "orientations by other social actors, in share of the two others after their multipliers",
        "conventions with CCAS and CAF exist; no figures",
    )
    overlap: Quantity = quantity(
        0.20,
        "share of the third channel's people whom the others would have oriented anyway",
        unit="share",
        bounds=(0, 1),
        span=(0.0, 0.50),
        source="assumption: no figure",
    )
    pool_diagnosis_interval: Quantity = _effect(
        -0.15,
        (-0.30, 0.0),
        "change of the days between two diagnoses that the social side of a pool can hold",
        "more social workers take part; no figure",
    )
    process_delay: Quantity = _effect(
        0.0,
        (-0.2, 0.4),
        "process delay of the third channel relative to the others",
        "no figure; the same by default",
    )
    agreement: Quantity = quantity(
        0.0,
        "agreement at the diagnosis of the third channel, added to that of the others",
        unit="share",
        bounds=(-0.5, 0.5),
        span=(-0.10, 0.05),
        source="assumption: no figure; the same by default",
    )


class BetterCoordination(FadingLever):
    """Lever 4: better coordination between counsellors and social workers."""

    process_delay: Quantity = _effect(
        -0.10,
        (-0.20, 0.0),
        "change of the process delay",
        "dedicated social workers work better (national evaluation, Millénaire 3, 18/11/2019)",
    )
    agreement: Quantity = quantity(
        0.02,
        "agreement at the diagnosis, added",
        unit="share",
        bounds=(-0.5, 0.5),
        span=(0.0, 0.05),
        source="assumption: no figure",
    )
    duration: Quantity = _effect(
        -0.03,
        (-0.12, 0.05),
        "change of the parcours duration",
        "its sign is open: smoother is not shorter",
    )


class SharedFacilitation(Lever):
    """Lever 5: shared facilitation; acts only through the other levers."""

    ramp_cut: Quantity = quantity(
        0.5,
        "share by which it shortens the ramps of the other levers",
        unit="share",
        bounds=(0, 0.9),
        span=(0.0, 0.6),
        source="assumption: halves them; no figure",
    )


class Levers(Section):
    """The five levers of the working document of 2021 (seed 004)."""

    shared_target: SharedTarget = SharedTarget()
    shorter_entry_delay: ShorterEntryDelay = ShorterEntryDelay()
    open_to_social_actors: OpenToSocialActors = OpenToSocialActors()
    better_coordination: BetterCoordination = BetterCoordination()
    shared_facilitation: SharedFacilitation = SharedFacilitation()

    def named(self, name: str) -> Lever:
        """The lever of that name."""
        lever: Lever = getattr(self, name)
        return lever


@dataclass(frozen=True)
class LeverEffects:
    """Daily multipliers that the levers make, one value a day (arrays of days).

    `third_channel` is the volume of the third channel as a share of the others;
    it applies in full in a département from its convention on, see `signing`.
    """

    orientations: Days
    process_delay: Days
    agreement_added: Days
    duration: Days
    third_channel: Days
    third_process_delay: float
    third_agreement_added: float
    pool_diagnosis_interval: Days
    signing_start: float
    signing_days: float


def apply(levers: Levers, calendar: Calendar) -> LeverEffects:
    """What the levers do on each day of the calendar. Pure."""
    clock = _Clock(levers, calendar)
    target, delay = clock.active(levers.shared_target), clock.active(levers.shorter_entry_delay)
    coordination = clock.active(levers.better_coordination)
    opening = levers.open_to_social_actors
    new_channel = clock.kept(opening) * opening.intensity
    return LeverEffects(
        orientations=(1 + levers.shared_target.orientations * target)
        * (1 + levers.shorter_entry_delay.orientations * delay),
        process_delay=(1 + levers.shorter_entry_delay.process_delay * delay)
        * (1 + levers.better_coordination.process_delay * coordination),
        agreement_added=levers.better_coordination.agreement * coordination,
        duration=1 + levers.better_coordination.duration * coordination,
        third_channel=new_channel * opening.orientations * (1 - opening.overlap),
        third_process_delay=1 + opening.process_delay,
        third_agreement_added=float(opening.agreement),
        pool_diagnosis_interval=1 + opening.pool_diagnosis_interval * clock.active(opening),
        signing_start=calendar.day(opening.start),
        signing_days=clock.ramp_days(opening),
    )


def added(levers: Levers, calendar: Calendar) -> LeverEffects:
    """The same levers with effects that add up instead of multiplying. Pure.

    Every effect counts on what there would be without any lever: orientations are
    1 + Σ effects, the third channel is a share of the volume without levers, the process
    delay is 1 + Σ effects, and the agreement added is that of so many people as there would be
    without levers. So where nobody queues or gives up, what the levers bring together is
    the sum of what each brings alone; what differs from that sum comes from the flow. A
    lever alone does the same as under `apply`. No effects take more than all but
    `LEAST_LEFT` of the orientations. Facilitation acts as in `apply`; whoever wants none
    sets its intensity to 0.
    """
    clock, product = _Clock(levers, calendar), apply(levers, calendar)
    target, delay = clock.active(levers.shared_target), clock.active(levers.shorter_entry_delay)
    coordination = clock.active(levers.better_coordination)
    more = levers.shared_target.orientations * target
    more = more + levers.shorter_entry_delay.orientations * delay
    orientations = np.maximum(1 + more, LEAST_LEFT)
    shorter = levers.shorter_entry_delay.process_delay * delay
    shorter = shorter + levers.better_coordination.process_delay * coordination
    since = np.arange(len(orientations)) + 1 - product.signing_start
    signed = np.clip(since / max(product.signing_days, 1.0), 0.0, 1.0)
    people = orientations + product.third_channel * signed
    return replace(
        product,
        orientations=orientations,
        process_delay=1 + shorter,
        agreement_added=product.agreement_added / people,
        third_channel=product.third_channel / orientations,
    )


COMPOSITIONS: Mapping[Composition, Callable[[Levers, Calendar], LeverEffects]] = {
    "multiplied": apply,
    "added": added,
}


class _Clock:
    """Activations by day, reckoned from the first lever's start even before day 0."""

    def __init__(self, levers: Levers, calendar: Calendar) -> None:
        self.calendar = calendar
        self.facilitation = levers.shared_facilitation
        starts = [calendar.day(levers.named(name).start) for name in NAMES]
        self.before = int(max(0.0, -min(starts)))
        self.days = np.arange(-self.before, int(calendar.horizon))
        own_ramp = float(self.facilitation.ramp_months * DAYS_PER_MONTH)
        self.facilitated = self._risen(self.facilitation, own_ramp) * self.facilitation.intensity

    def active(self, lever: FadingLever) -> Days:
        """Intensity × ramp × fading."""
        risen = self._risen(lever, self.ramp_days(lever))[self.before :]
        return lever.intensity * risen * self.kept(lever)

    def ramp_days(self, lever: Lever) -> float:
        """The ramp, shortened by facilitation if that starts no later than the lever."""
        helped = self.facilitation.start <= lever.start
        cut = self.facilitation.ramp_cut * self.facilitation.intensity if helped else 0.0
        return float(lever.ramp_months * DAYS_PER_MONTH * (1 - cut))

    def kept(self, lever: FadingLever) -> Days:
        """2^(−time since the ramp's end / half-life), 0 before the start.

        The time does not count while facilitation is at full.
        """
        start = self.calendar.day(lever.start)
        fading = self.days >= start + self.ramp_days(lever)
        unaided = np.where(fading, 1.0 - self.facilitated, 0.0)
        since = np.concatenate([[0.0], np.cumsum(unaided)[:-1]])
        faded = 2.0 ** (-since / (lever.half_life_months * DAYS_PER_MONTH))
        return np.asarray(np.where(self.days >= start, faded, 0.0)[self.before :])

    def _risen(self, lever: Lever, ramp_days: float) -> Days:
        """From 0 at the start to 1 at the ramp's end."""
        since = self.days - self.calendar.day(lever.start)
        risen = np.minimum(1.0, since / ramp_days) if ramp_days > 0 else np.ones(len(since))
        return np.where(since >= 0, risen, 0.0)
