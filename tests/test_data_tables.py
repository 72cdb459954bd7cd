"""The packaged tables load; a fault in any of them is one clear line with its file, row and column."""

import csv
import io
import shutil

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from abm.data.columns import Country, Date, Flag, Known, Number, Pattern, Shares, Text, Whole, Word
from abm.data.reading import read_table
from abm.data.schema import MODEL
from abm.data.schema_history import EPISODE, OTHERS
from abm.data.tables import PACKAGED, load_tables
from abm.errors import BadInput

NAMES = {
    "minerals": tuple(load_tables().minerals["key"]),
    "states": tuple(load_tables().states["iso3"]),
    "regions": tuple(load_tables().climate_club.regions["region"]),
    "codes": load_tables().hs_map.groupby("mineral")["hs92_code"].apply(list).to_dict(),
}
SCHEMAS = MODEL | OTHERS | {"episodes/antimony": EPISODE}


def rows_of(name, lines=None):
    with open(PACKAGED / f"{name}.csv", encoding="utf-8", newline="") as file:
        return list(csv.reader(file))[:lines]


def as_bytes(rows):
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()


def broken(name, line, column, value, lines=60):
    """The first lines of a packaged table with one cell changed, and the fault it raises."""
    rows = rows_of(name, lines)
    rows[line - 1][rows[0].index(column)] = value
    with pytest.raises(BadInput) as caught:
        read_table(SCHEMAS[name], as_bytes(rows), NAMES, f"{name}.csv")
    return caught.value


def first_with_value(name, column):
    """The first line in which a column is not empty."""
    rows = rows_of(name, 60)
    at = rows[0].index(column)
    return next((line for line, row in enumerate(rows, 1) if line > 1 and row[at]), 2)


@pytest.fixture
def folder(tmp_path):
    """A folder of the user's own, with a copy of what the model reads."""
    for name in MODEL:
        shutil.copy(PACKAGED / f"{name}.csv", tmp_path)
    return tmp_path


def fault_of(folder):
    with pytest.raises(BadInput) as caught:
        load_tables(folder)
    line = str(caught.value)
    assert "\n" not in line
    return line


def edit(folder, name, old, new, count=1):
    """Replaces a text in a file, which must be there."""
    file = folder / f"{name}.csv"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, count), encoding="utf-8", newline="")


# ------------------------------------------------------------------------------------------------ what is packaged


@pytest.mark.parametrize("name", MODEL)
def test_a_packaged_table_loads_whole(name):
    frame = getattr(load_tables(), name)
    assert list(frame.columns) == list(MODEL[name].columns)
    assert list(frame.index) == list(range(2, len(rows_of(name)) + 1))
    numbers = frame.select_dtypes("number")
    required = [column for column, kind in MODEL[name].columns.items() if column in numbers and not kind.optional]
    assert numbers[required].notna().all(axis=None)


def test_the_other_tables_load_when_asked():
    tables = load_tables()
    assert set(tables.episodes) == {file.stem for file in PACKAGED.glob("episodes/*.csv")} != set()
    assert set(tables.targets["episode"]) == set(tables.episodes)
    assert len(tables.production_alt) == len(rows_of("production_alt")) - 1
    club = tables.climate_club
    assert (len(club.regions), len(club.imports), len(club.expected)) == (15, 15 * 14, 44)


def test_every_packaged_file_has_a_schema_and_a_place_in_the_guide(root):
    files = {file.relative_to(PACKAGED).with_suffix("").as_posix() for file in PACKAGED.rglob("*.csv")}
    assert {name for name in files if not name.startswith("episodes/")} == {*MODEL, *OTHERS}
    guide = (root / "docs" / "data.md").read_text(encoding="utf-8")
    assert [name for name in files if f"`{name}.csv`" not in guide] == []


def test_names_are_spelled_in_their_own_letters():
    names = load_tables().states.set_index("iso3")["name"]
    assert names["CIV"] == "Côte d'Ivoire" and names["TUR"] == "Türkiye"
    for file in PACKAGED.rglob("*.csv"):
        assert "Ã" not in file.read_text(encoding="utf-8")


