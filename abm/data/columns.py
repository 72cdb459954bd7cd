"""The kinds of column a table may have: each reads one cell, or says what is wrong with it."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from abm.errors import BadInput, nearest

Names = Mapping[str, Sequence[str]]
"""What a cell may refer to: `minerals`, `states`, … read from the tables before it."""

NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
DATE = re.compile(r"(\d{4})(-\d\d|-\d\d-\d\d|-H[12]|-Q[1-4])?", re.ASCII)

# ISO 3166-1 alpha-3, and XKX for Kosovo.
ISO_3166 = """
ABW AFG AGO AIA ALA ALB AND ARE ARG ARM ASM ATA ATF ATG AUS AUT AZE BDI BEL BEN BES BFA BGD BGR BHR BHS BIH BLM BLR
BLZ BMU BOL BRA BRB BRN BTN BVT BWA CAF CAN CCK CHE CHL CHN CIV CMR COD COG COK COL COM CPV CRI CUB CUW CXR CYM CYP
CZE DEU DJI DMA DNK DOM DZA ECU EGY ERI ESH ESP EST ETH FIN FJI FLK FRA FRO FSM GAB GBR GEO GGY GHA GIB GIN GLP GMB
GNB GNQ GRC GRD GRL GTM GUF GUM GUY HKG HMD HND HRV HTI HUN IDN IMN IND IOT IRL IRN IRQ ISL ISR ITA JAM JEY JOR JPN
KAZ KEN KGZ KHM KIR KNA KOR KWT LAO LBN LBR LBY LCA LIE LKA LSO LTU LUX LVA MAC MAF MAR MCO MDA MDG MDV MEX MHL MKD
MLI MLT MMR MNE MNG MNP MOZ MRT MSR MTQ MUS MWI MYS MYT NAM NCL NER NFK NGA NIC NIU NLD NOR NPL NRU NZL OMN PAK PAN
PCN PER PHL PLW PNG POL PRI PRK PRT PRY PSE PYF QAT REU ROU RUS RWA SAU SDN SEN SGP SGS SHN SJM SLB SLE SLV SMR SOM
SPM SRB SSD STP SUR SVK SVN SWE SWZ SXM SYC SYR TCA TCD TGO THA TJK TKL TKM TLS TON TTO TUN TUR TUV TWN TZA UGA UKR
UMI URY USA UZB VAT VCT VEN VGB VIR VNM VUT WLF WSM XKX YEM ZAF ZMB ZWE
"""
COUNTRIES = frozenset(ISO_3166.split())


@dataclass(frozen=True, kw_only=True)
class Text:
    """Any text. `optional`: the cell may be empty."""

    optional: bool = False
    empty: ClassVar[object] = ""

    @property
    def dtype(self) -> str:
        return "str"

    def read(self, text: str, names: Names) -> object:
        return text

    def cell(self, text: str, names: Names) -> object:
        text = text.strip()
        if text:
            return self.read(text, names)
        if self.optional:
            return self.empty
        raise BadInput("empty", allowed="a value in every row")


@dataclass(frozen=True, kw_only=True)
class Number(Text):
    """A finite number in [low, high]; an empty optional cell is NaN."""

    unit: str = ""
    low: float = -math.inf
    high: float = math.inf
    empty: ClassVar[object] = math.nan

    @property
    def dtype(self) -> str:
        return "float64"

    def read(self, text: str, names: Names) -> float:
        if not NUMBER.fullmatch(text):
            raise BadInput("not a number", allowed=self.allowed)
        return self.check(float(text))

    def check(self, value: float) -> float:
        if self.low <= value <= self.high and math.isfinite(value):
            return value
        what = "not finite" if not math.isfinite(value) else "too small" if value < self.low else "too large"
        raise BadInput(what, allowed=self.allowed)

    @property
    def allowed(self) -> str:
        unit = f" ({self.unit})" if self.unit else ""
        if math.isfinite(self.low) and math.isfinite(self.high):
            return f"a number from {self.low:g} to {self.high:g}{unit}"
        if math.isfinite(self.low):
            return f"a number, {self.low:g} or more{unit}"
        return f"a finite number{unit}"


@dataclass(frozen=True, kw_only=True)
class Whole(Number):
    """A whole number in [low, high], such as a year."""

    @property
    def dtype(self) -> str:
        return "float64" if self.optional else "int64"

    def read(self, text: str, names: Names) -> int:
        value = super().read(text, names)
        if not value.is_integer():
            raise BadInput("not a whole number", allowed=self.allowed)
        return int(value)

    @property
    def allowed(self) -> str:
        return super().allowed.replace("a number", "a whole number")


@dataclass(frozen=True, kw_only=True)
class Flag(Text):
    """0 or 1, read as a truth value."""

    @property
    def dtype(self) -> str:
        return "bool"

    def read(self, text: str, names: Names) -> object:
        if text not in ("0", "1"):
            raise BadInput("neither 0 nor 1", allowed="0, 1")
        return text == "1"


@dataclass(frozen=True, kw_only=True)
class Word(Text):
    """One of a closed list of words."""

    words: tuple[str, ...]
    what: str = "unknown word"

    def read(self, text: str, names: Names) -> object:
        if text not in self.words:
            raise BadInput(self.what, value=text, allowed=self.words)
        return text


@dataclass(frozen=True, kw_only=True)
class Known(Text):
    """A name that another table declares (`of`), or one of `also`; `many` if several may stand, parted by spaces."""

    of: str
    also: tuple[str, ...] = ()
    what: str = "unknown mineral"
    many: bool = False

    def read(self, text: str, names: Names) -> object:
        for one in text.split() if self.many else [text]:
            if one not in names[self.of] and one not in self.also:
                raise BadInput(self.what, value=one, allowed=(*names[self.of], *self.also))
        return text


@dataclass(frozen=True, kw_only=True)
class Country(Text):
    """A state of states.csv, another ISO 3166 alpha-3 code (folded into ROW later), ROW or EU27."""

    also: tuple[str, ...] = ()

    def read(self, text: str, names: Names) -> object:
        states = names.get("states", ())
        if text in states or text in COUNTRIES or text in ("ROW", "EU27", *self.also):
            return text
        near = nearest(text, (*states, "ROW", "EU27")) or nearest(text, sorted(COUNTRIES))
        raise BadInput("unknown country", near=near, allowed="a three-letter ISO code in capitals, ROW, EU27")


@dataclass(frozen=True, kw_only=True)
class Pattern(Text):
    """A text of a set form."""

    form: str
    allowed: str

    def read(self, text: str, names: Names) -> object:
        if not re.fullmatch(self.form, text, re.ASCII):
            raise BadInput("not of the right form", allowed=self.allowed)
        return text


@dataclass(frozen=True, kw_only=True)
class Date(Text):
    """A day, month, half, quarter or year, kept as text."""

    first: int = 1900
    last: int = 2100

    def read(self, text: str, names: Names) -> object:
        form = DATE.fullmatch(text)
        year, part = form.groups() if form else ("0", None)
        days = {3: "-01", 6: ""}.get(len(part)) if part and part[1].isdigit() else None
        try:
            date.fromisoformat(text + days if days is not None else f"{int(year):04}-01-01")
        except ValueError:
            year = "0"
        if not self.first <= int(year) <= self.last:
            allowed = f"YYYY, YYYY-MM, YYYY-MM-DD, YYYY-H1 or YYYY-Q1, {self.first} to {self.last}"
            raise BadInput("not a date", allowed=allowed)
        return text


@dataclass(frozen=True, kw_only=True)
class Shares(Text):
    """`name:share;name:share`, together one."""

    def read(self, text: str, names: Names) -> object:
        shares = [Number(low=0, high=1).read(part.rpartition(":")[2].strip(), names) for part in text.split(";")]
        if abs(math.fsum(shares) - 1) > 0.01:
            raise BadInput("shares do not add to 1", allowed="name:share;name:share …, in all 1")
        return text
