"""The sections of a scenario: every parameter with default, range, unit, bounds, source."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from sim.calendar import first_of_month
from sim.errors import nearest
from sim.parameters import Section, quantity, timeline
from sim.posts_table import PostsTable
from sim.quantities import Day, Quantity, Timeline, shown
from sim.territory import departement_codes
from sim.words import say, to_say

NONE_KNOWN = "assumption: no figure"
SHOCK_REASON = "assumption: the sources tell of the lockdown and give no size"


class Horizon(Section):
    """When the simulation opens, is measured from, and ends."""

    opening: Day = Field(default=date(2016, 1, 1), description="day 0; a first of month")
    measured_from: Day = Field(
        default=date(2018, 1, 1), description="first month shown; the time before is warm-up"
    )
    end: Day = Field(default=date(2021, 1, 1), description="first day not simulated")
    opening_state: Literal["warm_up", "empty"] = Field(
        default="warm_up",
        description="warm_up: the first portfolios stand from day 0 and the time before "
        "`measured_from` fills them; empty: the scheme starts on day 0",
    )

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        for name in ("opening", "measured_from", "end"):
            day = getattr(self, name)
            if not first_of_month(day):
                raise ValueError(
                    say("{name} is {day}, must be the first of a month", name=name, day=day)
                )
        if not self.opening <= self.measured_from < self.end:
            raise ValueError(
                say(
                    "the dates are reversed: opening {opening}, measured_from {measured_from}, "
                    "end {end} must come in this order",
                    opening=self.opening,
                    measured_from=self.measured_from,
                    end=self.end,
                )
            )
        if (self.end - self.opening).days > 366 * 30:
            raise ValueError(say("spans more than 30 years, must be 30 at most"))
        return self


def _as_codes(raw: Any) -> tuple[str, ...] | str:
    """'all', or codes of départements, each known and listed once."""
    if raw == "all":
        return "all"
    if not isinstance(raw, (list, tuple)) or not all(isinstance(each, str) for each in raw):
        raise ValueError(
            say("is {raw}, must be 'all' or codes in quotes such as ['52', '2A']", raw=shown(raw))
        )
    if not raw:
        raise ValueError(say("is empty, must be 'all' or a list of codes"))
    for code in raw:
        if code not in departement_codes():
            raise ValueError(
                say(
                    "'{code}' is no département, {nearest}",
                    code=code,
                    nearest=nearest(code, departement_codes()),
                )
            )
    if len(set(raw)) != len(raw):
        raise ValueError(say("lists a code twice, must list it once"))
    return tuple(raw)


Codes = Annotated[tuple[str, ...] | Literal["all"], BeforeValidator(_as_codes)]


class Territory(Section):
    """Départements and their pools."""

    departements: Codes = Field(
        default="all", description="'all', or a list of codes such as ['52', '2A']"
    )
    figures_for: Literal["country", "departements"] = Field(
        default="country",
        description="whether volumes and portfolios are those of the country (a subset takes "
        "its share) or of the listed départements alone",
    )
    pool_size: Quantity = quantity(
        2,
        "portfolios of December 2020 that share one entry queue",
        unit="portfolios",
        bounds=(1, 100),
        span=(1, 12),
        source="assumption: about 860-900 agencies for 1 137 portfolios",
    )
    unevenness: Quantity = quantity(
        0.25,
        "uneven demand between pools at equal portfolios (coefficient of variation)",
        unit="CV",
        bounds=(0, 2),
        span=(0, 0.5),
        source="assumption: 'some disparities' (seed 004); agencies spread 1 to 3 "
        "(media-pole.com, June 2019)",
    )

    @property
    def is_the_country(self) -> bool:
        """Whether what is simulated is the whole country."""
        return self.departements == "all"

    @property
    def on_own_figures(self) -> bool:
        """Whether volumes and portfolios are those of the listed départements alone."""
        return not self.is_the_country and self.figures_for == "departements"

    @property
    def has_all_posts(self) -> bool:
        """Whether the posts are all of what is simulated, not those of a larger area."""
        return self.is_the_country or self.on_own_figures


class Orientations(Section):
    """Who proposes accompagnement global to whom, how often."""

    per_year: Timeline = timeline(
        "underlying orientations a year, shocks removed, from each date on",
        unit="people a year",
        bounds=(0, 5e6),
        source="fitted to the entries of 2018-2020 (calibration), one value per reading",
    )
    multiplier: Timeline = timeline(
        "more orientations from whatever cause, relative to `per_year`, on straight lines "
        "between the dates; 1 before the first",
        unit="factor",
        bounds=(0, 20),
        source="decision of the planner; the search for the sizing point moves it",
    )
    warm_up_factor: Quantity = quantity(
        0.93,
        "volume of the warm-up relative to the first measured year",
        unit="factor",
        bounds=(0, 5),
        span=(0.8, 1.0),
        source="assumption: as the portfolios of December 2017 stand to those of 2018",
    )
    employment_service_share: Quantity = quantity(
        0.645,
        "share of the orientations that come from Pôle emploi, the rest from social services",
        unit="share",
        bounds=(0, 1),
        span=(0.5, 0.8),
        source="Banque des territoires, Feb. 2015 (one département, 2014)",
    )
    supply_response: Quantity = quantity(
        0.3,
        "ε: orientations grow as (portfolios in service / those of December 2020)^ε",
        unit="exponent",
        bounds=(0, 2),
        span=(0, 1),
        source="assumption: entries +23 %, portfolios +17 % from 2018 to 2020: any value fits",
    )
    august: Quantity = quantity(
        0.85,
        "orientations of August relative to the other months",
        unit="factor",
        bounds=(0, 5),
        span=(0.7, 1.0),
        source="assumption: flat but for August; no figure for AG",
    )


class EntryProcess(Section):
    """From the orientation to the entry."""

    process_delay_days: Timeline = timeline(
        "mean days from the orientation to being ready for the shared diagnosis",
        unit="days",
        bounds=(0, 400),
        source="fitted to the entry delays of 2018-2020 (calibration), one value per reading",
    )
    shortest_process_delay_days: Quantity = quantity(
        10,
        "mean process delay below which no lever can bring it",
        unit="days",
        bounds=(0, 100),
        span=(5, 14),
        source="assumption: three people have to meet",
    )
    process_delay_cv: Quantity = quantity(
        0.8,
        "spread of the process delay (lognormal)",
        unit="CV",
        bounds=(0, 3),
        span=(0.5, 1.1),
        source=NONE_KNOWN,
    )
    agreement: Quantity = quantity(
        0.9,
        "probability that the person agrees at the shared diagnosis",
        unit="share",
        bounds=(0, 1),
        span=(0.75, 0.98),
        source="assumption: no figure; a neighbouring scheme lost 24 % before entry in all",
    )
    patience_days: Quantity = quantity(
        90,
        "mean days that a person is willing to wait from the orientation on",
        unit="days",
        bounds=(1, 5000),
        span=(40, 200),
        source="assumption: no figure; decides what shorter delays bring",
    )
    patience_cv: Quantity = quantity(
        0.5,
        "spread of the patience (gamma): few give up in the first days",
        unit="CV",
        bounds=(0.05, 2),
        source=NONE_KNOWN,
    )
    diagnosis_interval_days: Quantity = quantity(
        2.6,
        "least days between two diagnoses of one counsellor",
        unit="days",
        bounds=(0, 60),
        span=(2, 4),
        source="assumption: 76-92 entries a portfolio and year observed, 118 in a start-up year "
        "elsewhere; 45 working weeks",
    )
    pool_diagnosis_interval_days: Quantity = quantity(
        0,
        "least days between two diagnoses in one pool (the social workers' side); 0 = unlimited",
        unit="days",
        bounds=(0, 60),
        span=(0, 1.3),
        source="assumption: unlimited, the optimistic default; 11 social workers a counsellor, "
        "each with 100-200 people of their own",
    )


class Parcours(Section):
    """The stay in a portfolio and how it ends."""

    duration_days: Timeline = timeline(
        "mean of the uncensored stay, from each date of orientation on",
        unit="days",
        bounds=(1, 3000),
        source="fitted to the mean durations of 2018-2020 (calibration), one value per reading",
    )
    duration_cv: Quantity = quantity(
        0.6,
        "spread of the uncensored stay (gamma)",
        unit="CV",
        bounds=(0.05, 2),
        span=(0.4, 0.9),
        source="assumption: only the mean is published",
    )
    true_to_published: Quantity = quantity(
        1.0,
        "true mean stay relative to the published mean duration; read by the calibration, which "
        "fits stays to the published mean times this",
        unit="factor",
        bounds=(0.5, 3),
        span=(1.0, 1.4),
        source="assumption: 'more than fifty' per portfolio (pole-emploi.org Centre-Val de "
        "Loire, 24/03/2021) against 43-47 by Little's law",
    )
    longest_days: Quantity = quantity(
        365,
        "longest parcours unless renewed",
        unit="days",
        bounds=(1, 3000),
        source="12 months, renewable by agreement (Ewag 2019; pepaca.fr)",
    )
    renewal_share: Quantity = quantity(
        0.3,
        "share of the parcours that may be renewed once, to twice the longest",
        unit="share",
        bounds=(0, 1),
        span=(0, 0.6),
        source=NONE_KNOWN,
    )
    to_employment: Quantity = quantity(
        0.35,
        "share of the exits that lead to a job",
        unit="share",
        bounds=(0, 1),
        span=(0.25, 0.45),
        source="Haute-Marne, 244 exits to October 2017 (seed 003): one small département",
    )
    to_training: Quantity = quantity(
        0.14,
        "share of the exits that lead to training",
        unit="share",
        bounds=(0, 1),
        span=(0.1, 0.2),
        source="Haute-Marne, 244 exits to October 2017 (seed 003): one small département",
    )
    dropout: Quantity = quantity(
        0.15,
        "share of the exits that are dropouts; the rest is handed over to other support",
        unit="share",
        bounds=(0, 1),
        span=(0.05, 0.3),
        source="assumption: job or training aside 51 % leave (Haute-Marne), their kinds unknown",
    )

    @model_validator(mode="after")
    def _shares(self) -> Self:
        total = self.to_employment + self.to_training + self.dropout
        if total > 1:
            raise ValueError(
                say("to_employment + to_training + dropout is {total:g}, at most 1", total=total)
            )
        return self


class Portfolios(Section):
    """The portfolios of the past and how many people one can hold."""

    in_service: Timeline = timeline(
        "portfolios in service at the end of each date, net of vacancy, on straight lines "
        "between the dates; unset: the observed Decembers",
        unit="portfolios",
        bounds=(0, 50000),
        source="seed 004 (working document)",
    )
    december_2017: Quantity = quantity(
        900,
        "portfolios in December 2017, which nobody published",
        unit="portfolios",
        bounds=(0, 50000),
        span=(850, 972),
        source=NONE_KNOWN,
    )
    places: Quantity = quantity(
        58,
        "mean places of a portfolio, effective",
        unit="people",
        bounds=(1, 500),
        span=(47, 70),
        source="assumption: ceiling 70 (AFP 22/01/2016); 47.5 people per mean-of-year "
        "portfolio in 2019 by Little's law",
    )
    places_cv: Quantity = quantity(
        0.1,
        "spread of the places between portfolios",
        unit="CV",
        bounds=(0, 1),
        span=(0, 0.25),
        source="assumption: part-time, habits; a counsellor decides herself (seed 000)",
    )
    places_from: Timeline = timeline(
        "mean places from a date on, where the plan changes the portfolio size (1st of a month)",
        unit="people",
        bounds=(0, 500),
        source="decision of the planner",
    )


class Posts(Section):
    """The plan: funded posts after the history, and what stands between them and portfolios."""

    target: Quantity | None = quantity(
        None,
        "funded posts at the end of hiring; unset: today's posts go on",
        unit="posts",
        bounds=(0, 50000),
        whole=True,
        source="decision of the planner",
    )
    hiring_start: Day = Field(default=date(2021, 1, 1), description="first day of hiring")
    hiring_end: Day = Field(
        default=date(2021, 12, 31), description="day on which the target is reached"
    )
    later: Timeline = timeline(
        "funded posts on later dates, on straight lines (for example when money ends)",
        unit="posts",
        bounds=(0, 50000),
        source="decision of the planner",
    )
    by_departement: PostsTable = Field(
        default=PostsTable({}),
        description=to_say(
            "funded posts by code of a département and date, each until the next one: your own "
            "split in place of the synthetic one. The posts are the table's own sums, or, with "
            "`target` or `later`, theirs in the table's proportions"
        ),
    )
    most_hires_per_month: Quantity | None = quantity(
        None,
        "hiring limit; it delays the end of hiring",
        unit="posts a month",
        bounds=(0.01, 10000),
        source="decision of the planner",
    )
    turnover_per_year: Quantity = quantity(
        0.08,
        "share of counsellors who leave in a year",
        unit="share a year",
        bounds=(0, 5),
        span=(0.04, 0.15),
        source="assumption: UK work coaches 8.5 % (National Audit Office 2025); none for AG",
    )
    recruitment_months: Quantity = quantity(
        3,
        "from a departure to the next counsellor",
        unit="months",
        bounds=(0, 36),
        span=(1, 6),
        source=NONE_KNOWN,
    )
    training_months: Quantity = quantity(
        1,
        "from a counsellor's arrival to the first entry",
        unit="months",
        bounds=(0, 24),
        span=(0, 3),
        source=NONE_KNOWN,
    )
    fte_per_post: Quantity = quantity(
        1.0,
        "full-time share of a post",
        unit="FTE",
        bounds=(0.1, 1),
        span=(0.9, 1.0),
        source="assumption: history counts portfolios, not hours",
    )
    allocation: Literal["proportional", "where_it_queues"] = Field(
        default="proportional",
        description="where new posts go: in proportion to the départements' weights, or to the "
        "pools where the underlying demand a post is largest (their unevenness known, their "
        "queues not counted)",
    )

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.hiring_end < self.hiring_start:
            raise ValueError(
                say(
                    "the dates are reversed: hiring_end {hiring_end} is before hiring_start "
                    "{hiring_start}, must be on that day or later",
                    hiring_end=self.hiring_end,
                    hiring_start=self.hiring_start,
                )
            )
        late = [when for when in self.later if when <= self.hiring_end]
        if late:
            raise ValueError(
                say(
                    "later has {late}, must be after hiring_end {hiring_end}",
                    late=late[0],
                    hiring_end=self.hiring_end,
                )
            )
        return self


class Shock(Section):
    """A dated disturbance of the flow; multipliers hold from start to end."""

    start: Day = Field(description="first day")
    end: Day = Field(description="first day after")
    orientations: Quantity = quantity(
        1.0, "multiplier", unit="factor", bounds=(0, 20), source=SHOCK_REASON
    )
    process_delay: Quantity = quantity(
        1.0, "multiplier", unit="factor", bounds=(0, 20), source=SHOCK_REASON
    )
    diagnosis_interval: Quantity = quantity(
        1.0,
        "multiplier of both slot intervals",
        unit="factor",
        bounds=(0, 100),
        source=SHOCK_REASON,
    )
    duration: Quantity = quantity(
        1.0, "multiplier of the stays of people oriented then", unit="factor", bounds=(0.01, 20),
        source=SHOCK_REASON,
    )  # fmt: skip
    catch_up_share: Quantity = quantity(
        0.0, "share of the lost orientations that come later", unit="share", bounds=(0, 1),
        source=SHOCK_REASON,
    )  # fmt: skip
    catch_up_days: Quantity = quantity(
        120, "time over which they come", unit="days", bounds=(1, 1000), source=SHOCK_REASON
    )

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.end <= self.start:
            raise ValueError(
                say(
                    "the dates are reversed: end {end} must be after start {start}",
                    end=self.end,
                    start=self.start,
                )
            )
        return self


class Target(Section):
    """What is to be reached, and what must hold when it is."""

    people: Quantity = quantity(
        200_000,
        "people a year",
        unit="people a year",
        bounds=(1, 1e7),
        source="pole-emploi.org news, 27/09/2019; seed 004",
    )
    measure: Literal["entries", "people_supported"] = Field(
        default="entries", description="what is counted"
    )
    year: int = Field(default=2022, ge=2000, le=2100, description="year in which it is counted")
    queue_delay_days: Quantity = quantity(
        7,
        "guardrail: mean queue part of the entry delay",
        unit="days",
        bounds=(0, 365),
        span=(3, 14),
        source="assumption: a week's wait for a place is what a service can defend",
    )
    mean_load: Quantity = quantity(
        50,
        "quality ceiling: mean people per portfolio in service",
        unit="people",
        bounds=(1, 500),
        span=(45, 70),
        source="assumption: more people per counsellor is not the same service; 'more than "
        "fifty' in 2020 (pole-emploi.org Centre-Val de Loire, 24/03/2021)",
    )