def test_types_and_empty_cells():
    tables = load_tables()
    assert tables.production["year"].dtype == "int64" and tables.production["output_t"].dtype == "float64"
    assert tables.states["in_g7"].dtype == bool
    assert tables.states.set_index("iso3").loc["CHN", "next_election_year"] != tables.states["next_election_year"].max()
    assert tables.trade["hs92_code"].iloc[0] == "261710"
    assert tables.host_production["note"].iloc[0] == ""


# ------------------------------------------------------------------------------------------------ a fault in any cell

JUNK = {
    Number: ["12x4", "nan", "inf", "-inf", "1e999", "1,5", "1_000", "--", "0x10", "½"],
    Whole: ["2024.5", "2204", "1824", "twenty", "nan"],
    Flag: ["2", "yes", "TRUE", "1.0"],
    Word: ["boarder", "Mine ", "operatng"],
    Known: ["galium", "unobtainium", "Gallium"],
    Country: ["CHM", "chn", "China", "X", "EU", "EU28"],
    Pattern: ["ein Wort", "!", "Ü"],
    Date: ["2024-13", "2024-02-30", "20245", "2204-01", "yesterday", "2024-Q5", "2024-1"],
    Shares: ["a:0.5;b:0.4", "a:0.5;b:x", "a:1.5;b:-0.5", "one"],
    Text: [],
}


def junk_for(kind):
    yield from [] if kind.optional else ["", "  "]
    yield from JUNK[type(kind)]
    if type(kind) is Number:
        yield from [str(kind.low - 1)] if kind.low > -1e9 else []
        yield from [str(kind.high + 1)] if kind.high < 1e9 else []


EVERY_COLUMN = [(name, column) for name, table in SCHEMAS.items() for column in table.columns]


@pytest.mark.parametrize(("name", "column"), EVERY_COLUMN, ids=map("-".join, EVERY_COLUMN))
def test_a_bad_cell_is_named(name, column):
    kind = SCHEMAS[name].columns[column]
    line = first_with_value(name, column)
    for junk in junk_for(kind):
        fault = broken(name, line, column, junk)
        assert (fault.file, fault.row, fault.column) == (f"{name}.csv", line, column), junk
        assert str(fault).startswith(f"{name}.csv, row {line}, column {column} = ")
        assert "allowed: " in str(fault) or "did you mean" in str(fault)
        assert "\n" not in str(fault)


@pytest.mark.parametrize(
    ("name", "line", "column", "value", "message"),
    [
        ("production", 7, "mineral", "antimoni", 'unknown mineral; did you mean "antimony"? allowed: gallium, '),
        ("production", 7, "stage", "refined", 'unknown stage; did you mean "refine"? allowed: mine, refine'),
        ("production", 7, "country_iso3", "CHM", 'unknown country; did you mean "CHN"? allowed: a three-letter'),
        ("production", 7, "output_t", "-3", "too small; allowed: a number, 0 or more (t)"),
        ("production", 7, "year", "2204", "too large; allowed: a whole number from 1990 to 2040"),
        ("capacity", 3, "status", "operatin", 'unknown status; did you mean "operating"? allowed: operating, planned,'),
        ("host_production", 9, "host", "bauxit", 'unknown host; did you mean "bauxite"?'),
        ("events", 5, "instrument", "export_quotta", 'unknown instrument; did you mean "export_quota"?'),
        ("pipeline_shares_2030", 4, "top3_share", "1.2", "too large; allowed: a number from 0 to 1 (share)"),
        ("pipeline_shares_2030", 4, "top3_share", "0.01", "less than top1_share"),
        ("targets", 2, "high", "0.1", "less than value"),
        ("trade", 2, "hs92_code", "260300", "no code of this mineral in hs_map.csv; allowed: 261710"),
        ("hs_content", 5, "content", "1", "not as many contents as codes"),
        ("hs_content", 5, "hs92_codes", "250410+250491", 'did you mean "250490"?'),
        ("control_acts", 6, "end", "2024-12", "not after the beginning (2024-12)"),
        ("control_acts", 6, "rung", "bann", 'unknown rung; did you mean "ban"? allowed: licensing, quota, ban'),
        ("parameters", 2, "mineral", "gallium germainum", '= "germainum": unknown mineral; did you mean "germanium"?'),
    ],
)
def test_the_message_says_what_is_allowed(name, line, column, value, message):
    text = str(broken(name, line, column, value))
    assert message in text
    assert f"{name}.csv, row {line}, column {column} = " in text


