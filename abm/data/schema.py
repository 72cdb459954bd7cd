"""What stands in each table that the model reads: its columns, its key, and the rules between its columns."""

from typing import Any

from abm.data.columns import Country, Date, Flag, Known, Number, Pattern, Shares, Text, Whole, Word
from abm.data.parameters import GRADES, check_parameter
from abm.data.reading import Rule, Table, in_order
from abm.errors import BadInput


def codes_known(names: Any, mineral: str, codes: str) -> BadInput | None:
    """Every HS code of a row stands in hs_map.csv for its mineral."""
    known = names["codes"].get(JOINT.get(mineral, mineral), ())
    for code in codes.split("+"):
        if code not in known:
            return BadInput("no code of this mineral in hs_map.csv", value=code, allowed=known)
    return None


def one_content_a_code(names: Any, codes: str, contents: str) -> BadInput | None:
    if codes.count("+") == contents.count("+"):
        return None
    return BadInput("not as many contents as codes", allowed="one number a code, parted by +")


def ends_later(names: Any, begin: str, end: str) -> BadInput | None:
    if "" < end <= begin:
        return BadInput(f"not after the beginning ({begin})", allowed="a later month, or empty")
    return None


BASE_YEAR = 2024
HOST_SINCE = 2018  # first of the years over which the growth of a by-product's host is measured
JOINT = {"ndpr": "ree", "dytb": "ree"}  # minerals that share their codes
HOSTS = ("aluminium", "bauxite", "lead", "tin", "zinc")  # of by-products, besides the minerals themselves
EXCHANGED = ("ree", "host_bauxite", "host_zinc")  # goods in trade that are not minerals of the model
EVENTS = """
action_plan agreement agreement_start anti_smuggling bankruptcy bill club club_replaced collapse consultation
country_ban country_restriction court deadline deal duty_end executive_order export_ban export_quota
export_quota_and_duty export_suspension extension fact_sheet framework fund incident informal_embargo licence
licence_announced licence_expansion licence_slowdown licences_granted meeting mine_opening mine_restart
mine_suspension negotiation price_floor_equity_offtake price_peak private_fund production_alliance
public_finance_offtake quota quota_announced quota_end regulation relaxation renewal ruling section232 stockpile
suspension tariff tax_credit tax_repeal truce unilateral_price_floor WTO_complaint
"""

TEXT, NOTE = Text(), Text(optional=True)
MINERAL = Known(of="minerals")
STAGE = Word(words=("mine", "refine"), what="unknown stage")
GRADE = Word(words=("A", "B", "C", "M"), what="unknown grade")
MONTH = r"(19|20)\d\d-(0[1-9]|1[0-2])"
YEAR = Whole(low=1990, high=2040)
PLANNED = Whole(low=2000, high=2100)
SOURCE_YEAR = Whole(low=1950, high=2040)
SOURCE = {"source": TEXT, "source_year": SOURCE_YEAR, "note": NOTE}
PERCENT = Number(low=0, high=100, unit="percent", optional=True)
GROWTH = Number(low=-50, high=1000, unit="percent a year", optional=True)
WGI = Number(low=-4, high=4, unit="WGI score", optional=True)
TONS, TONS_IF_ANY = Number(low=0, unit="t"), Number(low=0, unit="t", optional=True)
PRICE, PRICE_IF_ANY = Number(low=1e-6, unit="USD/t"), Number(low=1e-6, unit="USD/t", optional=True)
SHARE = Number(low=0, high=1, unit="share")

OUTPUT = {
    "mineral": MINERAL, "stage": STAGE, "country_iso3": Country(), "year": YEAR, "output_t": TONS, **SOURCE,
}  # fmt: skip

