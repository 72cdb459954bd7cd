"""Results folders of a sweep as SQL: the views runs, points and failures over the parts of one or several folders."""

import os
from pathlib import Path
from typing import Any

import numpy as np

from abm.errors import BadInput
from abm.outcomes import DRAWN, bounds

from .hashing import columns_of, hash_of, listed
from .reading import IDENTITY, WRITTEN, histories, manifests, parts_of

LEVEL = 0.95
SHARES = ("stands", "works", "talking_shop")  # outcomes of 0 or 1, with Wilson's interval


class Views:
    """DuckDB over the parts. runs: one row a sound history; failures: one a history that only failed; points: one a
    point and outcome, with mean and 95 % interval (Wilson's for shares, else Student's, cut at what the outcome can be
    at all). `sql` gives a DataFrame."""

    def __init__(self, folders: list[Path]):
        import duckdb

        self.manifests = [one for folder in folders for one in _manifests(folder)]
        first = self.manifests[0]
        for other in self.manifests[1:]:
            for name in IDENTITY:
                if other.get(name) != first.get(name):
                    what = "folders of another design, model or data are not merged"
                    raise BadInput(what, key=name, value=str(other.get(name)), allowed=str(first.get(name)))
        self.axes = [axis["name"] or axis["key"] for axis in first["design"]["axes"]]
        parts = [part for folder in folders for part in parts_of(folder)]
        if not parts:
            raise BadInput("no histories in it", key="RESULTS", value=str(folders[0]), allowed=WRITTEN)
        for part in parts:
            histories(part, self.axes)
        self.duck: Any = duckdb.connect()
        try:
            self.duck.read_parquet([str(part) for part in parts], union_by_name=True).create_view("parts")
            self._define()
        except duckdb.Error as fault:
            what = f"its parts cannot be read ({str(fault).splitlines()[0][:80]})"
            raise BadInput(what, key="RESULTS", value=str(folders[0]), allowed=WRITTEN) from None

    def sql(self, text: str) -> Any:
        """The answer to a query as a DataFrame."""
        return self.duck.execute(text).df()

    @property
    def columns(self) -> dict[str, str]:
        """Columns of runs and their DuckDB types."""
        return columns_of(self.duck)

    @property
    def outcomes(self) -> list[str]:
        """Columns of runs that are outcomes, without the parameters that a history draws for itself."""
        named = ("key", "point", "scenario", "run", "seed", *self.axes)
        return [name for name in self.columns if name not in named and not name.startswith(DRAWN)]

    @property
    def minerals(self) -> int:
        """How many minerals the histories have."""
        return len([name for name in self.outcomes if name.endswith(".deconcentrated")])

    def _define(self) -> None:
        self.duck.execute("""
            create view runs as select distinct on (key) * exclude (failure, traceback) from parts
            where failure is null order by key""")
        self.duck.execute(f"""
            create view failures as
            select distinct on (key) key, point, scenario, run, seed, {listed(self.axes)} failure, traceback
            from parts where failure is not null and key not in (select key from runs) order by key""")
        from scipy.stats import norm, t

        most = self.duck.execute("select coalesce(max(n), 0) from (select count(*) n from runs group by point)")
        quantiles = t.ppf((1.0 + LEVEL) / 2.0, np.arange(1, max(most.fetchone()[0], 2)))
        self.duck.execute("create table student (n bigint, q double)")
        self.duck.executemany("insert into student values (?, ?)", [[i + 2, float(q)] for i, q in enumerate(quantiles)])
        self.duck.execute("create table bounds (outcome varchar, bottom double, top double)")
        rows = [[name, *bounds(name, self.minerals)] for name in self.outcomes]
        self.duck.executemany("insert into bounds values (?, ?, ?)", rows)
        z = float(norm.ppf((1.0 + LEVEL) / 2.0))
        shares = ", ".join(f"'{name}'" for name in SHARES)
        self.duck.execute(f"""
            create view points as
            with long as (
                unpivot (select point, scenario, {listed(self.axes)} {listed(self.outcomes)[:-2]} from runs)
                on {listed(self.outcomes)[:-2]} into name outcome value value),
            told as (
                select point, scenario, {listed(self.axes)} outcome, count(*) n, avg(value) mean,
                    stddev_samp(value) spread, outcome in ({shares}) share
                from long where not isnan(value) group by all)
            select point, scenario, {listed(self.axes)} outcome, told.n, mean,
                case when share then (mean + {z * z} / 2 / told.n - {z} * sqrt(
                    mean * (1 - mean) / told.n + {z * z} / 4 / told.n / told.n)) / (1 + {z * z} / told.n)
                    when mean - q * spread / sqrt(told.n) < bottom then bottom
                    else mean - q * spread / sqrt(told.n) end low,
                case when share then (mean + {z * z} / 2 / told.n + {z} * sqrt(
                    mean * (1 - mean) / told.n + {z * z} / 4 / told.n / told.n)) / (1 + {z * z} / told.n)
                    when mean + q * spread / sqrt(told.n) > top then top
                    else mean + q * spread / sqrt(told.n) end high
            from told join bounds using (outcome) left join student on student.n = told.n order by point, outcome""")

    def hash(self) -> str:
        """Of the table of sound histories (see `experiments.hashing`)."""
        self._agree()
        return hash_of(self.duck)

    def _agree(self) -> None:
        """Histories that stand in several parts are the same in all of them; BadInput names one that is not."""
        odd = self.duck.execute("""
            select key from (select distinct * exclude (traceback) from parts where failure is null)
            group by key having count(*) > 1 order by key limit 1""").fetchone()
        if odd:
            what = "two parts hold other numbers for the same history: they come of other software or another machine"
            raise BadInput(what, key="key", value=odd[0][:12], allowed="equal numbers")


def _manifests(folder: Path) -> list[dict[str, Any]]:
    if not os.path.isdir(folder):
        raise BadInput("no such folder", key="RESULTS", value=str(folder), allowed=WRITTEN)
    found = list(manifests(folder))
    if not found:
        raise BadInput("no results of an experiment in it", key="RESULTS", value=str(folder), allowed=WRITTEN)
    return found
