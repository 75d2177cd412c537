"""Whose split of posts it is: where a table of posts leaves places out, what is shown says so."""

from __future__ import annotations

import pytest
from made_up_runs import TREND
from matplotlib.text import Text

import sim
from sim.present.split_text import SOME_OWN, own_in_part
from sim.words import french

OWN = {"posts.by_departement.52.2021-01-01": 4}
BOTH = TREND.with_({"territory.departements": ["08", "52"]})


def test_a_table_is_whole_or_leaves_places_out() -> None:
    assert not own_in_part(TREND)
    assert not own_in_part(TREND.with_(OWN))
    assert not own_in_part(BOTH.with_({**OWN, "posts.by_departement.08.2021-01-01": 5}))
    assert own_in_part(BOTH.with_(OWN))
    assert own_in_part(BOTH.with_({**OWN, "territory.departements": "all"}))


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_tables_and_maps_say_where_the_split_is_synthetic(lang: str) -> None:
    found = sim.simulate(BOTH.with_(OWN), draws=2, replications=1, by_place=True).by_place(2021)
    told = " ".join((SOME_OWN if lang == "en" else french()[SOME_OWN]).split())
    assert told in " ".join(found.text(lang).split())
    texts = [each.get_text() for each in found.plot(lang=lang).findobj(Text)]
    drawn = " ".join(" ".join(texts).split())
    assert told in drawn
    assert {"en": "SYNTHETIC SPLIT outside", "fr": "SYNTHÉTIQUE hors"}[lang] in drawn
