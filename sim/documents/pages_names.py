"""Short names of what is assumed, for tables that planners read: parameters and rates."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sim.present.numbers import number, percent, plain
from sim.words import to_say


def _change(value: float) -> str:
    return f"{'+' if value > 0 else ''}{percent(value)}"


def _short(value: float) -> str:
    return plain(value, 0 if value >= 10 or value % 1 == 0 else 1)


def _two(value: float) -> str:
    return plain(value, 2)


@dataclass(frozen=True)
class Named:
    """The name of a parameter, and how its value is written."""

    name: str
    show: Callable[[float], str]


PARAMETERS: Mapping[str, Named] = {
    "target.queue_delay_days": Named(to_say("guardrail: mean wait for a place, days"), _short),
    "target.mean_load": Named(to_say("guardrail: mean people in a portfolio"), number),
    "portfolios.places": Named(to_say("places of a portfolio"), number),
    "parcours.true_to_published": Named(to_say("true stay, relative to the published one"), _two),
    "orientations.supply_response": Named(
        to_say("response of prescribers to more posts (ε)"), _two
    ),
    "territory.pool_size": Named(to_say("portfolios that share a queue"), _two),
    "territory.unevenness": Named(to_say("unevenness between pools"), _two),
    "entry.agreement": Named(to_say("agreement at the shared diagnosis"), percent),
    "entry.patience_days": Named(to_say("wait that people accept, days"), _short),
    "entry.diagnosis_interval_days": Named(
        to_say("days between two diagnoses of a counsellor"), _short
    ),
    "entry.pool_diagnosis_interval_days": Named(
        to_say("days between two diagnoses of social services (0: no limit)"), _short
    ),
    "posts.turnover_per_year": Named(to_say("counsellors who leave in a year"), percent),
    "posts.recruitment_months": Named(to_say("months to recruit a counsellor"), _short),
    "posts.training_months": Named(to_say("months of training before the first entry"), _short),
    "levers.shared_target.orientations": Named(
        to_say("shared target: change of orientations"), _change
    ),
    "levers.shorter_entry_delay.process_delay": Named(
        to_say("shorter delay: change of the time that steps take"), _change
    ),
    "levers.open_to_social_actors.orientations": Named(
        to_say("opening: orientations by other actors"), _change
    ),
    "levers.better_coordination.process_delay": Named(
        to_say("coordination: change of the time that steps take"), _change
    ),
    "levers.shared_facilitation.ramp_cut": Named(
        to_say("facilitation: how much sooner the others act"), percent
    ),
}
STATUS_OF_A_PARAMETER: Mapping[str, str] = {
    "calibrated": to_say("fitted to the figures of 2018-2020"),
    "drift": to_say("fitted, with a drift"),
    "assumption": to_say("an assumption"),
    "decision": to_say("decided by the planner"),
    "document": to_say("from a source"),
    "given": to_say("given by the scenario"),
    "fitted": to_say("fitted to the figures of 2018-2020"),
}
RATES: Mapping[str, str] = {
    "post_year": to_say("post of a counsellor, pay and charges, euros a year"),
    "hiring": to_say("hiring and training a counsellor, euros"),
    "indexation": to_say("rise of all prices a year"),
    "redeployed": to_say("new posts that come from redeployment"),
    "indirect.flat_20": to_say("indirect costs, of direct costs"),
    "indirect.flat_15": to_say("indirect costs, of staff costs"),
    "indirect.flat_40": to_say("all other costs, of staff costs"),
    "indirect.actual": to_say("indirect costs, euros a post and year"),
    "esf.share": to_say("half of the posts by the ESF"),
    "esf.eligible.posts": to_say("part of the posts' cost that the ESF accepts"),
    "esf.payment_months": to_say("months until the ESF pays"),
    "esf.audit_cut": to_say("part of the ESF's money that audits take off"),
    "payers.posts.pole_emploi": to_say("rest of the posts' cost: part of Pôle emploi"),
    "payers.levers.pole_emploi": to_say("levers' own cost: part of Pôle emploi"),
    "payers.levers.departements": to_say("levers' own cost: part of the départements"),
}
HIGHEST: Mapping[str, str] = {
    "more_developed": to_say("highest rate of the ESF {programme}, more developed régions"),
    "transition": to_say("highest rate of the ESF {programme}, régions in transition"),
    "less_developed": to_say("highest rate of the ESF {programme}, less developed régions"),
}
LEVER_POSTS = to_say("posts that running one lever takes in the country")
STATUS_OF_A_RATE: Mapping[str, str] = {
    "sourced": to_say("from a source"),
    "assumption": to_say("an assumption"),
    "to be verified": to_say("still to be verified"),
    "decision": to_say("decided by the planner"),
    "given": to_say("given by the user"),
}
MEASURABLE: Mapping[str, str] = {
    "mean load of the portfolios in 2020": to_say("how many people each portfolio really held"),
    "orientations in 2020": to_say("how many people were oriented, and by whom"),
    "queue part of the entry delay in 2020": to_say("which part of the entry delay is a queue"),
    "process part of the entry delay in 2020": to_say("which part of the entry delay is steps"),
    "people who gave up in 2020": to_say("how many people gave up before entry"),
}
