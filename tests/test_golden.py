"""The bits of two small records, on every Python and processor: a commit that moves them says why."""

import hashlib

import pytest

from abm.ensemble import Ensemble

from .worlds import everything

SEEDS = [1, 2, 3, 4]
GOLDEN = {
    ("trade_zone", 36): "9e98712e745c95e9",
    ("everything", 96): "8a1a3506ca6bedfd",
}


@pytest.mark.parametrize(("name", "months"), GOLDEN)
def test_the_record_has_the_known_bits(name, months):
    record = Ensemble(everything(whiplash=2.0) if name == "everything" else name, SEEDS).run(months)
    digest = hashlib.sha256()
    for series in sorted(record.series):
        digest.update(series.encode())
        digest.update(record.series[series].tobytes())
    assert digest.hexdigest()[:16] == GOLDEN[name, months]
