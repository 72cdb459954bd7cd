"""Which state a country counts for: the Union's 27 are one, small producers and unlisted countries fold into ROW."""

import math

EU27 = frozenset(
    """
    AUT BEL BGR CYP CZE DEU DNK ESP EST FIN FRA GRC HRV HUN IRL ITA LTU LUX LVA MLT NLD POL PRT ROU SVK SVN SWE
    """.split()
)
ROW = "ROW"


def state_key(country: str, listed: frozenset[str]) -> str:
    """Key of the model's state for a country code: `EU27`, itself if states.csv lists it, else `ROW`."""
    if country == "EU27" or country in EU27:
        return "EU27"
    return country if country in listed else ROW


def fold(tons: dict[str, float], keep: frozenset[str], least: float) -> dict[str, float]:
    """Tons by state with every state below the share `least` of the total (and not in `keep`) moved into ROW."""
    total = math.fsum(tons.values())
    kept = {s: v for s, v in sorted(tons.items()) if s != ROW and v > 0.0 and (v >= least * total or s in keep)}
    rest = total - math.fsum(kept.values())
    return kept | ({ROW: rest} if rest > 1e-9 * total else {})
