"""What can be set on the page: every lever with its range, what is typed, and what an empty field means."""

import pytest

from abm.errors import BadInput
from abm.instruments import INSTRUMENTS
from abm.scenario import Scenario
from abm.start import sources
from analysis.server import form as forms

BARE = Scenario.load("no_coalition").model_dump(mode="json", exclude_none=True)


@pytest.fixture(scope="module")
def parameters():
    return sources(None).parameters


def test_every_lever_has_all_its_fields(parameters):
    schema = Scenario.model_json_schema()["$defs"]
    for name in INSTRUMENTS:
        block = schema[schema["Coalition"]["properties"][name]["anyOf"][0]["$ref"].rpartition("/")[2]]
        free = {field for field, form in block["properties"].items() if "const" not in form}
        assert {entry.path[-1] for entry in forms.entries(name, parameters)} == free
        assert all(entry.path[:2] == ("coalition", name) for entry in forms.entries(name, parameters))


def test_unit_range_and_what_is_usual(parameters):
    fields = {e.path[-1]: e for e in forms.entries("contract_for_difference", parameters)}
    years = parameters.row("cfd_term")
    assert (fields["term"].range, fields["term"].usual) == ((0.0, 40.0), years.value)
    assert fields["term"].hint == f"years; 0 to 40; empty: {years.value:g} {years.unit}"
    assert fields["unit"].choices == ("share of incentive gap", "multiple of base price", "USD/t")
    assert fields["start"].hint == "YYYY-MM" and fields["end"].hint == "YYYY-MM; empty: no end"


def test_a_lever_on_and_off():
    on = forms.switched(BARE, "tariff", True)
    assert Scenario.read(on).coalition.levers.keys() == {"tariff"}
    assert Scenario.read(forms.changed(on, ("coalition", "tariff", "rate"), 0.3)).coalition.tariff.rate == 0.3
    assert forms.switched(on, "tariff", False) == BARE


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("number", " 2.5 ", 2.5), ("number", "2,5", 2.5), ("whole", "2031", 2031), ("number", "", None),
        ("list", "exposed", "exposed"), ("list", "gallium, ndpr", ["gallium", "ndpr"]),
        ("list", "0.75, 0.5, 0", [0.75, 0.5, 0.0]), ("text", "2027-01", "2027-01"),
    ],
)  # fmt: skip
def test_what_is_typed(kind, text, value):
    assert forms.read(forms.Entry(("a",), "a", kind, ""), text) == value


@pytest.mark.parametrize("text", ["two", "nan", "1e999", "1;2"])
def test_what_is_no_number(text):
    with pytest.raises(BadInput, match=r"^level = .*; allowed: a number$"):
        forms.read(forms.Entry(("level",), "level", "number", ""), text)


def test_every_number_of_the_table_can_be_set(parameters):
    names = forms.settable(parameters)
    assert "whiplash" in names and "sunset_45X" not in names
    for name in names:
        said, limits, usual = forms.parameter_hint(parameters, name)
        assert said and (limits is None or limits[0] <= usual <= limits[1])
