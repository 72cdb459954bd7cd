"""`mineralclub replay RESULTS RUN` opens that very history, and shows what was recorded of it."""

import pandas as pd
import pytest

from analysis import figures
from analysis.cli import code_of

from .visitor import Server, visitor, wait

pytestmark = [pytest.mark.browser, pytest.mark.server, pytest.mark.once]
RUN = ["run", "trade_zone", "--minerals", "gallium", "--until", "2027", "--runs", "3", "--workers", "1"]


def test_a_recorded_history_opens_and_is_equal(tmp_path):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(figures, "pictures", lambda results: [])
        assert code_of([*RUN, "--out", str(tmp_path / "out")]) == 0
    (results,) = (tmp_path / "out").iterdir()
    server = Server(tmp_path, "replay", str(results), "2")
    try:
        (tmp_path / "profile").mkdir()
        with visitor(tmp_path / "profile") as page:
            page.open(server.address)
            assert "run 2 of trade_zone, seed 1000000002" in page.texts(".mc-recorded")[0]
            for _ in range(3):
                page.press("Step a year")
            said = wait(lambda: "to the last bit" in page.texts(".mc-recorded")[0] and page.texts(".mc-recorded")[0])
            stored = pd.read_parquet(results / "runs.parquet").set_index("run").loc[2]
            assert f"All {len(stored) - 3} outcomes are equal to the last bit" in said
            rows = {row[0]: row[1:] for row in (line.split("\t") for line in said.splitlines()) if len(row) == 4}
            for name in ("life_years", "cohesion_mean", "refine.gallium.hhi_end"):
                assert rows[name] == [repr(float(stored[name])), repr(float(stored[name])), "equal"]
    finally:
        server.stop()
