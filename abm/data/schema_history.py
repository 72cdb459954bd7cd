"""What stands in the tables beside the model: competing figures, episodes, their targets, the docking game."""

from abm.data.columns import Date, Flag, Known, Number, Pattern, Whole, Word
from abm.data.reading import Rule, Table, in_order
from abm.data.schema import GRADE, MONTH, NOTE, OUTPUT, SHARE, TEXT, ends_later

EPISODE = Table(
    {
        "date": Date(), "series": TEXT, "region": TEXT, "value": Number(), "unit": TEXT,
        "source_url": TEXT, "source_note": NOTE, "reliability": GRADE,
    },
    key=("date", "series", "region"),
)  # fmt: skip

OTHERS = {
    "production_alt": Table(
        {**OUTPUT, "mineral": Known(of="minerals", also=("reo",))},
        key=("mineral", "stage", "country_iso3", "year", "source"),
    ),
    "targets": Table(
        {
            "episode": TEXT, "shock_model_input": TEXT, "target": TEXT,
            "value": Number(), "unit": TEXT, "low": Number(), "high": Number(), "reliability": GRADE,
            "derivation": TEXT, "use": Word(words=("calibrate", "input"), what="unknown use"),
        },
        key=("episode", "target"),
        rules=(in_order("low", "value", "high"),),
    ),
    "policy_record": Table(
        {
            "instrument": TEXT, "kind": TEXT, "actor": TEXT, "begin": Pattern(form=MONTH, allowed="YYYY-MM"),
            "end": Pattern(form=MONTH, allowed="YYYY-MM", optional=True), "reversal": Flag(), "how": TEXT,
            "source": TEXT,
        },
        key=("instrument",),
        rules=(Rule(("begin", "end"), ends_later),),
    ),
    "climate_club/regions": Table(
        {
            "region": TEXT, "gdp_bn_usd": Number(low=1e-6, unit="bn USD"), "co2_mt": Number(low=0, unit="Mt"),
            "abatement_alpha": Number(low=1e-9), "tariff_gain_linear": Number(), "tariff_gain_quadratic": Number(),
        },
        key=("region",),
    ),
    "climate_club/imports": Table(
        {
            "exporter": Known(of="regions", what="unknown region"),
            "importer": Known(of="regions", what="unknown region"),
            "imports_bn_usd": Number(low=0, unit="bn USD"),
        },
        key=("exporter", "importer"),
    ),
    "climate_club/expected": Table(
        {
            "scc_usd_per_t": Number(low=0, unit="USD/t"), "tariff": SHARE,
            "stable_coalitions": Whole(low=0, high=1000), "stable_size": Whole(low=0, high=100),
        },
        key=("scc_usd_per_t", "tariff"),
    ),
}  # fmt: skip

