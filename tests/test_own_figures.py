"""A planner's own figures: what is written can be read, every mistake is told with its cell."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from own_files import LONG, TREND, WIDE, Formula, Rows, costs, csv_text, with_cell, workbook

import sim
from calibration.figures import read_figures as read_observed
from sim.errors import InputError
from sim.own_figures.read import OwnFigures
from sim.own_figures.template import costs_table, months_from, posts_table
from sim.own_figures.template_files import csv_of, workbook_of
from sim.population.posts import post_plan
from sim.rate_files import shipped_rates
from sim.territory import departements
from sim.words import speaking

CODES = [each.code for each in departements()]
JANUARY, FEBRUARY, MARCH = (date(2021, month, 1) for month in (1, 2, 3))
MEANT = {
    "01": {JANUARY: 5, FEBRUARY: 6, MARCH: 6},
    "2A": {JANUARY: 2, FEBRUARY: 2, MARCH: 0},
    "52": {JANUARY: 3, FEBRUARY: 4, MARCH: 5},
}


def read(path: Path, sheets: dict[str, Rows]) -> OwnFigures:
    return sim.read_figures(workbook(path / "figures.xlsx", sheets))


def told(path: Path, sheets: dict[str, Rows]) -> list[str]:
    """The mistakes of a workbook, one a text."""
    with pytest.raises(InputError) as wrong:
        read(path, sheets)
    return [str(each) for each in wrong.value.problems]


class TestRoundTrip:
    @pytest.mark.parametrize("lang", ["fr", "en"])
    def test_a_template_filled_in_is_read_as_it_was_meant(self, tmp_path: Path, lang: str):
        with speaking(lang):
            posts = posts_table(TREND, months_from(JANUARY, 3))
            rows = [list(each) for each in posts.rows]
            for k, row in enumerate(rows):
                row[3:] = [k, k + 1, k + 2]
            header = [each.heading for each in posts.columns]
            names = ("postes", "coûts") if lang == "fr" else ("posts", "costs")
            money = costs(post_year=[65000.5, 60000, 70000, "our own"], indirect__method=["none"])
            sheets = {names[0]: [header, *rows], names[1]: money}
            found = sim.read_figures(workbook(tmp_path / "f.xlsx", sheets))
        assert found.posts == {
            code: {JANUARY: k, FEBRUARY: k + 1, MARCH: k + 2} for k, code in enumerate(CODES)
        }
        rate = found.rates()["post_year"]
        assert (rate.value, rate.low, rate.high) == (Decimal("65000.5"), 60000, 70000)
        assert (rate.source, rate.status) == ("our own", "given")
        assert found.rates().method == "none"

    @pytest.mark.parametrize("lang", ["fr", "en"])
    def test_a_template_itself_holds_nothing_and_no_mistake(self, tmp_path: Path, lang: str):
        with speaking(lang):
            tables = (posts_table(TREND, months_from(JANUARY, 24)), costs_table())
            (tmp_path / "f.xlsx").write_bytes(workbook_of(tables))
            folder = tmp_path / "csv"
            folder.mkdir()
            for name, table in zip(("postes", "couts"), tables, strict=True):
                (folder / f"{name}.csv").write_bytes(csv_of(table))
        for path in (tmp_path / "f.xlsx", folder):
            found = sim.read_figures(path)
            assert (found.posts, found.costs) == ({}, {})
            assert set(found.where) == {"posts", "costs"}

    def test_a_template_shows_todays_posts(self):
        table = posts_table(TREND, months_from(JANUARY, 2))
        assert sum(row[2] for row in table.rows) == 1167
        assert [row[0] for row in table.rows] == CODES

    @settings(max_examples=25, deadline=None)
    @given(
        st.dictionaries(
            st.sampled_from(CODES),
            st.lists(st.integers(0, 50000), min_size=3, max_size=3),
            min_size=1,
            max_size=8,
        ),
        st.sampled_from([";", ",", "\t"]),
        st.sampled_from(["utf-8", "utf-8-sig", "latin-1", "utf-16"]),
    )
    def test_any_table_of_posts_survives_excel_and_csv(
        self, tmp_path_factory: pytest.TempPathFactory, table: dict, separator: str, encoding: str
    ):
        folder = tmp_path_factory.mktemp("figures")
        months = (JANUARY, MARCH, date(2022, 12, 1))
        meant = {
            code: dict(zip(months, posts, strict=True)) for code, posts in sorted(table.items())
        }
        wide: Rows = [["code", *months], *([code, *posts] for code, posts in table.items())]
        long: Rows = [["département", "mois", "postes"]]
        long += [[code, when, n] for code, posts in meant.items() for when, n in posts.items()]
        for rows in (wide, long):
            assert read(folder, {"posts": rows}).posts == meant
            text = csv_text([[*map(str, row)] for row in rows], separator)
            (folder / "posts.csv").write_bytes(text.encode(encoding))
            assert sim.read_figures(folder).posts == meant
            assert sim.read_figures(folder / "posts.csv").posts == meant


class TestWhatIsAccepted:
    def test_a_wide_and_a_long_table(self, tmp_path: Path):
        assert read(tmp_path, {"posts": WIDE}).posts == MEANT
        found = read(tmp_path, {"Postes ": LONG}).posts
        assert found == {"01": {JANUARY: 5, FEBRUARY: 6}, "52": {JANUARY: 3}}

    @pytest.mark.parametrize("code", ["01", 1, "1", 1.0, " 01", "Ain", "AIN"])
    def test_codes_that_excel_changed(self, tmp_path: Path, code: object):
        assert read(tmp_path, {"posts": [["code", "2021-01"], [code, 5]]}).posts == {
            "01": {JANUARY: 5}
        }

    @pytest.mark.parametrize(
        ("written", "code"),
        [("2a", "2A"), ("côte d’or", "21"), (971.0, "971"), ("Val d'Oise", "95"),
         ("CORSE DU SUD", "2A"), ("la reunion", "974")],
    )  # fmt: skip
    def test_codes_and_names_as_people_write_them(self, tmp_path: Path, written: object, code: str):
        assert set(read(tmp_path, {"posts": [["code", "2021-01"], [written, 5]]}).posts) == {code}

    @pytest.mark.parametrize(
        "month",
        ["2021-03", "2021-3", "03/2021", "2021-03-01", "01/03/2021", "1.3.2021", "mars 2021",
         "Mars 2021", "March 2021", "mar 2021", "1er mars 2021", MARCH],
    )  # fmt: skip
    def test_months_as_people_write_them(self, tmp_path: Path, month: object):
        found = read(tmp_path, {"posts": [["code", month], ["52", 5]]})
        assert found.posts == {"52": {MARCH: 5}}

    def test_empty_rows_and_columns_titles_and_totals_do_not_count(self, tmp_path: Path):
        rows: Rows = [
            ["Our posts, as decided in March"],
            [],
            ["code", "département", "today in agsim", "2021-01", "2021-02", "2021-03", "total"],
            ["total", "", 1167, 9, 10, "", 19],
            ["01", "Ain", 11, 5, 6, "", 11],
            ["02", "Aisne", 10, "", "", "", ""],
            [],
            ["52", "Haute-Marne", 3, 3, 4, "", 7],
        ]
        assert read(tmp_path, {"posts": rows, "notes": [["what else"]]}).posts == {
            "01": {JANUARY: 5, FEBRUARY: 6},
            "52": {JANUARY: 3, FEBRUARY: 4},
        }

    @pytest.mark.parametrize(
        ("separator", "comma", "encoding"),
        [(";", True, "utf-8-sig"), (";", True, "cp1252"), (",", False, "utf-8"),
         ("\t", True, "utf-16")],
    )  # fmt: skip
    def test_csv_as_excel_writes_it(
        self, tmp_path: Path, separator: str, comma: bool, encoding: str
    ):
        text = csv_text(costs(indexation=[0.025]), separator, comma)
        (tmp_path / "couts.csv").write_bytes(text.encode(encoding, errors="replace"))
        for path in (tmp_path, tmp_path / "couts.csv"):
            assert sim.read_figures(path).rates()["indexation"].value == Decimal("0.025")

    @pytest.mark.parametrize("value", ["25 %", "25%", "0,25", "0.25", 0.25])
    def test_shares(self, tmp_path: Path, value: object):
        found = read(tmp_path, {"costs": costs(esf__share=[value])})
        assert found.rates()["esf.share"].value == Decimal("0.25")

    def test_rates_left_alone_stay_as_shipped(self, tmp_path: Path):
        found = read(tmp_path, {"costs": costs(hiring=[5000])})
        assert found.costs == {"hiring": {"value": 5000}}
        changed = {path for path, rate in found.rates().by_path.items()
                   if rate != shipped_rates()[path]}  # fmt: skip
        assert changed == {"hiring"}


POSTS_MISTAKES = [
    # row, column, value, where it is, what is said
    (1, 0, "04x", "row 2, column A (code)", "'04x', no code and no name of a département"),
    (1, 0, "Aisn", "row 2, column A (code)", "did you mean 02 (Aisne)?"),
    (1, 0, 20, "row 2, column A (code)", "write 2A (Corse-du-Sud) or 2B (Haute-Corse)"),
    (1, 0, "", "", ""),
    (1, 1, "Aisne", "row 2, column A (code)", "is 01 (Ain), but the row's name is Aisne"),
    (3, 0, 1, "row 4, column A (code)", "is 01 (Ain), but the row's name is Haute-Marne"),
    (2, 3, "n.c.", "row 3, column D (2021-02)", "is 'n.c.', must be a number"),
    (2, 3, "", "row 3, column D (2021-02)", "is empty, though the row has posts in other"),
    (2, 3, -1, "row 3, column D (2021-02)", "is -1, must be a whole number of posts from 0"),
    (2, 3, 1.5, "row 3, column D (2021-02)", "count funded posts, not full-time equivalents"),
    (2, 3, 60000, "row 3, column D (2021-02)", "is 60 000, must be"),
    (2, 3, True, "row 3, column D (2021-02)", "is TRUE, must be a number"),
    (2, 3, MARCH, "row 3, column D (2021-02)", "is 2021-03-01, must be a number"),
    (2, 3, Formula("#DIV/0!"), "row 3, column D (2021-02)", "is the formula error #DIV/0!"),
    (0, 3, Formula("#REF!"), "row 1, column D", "is the formula error #REF!"),
    (0, 3, "soon", "row 1, column D", "is 'soon', which is no month"),
    (0, 3, "2021-13", "row 1, column D", "is '2021-13', which is no month"),
    (
        0,
        3,
        date(2021, 2, 15),
        "row 1, column D",
        "2021-02-15, which is no month: 15 February 2021 is not the",
    ),
    (0, 3, "2021-01", "row 1, column D", "is January 2021 a second time, after row 1, column C"),
    (0, 3, "1821-01", "row 1, column D", "must be from 1999 to 2100"),
    (0, 3, "", "row 1, column D", "has no heading, but cells below it"),
]


class TestMistakesOfPosts:
    @pytest.mark.parametrize(("row", "column", "value", "where", "said"), POSTS_MISTAKES)
    def test_are_told_with_sheet_row_and_column(
        self, tmp_path: Path, row: int, column: int, value: object, where: str, said: str
    ):
        sheets = {"posts": with_cell(WIDE, row, column, value)}
        if not said:
            assert read(tmp_path, sheets).posts == MEANT  # the name is enough
            return
        (mistake,) = told(tmp_path, sheets)
        assert mistake.startswith(f"{tmp_path}/figures.xlsx, sheet 'posts': {where}: ")
        assert said in mistake
        assert " → " in mistake

    @pytest.mark.parametrize(
        ("row", "column", "value", "where", "said"),
        [
            (1, 0, "", "row 2, column A (code)", "is empty → write the code"),
            (1, 1, "", "row 2, column B (month)", "is empty → write a month"),
            (1, 2, "", "row 2, column C (posts)", "is empty → write a number"),
            (2, 1, "2021-01", "row 3, column B (month)", "January 2021 for 01, which row 2 is"),
            (2, 2, "six", "row 3, column C (posts)", "is 'six', must be a number"),
            (2, 1, "2021-02-30", "row 3, column B (month)", "is '2021-02-30', which is no month"),
        ],
    )
    def test_of_a_long_table(
        self, tmp_path: Path, row: int, column: int, value: object, where: str, said: str
    ):
        (mistake,) = told(tmp_path, {"posts": with_cell(LONG, row, column, value)})
        assert f"sheet 'posts': {where}: " in mistake
        assert said in mistake

    def test_a_departement_twice(self, tmp_path: Path):
        (mistake,) = told(tmp_path, {"posts": [*WIDE, ["52", "", 1, 1, 1]]})
        assert "row 5, column A (code): is 52, which row 4 is about already" in mistake

    @pytest.mark.parametrize(
        ("rows", "said"),
        [
            ([["who", "2021-01"], ["52", 1]], "has no column 'code' or 'département'"),
            ([["code", "month"], ["52", "2021-01"]], "row 1: has no column 'posts'"),
            ([["code"], ["52"]], "row 1: has no month"),
            ([], "has no column 'code' or 'département'"),
        ],
    )
    def test_missing_columns(self, tmp_path: Path, rows: Rows, said: str):
        assert said in "\n".join(told(tmp_path, {"posts": rows}))

    def test_all_are_told_at_once(self, tmp_path: Path):
        rows = WIDE
        for row, column, value in ((1, 2, "x"), (2, 0, "99"), (2, 1, ""), (3, 4, -2)):
            rows = with_cell(rows, row, column, value)
        mistakes = told(tmp_path, {"posts": rows, "costs": costs(hiring=[-1])})
        assert len(mistakes) == 4
        assert [m.split("sheet ")[1][:14] for m in mistakes] == [
            "'posts': row 2", "'posts': row 3", "'posts': row 4", "'costs': row 3",
        ]  # fmt: skip

    def test_in_a_csv_file(self, tmp_path: Path):
        (tmp_path / "postes.csv").write_text(csv_text(with_cell(WIDE, 1, 2, "5,5")), "utf-8")
        with pytest.raises(InputError) as wrong:
            sim.read_figures(tmp_path)
        (mistake,) = map(str, wrong.value.problems)
        assert mistake.startswith(f"{tmp_path}/postes.csv: row 2, column C (2021-01): is '5,5'")

    def test_are_told_in_french(self, tmp_path: Path):
        with speaking("fr"):
            (mistake,) = told(tmp_path, {"postes": with_cell(WIDE, 2, 3, 1.5)})
        where = "feuille «\u00a0postes\u00a0»\u00a0: ligne 3, colonne D (2021-02)\u00a0: vaut 1,5,"
        assert where in mistake
        assert "des postes financés, pas des équivalents temps plein" in mistake


class TestMistakesOfCosts:
    @pytest.mark.parametrize(
        ("given_costs", "where", "said"),
        [
            ({"post_year": ["much"]}, "row 2, column D (your value)", "is 'much', must be a num"),
            (
                {"hiring": [-5]},
                "row 3, column D (your value)",
                "is -5, must be from 0 to 1 000 000",
            ),
            ({"esf__share": [50]}, "column D (your value)", "write 0.5 for 50 %"),
            ({"post_year": ["", 5]}, "row 2, column D (your value)", "is empty, though the row"),
            ({"post_year": [5, 6, 7]}, "row 2, column D (your value)", "outside your own low and"),
            ({"post_year": [5, "x"]}, "row 2, column E (your low)", "is 'x', must be a number"),
            ({"esf__payment_months": [1.5]}, "column D (your value)", "must be a whole number"),
            ({"post_year": [Formula("#N/A")]}, "row 2, column D (your value)", "error #N/A"),
            ({"indirect__method": ["flat"]}, "column D (your value)", "must be one of flat_20"),
        ],
    )
    def test_are_told_with_sheet_row_and_column(
        self, tmp_path: Path, given_costs: dict, where: str, said: str
    ):
        (mistake,) = told(tmp_path, {"costs": costs(**given_costs)})
        assert "figures.xlsx, sheet 'costs': " in mistake
        assert where in mistake
        assert said in mistake

    def test_an_unknown_rate(self, tmp_path: Path):
        rows = with_cell(costs(hiring=[5]), 2, 0, "hirings")
        (mistake,) = told(tmp_path, {"costs": rows})
        assert "row 3, column A (key): is 'hirings', no key of a rate → did you mean" in mistake

    def test_a_rate_twice(self, tmp_path: Path):
        rows = costs(hiring=[5])
        (mistake,) = told(tmp_path, {"costs": [*rows, rows[2]]})
        assert "is hiring, which row 3 is about already" in mistake

    def test_a_missing_column(self, tmp_path: Path):
        (mistake,) = told(tmp_path, {"costs": with_cell(costs(), 0, 3, "mine")})
        assert "sheet 'costs': row 1: has no column 'your value'" in mistake

    def test_rates_that_contradict_each_other(self, tmp_path: Path):
        (mistake,) = told(tmp_path, {"costs": costs(payers__levers__other=[0.5])})
        assert "sheet 'costs': payers.levers: the shares of" in mistake


class TestFilesThatAreNone:
    def test_a_sheet_that_is_missing(self, tmp_path: Path):
        (mistake,) = told(tmp_path, {"Feuil1": WIDE})
        assert "has no sheet called 'posts', 'costs', 'figures' (its sheets: Feuil1)" in mistake

    def test_a_sheet_nearly_called_so(self, tmp_path: Path):
        (mistake,) = told(tmp_path, {"poste": WIDE, "costs": costs()})
        assert "sheet 'poste': is not a known sheet → did you mean 'post" in mistake

    @pytest.mark.parametrize(
        ("name", "content", "said"),
        [
            ("f.xlsx", b"hello", "is no workbook that can be read"),
            ("f.xlsx", b"", "is empty"),
            ("f.xlsx", b"PK\x03\x04" + b"\0" * 50, "is no workbook that can be read"),
            (
                "f.xlsx",
                b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
                "is protected by a password → save a copy without",
            ),
            ("f.csv", b"PK\x03\x04\0\0\0", "is no text file, though its name says CSV"),
            ("f.csv", b"code;2021-01\n52;x\n", "row 2, column B (2021-01): is 'x'"),
        ],
    )
    def test_files_of_another_kind(self, tmp_path: Path, name: str, content: bytes, said: str):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(InputError) as wrong:
            sim.read_figures(tmp_path / name)
        assert said in str(wrong.value)
        assert name in str(wrong.value)

    def test_no_file_and_an_empty_folder(self, tmp_path: Path):
        workbook(tmp_path / "figures.xlsx", {"posts": WIDE})
        with pytest.raises(InputError, match=r"no such file → did you mean 'figures\.xlsx'"):
            sim.read_figures(tmp_path / "figure.xlsx")
        with pytest.raises(InputError, match=r"holds none of posts\.csv"):
            sim.read_figures(tmp_path)

    def test_two_files_of_one_sheet(self, tmp_path: Path):
        for name in ("posts", "postes"):
            (tmp_path / f"{name}.csv").write_text(csv_text(WIDE), "utf-8")
        with pytest.raises(InputError, match="second file of this sheet"):
            sim.read_figures(tmp_path)


class TestOnAScenario:
    def test_posts_take_the_place_of_the_scenarios_own(self, tmp_path: Path):
        target = sim.load("target-2022")
        found = read(tmp_path, {"posts": WIDE})
        laid = found.on(target)
        assert laid.posts.target is None
        assert laid.posts.by_departement.at(MARCH) == {"01": 6, "2A": 0, "52": 5}
        assert laid.levers == target.levers
        plan = post_plan(laid)
        assert plan.seats[-1] == 1167 + 1
        (entry, *_) = [e for e in laid.register if e.path.startswith("posts.by_dep")]
        assert entry.source == "given in figures.xlsx"

    def test_a_file_without_posts(self, tmp_path: Path):
        found = read(tmp_path, {"costs": costs(hiring=[5])})
        with pytest.raises(InputError, match="has no posts: the sheet 'posts' is empty or miss"):
            found.on(TREND)

    def test_what_the_model_refuses_names_the_file(self, tmp_path: Path):
        found = read(tmp_path, {"posts": [["code", "2021-01"], ["52", 5000]]})
        with pytest.raises(InputError, match=r"figures\.xlsx, sheet 'posts'.*nothing is left"):
            found.on(TREND)

    def test_it_says_what_it_found(self, tmp_path: Path):
        found = read(tmp_path, {"posts": WIDE, "costs": costs(hiring=[5])})
        assert str(found).endswith(
            "figures.xlsx: posts of 3 département(s), 10 in January 2021, 11 in March 2021, "
            "1 rate(s) of your own"
        )


OBSERVED: Rows = [
    ["measure", "period", "value", "unit", "place", "error", "source", "replaces"],
    ["entries", 2021, 95000, "people", "", 0.01, "our count", ""],
    ["portfolios_in_december", "2021", 1200, "portfolios", "", "", "our count", ""],
]


class TestObservedFigures:
    def test_are_those_of_the_same_csv_file(self, tmp_path: Path):
        (tmp_path / "f.csv").write_text(csv_text(OBSERVED), "utf-8")
        path = workbook(tmp_path / "f.xlsx", {"chiffres": OBSERVED})
        found, same = read_observed(path), read_observed(tmp_path / "f.csv")
        assert found.fingerprint == same.fingerprint
        assert len(found.rows) == 10

    @pytest.mark.parametrize(
        ("row", "column", "value", "said"),
        [
            (1, 2, "many", "line 2, value: is 'many', must be a number"),
            (1, 1, date(2021, 3, 15), "line 2, period: is '2021-03-15', must be a year"),
            (2, 2, Formula("#REF!"), "line 3, value: is '#REF!', must be a number"),
        ],
    )
    def test_mistakes_name_sheet_and_row(
        self, tmp_path: Path, row: int, column: int, value: object, said: str
    ):
        sheets = {"figures": with_cell(OBSERVED, row, column, value)}
        with pytest.raises(InputError) as wrong:
            read_observed(workbook(tmp_path / "f.xlsx", sheets))
        assert f"f.xlsx, sheet 'figures': {said}" in str(wrong.value)

    def test_a_workbook_without_them(self, tmp_path: Path):
        with pytest.raises(InputError, match="has no sheet 'figures'"):
            read_observed(workbook(tmp_path / "f.xlsx", {"posts": WIDE}))