MODEL = {
    "minerals": Table(
        {
            "key": Pattern(form=r"[a-z][a-z0-9_]*", allowed="small letters, digits, _"),
            "name": TEXT, "symbol": TEXT, "unit": TEXT,
            "world_mine_output_2024_t": TONS_IF_ANY, "world_refined_output_2024_t": TONS_IF_ANY,
            "price_2024_usd_per_t": PRICE,
            "price_in_china_2024_usd_per_t": PRICE_IF_ANY, "price_outside_china_2024_usd_per_t": PRICE_IF_ANY,
            "is_byproduct": Flag(), "host": NOTE,
            "host_output_2024_t": TONS_IF_ANY, "byproduct_recovery_potential_t": TONS_IF_ANY,
            "elasticity_demand_short_run": Number(low=-5, high=0, optional=True),
            "elasticity_demand_long_run": Number(low=-5, high=0, optional=True),
            "demand_growth_2030_pct_per_yr": GROWTH, "demand_growth_2040_pct_per_yr": GROWTH,
            "output_cagr_2018_2024_pct_per_yr": GROWTH,
            "end_use_shares": Shares(optional=True), **SOURCE,
        },
        key=("key",),
    ),
    "states": Table(
        {
            "iso3": Country(), "name": TEXT,
            "gdp_usd_bn": Number(low=1e-6, unit="bn USD", optional=True),
            "gdp_year": Whole(low=1990, high=2040, optional=True),
            "wgi_political_stability_2024": WGI, "wgi_rule_of_law_2023": WGI, "wgi_gov_effectiveness_2023": WGI,
            "in_g7": Flag(), "in_eu": Flag(), "in_msp": Flag(),
            "us_minerals_agreement_year": Whole(low=2000, high=2100, optional=True),
            "next_election_year": Whole(low=2000, high=2100, optional=True),
            "election_period_years": Whole(low=1, high=20, optional=True),
            "crp_pct": PERCENT, "role": Word(words=("producer", "consumer", "both"), what="unknown role"),
            "demand_share_value_pct": PERCENT, "demand_share_equal_weight_pct": PERCENT,
            "max_production_share_pct": PERCENT, **SOURCE,
        },
        key=("iso3",),
    ),
    "hs_map": Table(
        {
            "hs92_code": Pattern(form=r"\d{6}|none", allowed="six digits, or none"),
            "mineral": Known(of="minerals", also=EXCHANGED), "stage": STAGE, "description": TEXT, **SOURCE,
        },
        key=("hs92_code", "mineral"),
    ),
    "hs_content": Table(
        {
            "hs92_codes": TEXT, "mineral": MINERAL, "stage": STAGE,
            "content": Pattern(form=r"[01](\.\d+)?(\+[01](\.\d+)?)*", allowed="shares of gross weight, parted by +"),
            "weigh": Word(words=("quantity", "value", "gross")),
            "exporters": Pattern(form=r"all|(but|only)( [A-Z]{3})+", allowed="all, but COD, only COD"),
            "coverage": Word(words=("full", "part")), **SOURCE,
        },
        key=("hs92_codes", "mineral", "stage"),
        rules=(Rule(("mineral", "hs92_codes"), codes_known), Rule(("hs92_codes", "content"), one_content_a_code)),
    ),
    "market_traits": Table(
        {
            "mineral": MINERAL,
            "sigma": Word(words=("sigma_base_metals", "sigma_specialty", "sigma_qualified"), what="unknown elasticity"),
            "freight_of_ore": Word(words=("normal", "low value"), optional=True),
            "host_stream": Known(of="minerals", also=HOSTS, what="unknown host", optional=True),
            "supply_of_ore": Word(words=("own", "co-product"), optional=True),
            "outlook_key": Known(of="minerals", also=("magnet_ree_element",)), **SOURCE,
        },
        key=("mineral",),
    ),
    "production": Table(OUTPUT, key=("mineral", "stage", "country_iso3", "year")),
    "capacity": Table(
        {
            "mineral": MINERAL, "stage": STAGE, "country_iso3": Country(),
            "status": Word(words=("operating", "planned", "expansion", "reserves only"), what="unknown status"),
            "year": PLANNED, "capacity_t": TONS, "reserves_t": TONS_IF_ANY, **SOURCE,
        },
        key=("mineral", "stage", "country_iso3", "status", "year", "source"),  # two plants of one year differ by source
    ),
    "demand": Table(
        {"mineral": MINERAL, "country_or_region": Country(), "year": YEAR, "consumption_t": TONS, **SOURCE},
        key=("mineral", "country_or_region", "year"),
    ),
    "trade": Table(
        {
            "mineral": Known(of="minerals", also=EXCHANGED), "hs92_code": TEXT, "year": YEAR,
            "exporter_iso3": Country(), "importer_iso3": Country(),
            "value_kusd": Number(low=0, unit="1000 USD"), "quantity_t": Number(low=0, unit="t gross"), **SOURCE,
        },
        key=("mineral", "hs92_code", "year", "exporter_iso3", "importer_iso3"),
        rules=(Rule(("mineral", "hs92_code"), codes_known),),
    ),
    "costs": Table(
        {
            "mineral": MINERAL, "stage": STAGE,
            "region": Word(words=("China", "outside China", "world"), what="unknown region"),
            "cash_cost_usd_per_t": PRICE,
            "capex_usd_per_t_yr": Number(low=0, unit="USD per t a year", optional=True),
            "build_time_years": Number(low=0, high=50, unit="years"),
            "scale_exponent": Number(low=0, high=1), "wacc_pct": Number(low=0, high=100, unit="percent"), **SOURCE,
        },
        key=("mineral", "stage", "region"),
    ),
    "host_production": Table(
        {
            "host": Known(of="minerals", also=HOSTS, what="unknown host"),
            "country_iso3": Country(also=("R20",)),  # so in the source; not an ISO code
            "year": YEAR, "output": TONS, "unit": TEXT, **SOURCE,
        },
        key=("host", "country_iso3", "year"),
    ),
    "parameters": Table(
        {
            "rule": Pattern(form=r"R\d+", allowed="R and a number"),
            "name": Pattern(form=r"[A-Za-z][A-Za-z0-9_]*", allowed="letters, digits, _"), "symbol": TEXT,
            "mineral": Known(of="minerals", also=("all",), many=True),
            "default": TEXT, "low": Number(optional=True), "high": Number(optional=True), "unit": TEXT, "source": TEXT,
            "grade": Word(words=GRADES, what="unknown grade"),
        },
        key=("rule", "name", "mineral"),
        rules=(Rule(("name", "unit", "default", "low", "high"), lambda names, *row: check_parameter(*row)),),
    ),
    "pipeline_shares_2030": Table(
        {
            "mineral": Known(of="minerals", also=("magnet_ree_element",)), "stage": STAGE, "year": PLANNED,
            "top1": Country(), "top1_share": SHARE, "top3_share": SHARE, "source": TEXT, "source_year": SOURCE_YEAR,
        },
        key=("mineral", "stage", "year"),
        rules=(in_order("top1_share", "top3_share"),),
    ),
    "events": Table(
        {
            "date": Date(), "actor": TEXT, "instrument": Word(words=tuple(EVENTS.split()), what="unknown instrument"),
            "mineral": TEXT, "description": TEXT, "source_url": TEXT, "reliability": GRADE,
        },
        key=("date", "actor", "instrument", "mineral", "description"),
    ),
    "control_acts": Table(
        {
            "exporter": Country(), "mineral": MINERAL, "stage": STAGE, "against": Country(also=("all",)),
            "rung": Word(words=("licensing", "quota", "ban"), what="unknown rung"),
            "share": Number(low=0, high=1, unit="share of normal exports", optional=True),
            "begin": Pattern(form=MONTH, allowed="YYYY-MM"),
            "end": Pattern(form=MONTH, allowed="YYYY-MM", optional=True),
            "source": TEXT, "note": NOTE,
        },
        key=("exporter", "mineral", "stage", "against", "begin"),
        rules=(Rule(("begin", "end"), ends_later),),
    ),
    "willingness": Table(
        {
            "state": Country(), "signatory": Flag(), "inclination": Number(unit="logits"),
            "inputs": Pattern(form=r"[0-9a-f]{64}", allowed="a sha256"),
        },
        key=("state",),
    ),
    "tension_record": Table(
        {
            "state": Country(), "begin": Pattern(form=MONTH, allowed="YYYY-MM"),
            "end": Pattern(form=MONTH, allowed="YYYY-MM"),
            "tension": Number(low=0, high=1, unit="index", optional=True), "truce": Flag(), "source": TEXT,
        },
        key=("state", "begin"),
        rules=(Rule(("begin", "end"), ends_later),),
    ),
}  # fmt: skip
