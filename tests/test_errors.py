"""An error for the user is one line that says where, what, what is allowed and what was probably meant."""

import pickle

import pytest

from abm.errors import BadInput, nearest


def test_bad_input_is_one_line_and_keeps_what_it_was_given():
    fault = BadInput("unknown kind", key="price_floor.kind", value="boarder", allowed=["border", "cfd"])
    assert str(fault) == 'price_floor.kind = "boarder": unknown kind; did you mean "border"? allowed: border, cfd'
    assert (fault.key, fault.value) == ("price_floor.kind", "boarder")
    assert (fault.allowed, fault.near) == (("border", "cfd"), "border")
    assert str(pickle.loads(pickle.dumps(fault))) == str(fault)
    assert isinstance(fault, ValueError)


def test_bad_input_shows_odd_values_safely():
    assert str(BadInput("x", value="a\nb\t\x00\ud800")) == r'"a\nb\t\x00\ud800": x'
    assert len(str(BadInput("x", value="y" * 10_000))) < 80
    assert str(BadInput("two\nlines")) == r"two\nlines"
    assert str(BadInput("x", value=None, file="f.toml", key="k")) == "f.toml, k = None: x"
    assert "… (84 more)" in str(BadInput("x", value="?", allowed=[f"name{i}" for i in range(100)]))
    assert str(BadInput("x").at(file="f", row=3, column="c", value=2.5)) == "f, row 3, column c = 2.5: x"
    assert BadInput("x", value=1).at(value=2).value == 1
    many = BadInput("x", value="galium", allowed=["gallium", *(f"name{i}" for i in range(100))])
    assert str(many) == '"galium": x; did you mean "gallium"?'


@pytest.mark.parametrize(
    ("name", "names", "meant"),
    [
        ("boarder", ["border", "cfd"], "border"),
        ("GALLIUM", ["gallium", "germanium"], "gallium"),
        ("ga", ["gallium", "germanium"], "gallium"),
        ("g", ["gallium", "germanium"], None),
        ("price floor", ["price_floor"], "price_floor"),
        ("g7", ["no_coalition", "g7_border_floor"], "g7_border_floor"),
        ("xyz", ["gallium", "germanium"], None),
        ("", ["gallium"], None),
        ("gallium", [], None),
    ],
)
def test_nearest(name, names, meant):
    assert nearest(name, names) == meant