def test_the_topmost_fault_is_raised_and_the_leftmost_of_its_row():
    rows = rows_of("production", 60)
    for line, column in [(30, "mineral"), (12, "year"), (12, "output_t"), (40, "country_iso3")]:
        rows[line - 1][rows[0].index(column)] = "?"
    rows[50] = rows[50][:3]
    with pytest.raises(BadInput, match="row 12, column year"):
        read_table(MODEL["production"], as_bytes(rows), NAMES, "production.csv")


@pytest.mark.parametrize("name", [name for name in SCHEMAS if name != "parameters"])
def test_a_row_may_not_stand_twice(name):
    rows = rows_of(name, 40)
    with pytest.raises(BadInput, match=rf"^t\.csv, row {len(rows) + 1}, .*the same .* as in row 3") as caught:
        read_table(SCHEMAS[name], as_bytes([*rows, rows[2]]), NAMES, "t.csv")
    assert caught.value.row == len(rows) + 1


# ------------------------------------------------------------------------------------------------ a damaged file


def unclosed(data):
    lines = data.split(b"\n")
    lines[4] = b'"' + lines[4]
    return b"\n".join(lines)


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda data: b"", "row 1: the file is empty"),
        (lambda data: data.split(b"\n")[0] + b"\n", "row 1: no row below the header"),
        (lambda data: data[:-30], "row 127: the file is cut off in this line"),
        (lambda data: data.replace(b"2024", b"20\x0024", 1), "row 2: not a text file (byte 0x00)"),
        (lambda data: data.replace(b"USGS", "Ü".encode("latin-1"), 1), "row 2: not UTF-8 (byte 0xdc)"),
        (lambda data: b"PK\x03\x04" + data, "row 1: not a text file (byte 0x03)"),
        (lambda data: data.decode().encode("utf-16"), "row 1: not"),
        (lambda data: data.replace(b",2024,91.0", b"", 1), "row 4: 5 fields where the header has 7"),
        (lambda data: data.replace(b",2024,91.0", b",2024,9,1.0", 1), "row 4: 8 fields where the header has 7"),
        (unclosed, "row 5: damaged row"),
        (lambda data: data.replace(b",", b";"), "row 1, column mineral;country_or_region;year;"),
        (lambda data: data.replace(b"year", b"yaer", 1), 'row 1, column yaer: unknown column; did you mean "year"?'),
        (lambda data: data.replace(b",year", b",note", 1), "row 1, column note: column stands twice"),
        (lambda data: as_bytes([row[:3] + row[4:] for row in rows_of("demand")]), "row 1, column consumption_t: m"),
        (lambda data: as_bytes([[*row, ""] for row in rows_of("demand")]), "row 1: a column has no name"),
    ],
)
def test_a_damaged_file_is_named(damage, message):
    data = (PACKAGED / "demand.csv").read_bytes()
    with pytest.raises(BadInput) as caught:
        read_table(MODEL["demand"], damage(data), NAMES, "demand.csv")
    assert str(caught.value).startswith(f"demand.csv, {message}")


def test_harmless_differences_are_accepted():
    rows = rows_of("demand", 20)
    spaced = as_bytes([*rows[:5], [], *[[f" {cell} " for cell in row] for row in rows[5:]], []])
    turned = as_bytes([row[::-1] for row in rows])
    plain = read_table(MODEL["demand"], as_bytes(rows), NAMES, "demand.csv")
    assert read_table(MODEL["demand"], spaced, NAMES, "demand.csv").reset_index(drop=True).equals(
        plain.reset_index(drop=True)
    )
    assert read_table(MODEL["demand"], turned, NAMES, "demand.csv")[list(plain)].equals(plain)


NUMERIC = [(name, column) for name, column in EVERY_COLUMN if isinstance(SCHEMAS[name].columns[column], Number)]


