"""What the decisions at the ends of the notebooks claim, as code that runs after their last cell.

By the number of the notebook; names are those that the notebook has made. Margins are wide: what
is claimed is the argument, not a digit.
"""

CLAIMS = {
    # Half of 200 000, not reached; 300 posts bring about a tenth more, from hardly any to double.
    "01": """
row = results.summary().query("period == '2022' and measure == 'entries'").iloc[0]
assert 80_000 < row["value"] < 110_000 and row["high"] < 160_000
gain = comparison.summary().query("period == '2022' and measure == 'entries'").iloc[0]
assert 0.05 < gain["value"] / row["value"] < 0.15
assert gain["low"] < 0.4 * gain["value"] and 1.4 * gain["value"] < gain["high"]
""",
    # Which figures to ask for first, and that none speaks of ε.
    "02": """
top = first.sort_values("removed", ascending=False)
assert len(set(top["candidate"])) == 2 and top["removed"].head(2).min() > 0.6
assert "orientations.supply_response" in set(silent["parameter"])
""",
    # Opening first, then the shared target; with today's posts less than half as much.
    "03": """
shares = found.shares.query("reading == 'posterior' and what == 'share'")
order = list(shares.sort_values("value", ascending=False)["lever"])
assert order[:2] == ["open_to_social_actors", "shared_target"], order
reached = batch.summary().query("period == '2022' and measure == 'entries'")["value"].tolist()
assert reached[8] - reached[0] < 0.5 * (reached[9] - reached[1])
""",
    # As many posts as the full plan asks for; the ESF pays about half.
    "04": """
assert abs(report.posts_wanted / 2350 - 1) < 0.1
assert 0.4 < esf / gross < 0.55
""",
    # Posts alone never; 16 hardly more than 12; 12 with levers and orientations; seen lies inside.
    "05": """
rows = found.frame.set_index("scenario")
sure, reached = list(rows["probability"]), list(rows["reached"])
assert sure[0] == sure[3] == sure[6] == 0
assert sure[5] > 0.5 and sure[4] < 0.4 and sure[2] < 0.2
assert reached[7] < 1.05 * reached[4]
for measure, seen in {"entries": 455, "entry_delay": 26}.items():
    assert past.loc[measure, "low"] < seen < past.loc[measure, "high"]
""",
    # The campaign's interval reaches below zero; teams never lose; the rule gains tens a post.
    "06": """
assert shock.summary().query("period == '2021' and measure == 'entries'")["low"].item() < 0
teams_gain = comparison.summary().query("period == '2022' and measure == 'entries'").iloc[0]
assert 0 <= teams_gain["low"] and teams_gain["value"] < 6_000
queue = comparison.summary().query("period == '2022' and measure == 'queue_delay'")["value"].item()
assert queue > 0
assert 0 < len(acts) < len(worlds)
assert all(10 < gain / 150 < 70 for gain in gained)
""",
}