def is_number(text):
    try:
        float(text)
    except ValueError:
        return False
    return "_" not in text and text.isascii()


@settings(max_examples=300)
@given(st.sampled_from(NUMERIC), st.integers(2, 25), st.text(min_size=1).filter(lambda t: t.strip()))
def test_junk_among_the_numbers_never_passes(place, line, junk):
    assume(not is_number(junk))
    name, column = place
    rows = rows_of(name, 25)
    line = min(line, len(rows))
    fault = broken(name, line, column, junk, lines=25)
    text = str(fault)
    assert text.startswith(f"{name}.csv, row ") and text.splitlines() == [text]
    assert fault.column in (column, None)  # None: a character that makes the file no text file
    assert fault.row == line or fault.column is None


@settings(max_examples=150)
@given(st.data())
def test_a_file_cut_anywhere_within_a_line_is_refused(data):
    name = data.draw(st.sampled_from(sorted(SCHEMAS)))
    whole = as_bytes(rows_of(name, 30))
    cut = data.draw(st.integers(0, len(whole) - 1))
    if whole[:cut].endswith(b"\n") and cut > whole.index(b"\n") + 1:
        return
    with pytest.raises(BadInput):
        read_table(SCHEMAS[name], whole[:cut], NAMES, f"{name}.csv")


@settings(max_examples=200)
@given(st.sampled_from(sorted(SCHEMAS)), st.integers(0, 10_000), st.binary(min_size=1, max_size=4))
def test_changed_bytes_load_or_are_bad_input(name, at, junk):
    whole = as_bytes(rows_of(name, 20))
    at %= len(whole)
    try:
        read_table(SCHEMAS[name], whole[:at] + junk + whole[at + len(junk) :], NAMES, f"{name}.csv")
    except BadInput as fault:
        assert str(fault).splitlines() == [str(fault)]


# ------------------------------------------------------------------------------------------------ a folder of one's own


def test_a_copy_of_the_tables_is_the_same_data(folder):
    packaged, own = load_tables(), load_tables(folder)
    assert own.hash == packaged.hash == load_tables().hash and len(own.hash) == 64
    assert own.production.equals(packaged.production)
    assert own.targets.equals(packaged.targets)


def test_the_hash_is_of_content_not_of_platform(folder):
    for file in folder.glob("*.csv"):
        file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", b"\r\n"))
    assert load_tables(folder).hash == load_tables().hash
    edit(folder, "demand", "19.0", "20.0")
    assert load_tables(folder).hash != load_tables().hash
    assert load_tables(folder).demand["consumption_t"].iloc[0] == 20.0


@pytest.mark.parametrize("name", MODEL)
def test_a_missing_table_is_named(folder, name):
    (folder / f"{name}.csv").unlink()
    line = fault_of(folder)
    assert line.startswith(f"{folder / name}.csv: missing table; allowed: a copy of abm/data/tables/{name}.csv")


def test_a_missing_folder_is_named(tmp_path):
    assert fault_of(tmp_path / "nowhere").startswith(f"{tmp_path / 'nowhere'}: no such folder")


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        ("minerals", "germanium,Ge", "Germanium,Ge", "minerals.csv, row 3, column key"),
        ("states", "AUS,Australia,1757.02", "AUS,Australia,n/a", "states.csv, row 3, column gdp_usd_bn"),
        ("production", "antimony,mine,CHN,2018,70396.0", "antimony,mine,CHN,2018,", "row 2, column output_t"),
        ("production", "antimony,mine,CHN,2018", "antimony,mine,RUS,2018", "row 3, column year"),
        ("capacity", "antimony,mine,BOL,operating", "antimony,mine,BOL,working", "row 3, column status"),
        ("demand", "gallium,CHN,2024", "gallium,CHN,2204", "demand.csv, row 3, column year"),
        ("trade", "antimony,261710,2018,RUS", "antimony,26171,2018,RUS", 'row 2, column hs92_code = "26171"'),
        ("costs", "gallium,refine,China", "gallium,refine,Chile", 'costs.csv, row 2, column region = "Chile"'),
        ("parameters", "R1,turnover,q_turn,all,0.35", "R1,turnover,q_turn,all,states.csv", "row 2, column default"),
        ("parameters", "R1,turnover,q_turn,all,0.35", "R1,turnover,q_turn,all,0.75", "row 2, column default = 0.75"),
        ("parameters", "turnover,q_turn,all,0.35,0.15,0.6", "turnover,q_turn,all,0.35,0.15,", "row 2, column high"),
    ],
)
def test_a_fault_in_a_folder_names_its_file(folder, name, old, new, message):
    edit(folder, name, old, new)
    line = fault_of(folder)
    assert line.startswith(f"{folder / name}.csv, row ")
    assert message in line


def test_the_first_file_in_order_speaks_first(folder):
    edit(folder, "events", "1956-07-01", "1956-07-32")
    edit(folder, "demand", "19.0", "19,0")
    assert "demand.csv, row 2: 8 fields" in fault_of(folder)


def test_own_episodes_stand_in_for_the_packaged_ones_or_beside_them(folder):
    (folder / "episodes").mkdir()
    head, row, *_ = rows_of("episodes/lithium")
    (folder / "episodes" / "lithium.csv").write_bytes(as_bytes([head, row]))
    (folder / "episodes" / "tin.csv").write_bytes(as_bytes([head, row]))
    episodes = load_tables(folder).episodes
    assert set(episodes) == {*load_tables().episodes, "tin"}
    assert len(episodes["lithium"]) == len(episodes["tin"]) == 1


def test_a_fault_in_an_own_episode_is_named(folder):
    (folder / "episodes").mkdir()
    head, row, *_ = rows_of("episodes/lithium")
    (folder / "episodes" / "tin.csv").write_bytes(as_bytes([head, [*row[:3], "much", *row[4:]]]))
    with pytest.raises(BadInput) as caught:
        _ = load_tables(folder).episodes
    assert str(caught.value).startswith(f"{folder / 'episodes' / 'tin.csv'}, row 2, column value")


NEW = ("minerals", "production", "demand", "costs", "market_traits", "parameters")


def add_mineral(folder, leave_out=lambda table, row: False):
    """Tellurium by data alone: the rows of gallium under another name, but for those left out."""
    for name in NEW:
        header, *rows = rows_of(name)
        at = header.index("key" if name == "minerals" else "mineral")
        own = [row for row in rows if "gallium" in row[at].split() and not leave_out(name, row)]
        more = [[*row[:at], "tellurium", *row[at + 1 :]] for row in own]
        (folder / f"{name}.csv").write_bytes(as_bytes([header, *rows, *more]))


def test_a_mineral_is_added_by_data_alone(folder):
    add_mineral(folder)
    assert load_tables(folder).minerals["key"].iloc[-1] == "tellurium"


@pytest.mark.parametrize(
    ("table", "word", "what"),
    [
        ("production", "gallium", "production.csv"),
        ("demand", "gallium", "demand.csv"),
        ("costs", "gallium", "costs.csv"),
        ("market_traits", "gallium", "market_traits.csv"),
        ("production", "2024", "production.csv: refine, 2024, a state with output"),
        ("costs", "outside China", "costs.csv: refine, outside China"),
        ("parameters", "value_of_lost_ton", "parameters.csv: value_of_lost_ton"),
        ("parameters", "byproduct_supply_elasticity", "parameters.csv: byproduct_supply_elasticity"),
        ("parameters", "byproduct_potential", "parameters.csv: byproduct_potential"),
        ("parameters", "demand_growth", "parameters.csv: demand_growth, or demand_growth_to_2030 and"),
    ],
)
def test_a_mineral_without_its_rows_is_named(folder, table, word, what):
    add_mineral(folder, lambda name, row: name == table and word in row)
    line = fault_of(folder)
    assert f'minerals.csv, row 16, column key = "tellurium": no row of this mineral in {what}' in line


def test_a_host_without_output_is_named(folder):
    edit(folder, "market_traits", "gallium,sigma_specialty,,aluminium", "gallium,sigma_specialty,,lead")
    line = fault_of(folder)
    assert 'row 2, column host_stream = "lead": no output of this host in host_production.csv in 2018' in line
    assert line.endswith("allowed: aluminium, bauxite, zinc")
