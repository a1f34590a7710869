"""The register of councils of England and Wales, as published: who exists, who ended, who followed.

The names and codes of 2021 come from a package (ONS lookup, Open Government Licence v3.0). What changed
before and after it is the short dated list below, from the orders that made each change. The register is a
starting point: every name and date in the database can be edited, and loading it again undoes no edit.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import MappingProxyType

from prevent_portal.tenancy.enums import Nation, Tier

_TIERS: Mapping[str, Tier] = MappingProxyType(
    {
        "E06": Tier.UNITARY,
        "E07": Tier.DISTRICT,
        "E08": Tier.METROPOLITAN,
        "E09": Tier.LONDON_BOROUGH,
        "E10": Tier.COUNTY,
        "W06": Tier.WELSH,
    }
)


@dataclass(frozen=True)
class Entry:
    """One council of the register, known by its GSS code."""

    code: str
    name: str
    parent: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    replaced_by: str = ""

    @property
    def tier(self) -> Tier:
        return _TIERS.get(self.code[:3], Tier.OTHER)

    @property
    def nation(self) -> Nation:
        return Nation.WALES if self.code.startswith("W") else Nation.ENGLAND


@dataclass(frozen=True)
class Reorganisation:
    """Councils that ended on the eve of a day, and those that took their place on it.

    Args:
        on: the first day of the new councils.
        new: code and name of each new council.
        ended: code and name of each council that ended, by the code of the one that took its whole area;
            under "" those whose area went to several.
        county: the county council, named in ``ended``, whose districts the ended districts were.
        new_county: the county council under which the new councils stand, if they are districts.
    """

    on: date
    new: Mapping[str, str]
    ended: Mapping[str, Mapping[str, str]]
    county: str = ""
    new_county: str = ""


REORGANISATIONS: tuple[Reorganisation, ...] = (
    Reorganisation(
        on=date(2019, 4, 1),
        new={"E06000058": "Bournemouth, Christchurch and Poole", "E06000059": "Dorset"},
        ended={
            "": {"E10000009": "Dorset"},
            "E06000058": {"E06000028": "Bournemouth", "E06000029": "Poole", "E07000048": "Christchurch"},
            "E06000059": {
                "E07000049": "East Dorset",
                "E07000050": "North Dorset",
                "E07000051": "Purbeck",
                "E07000052": "West Dorset",
                "E07000053": "Weymouth and Portland",
            },
        },
        county="E10000009",
    ),
    Reorganisation(
        on=date(2019, 4, 1),
        new={"E07000244": "East Suffolk", "E07000245": "West Suffolk"},
        ended={
            "E07000244": {"E07000205": "Suffolk Coastal", "E07000206": "Waveney"},
            "E07000245": {"E07000201": "Forest Heath", "E07000204": "St Edmundsbury"},
        },
        county="E10000029",
        new_county="E10000029",
    ),
    Reorganisation(
        on=date(2019, 4, 1),
        new={"E07000246": "Somerset West and Taunton"},
        ended={"E07000246": {"E07000190": "Taunton Deane", "E07000191": "West Somerset"}},
        county="E10000027",
        new_county="E10000027",
    ),
    Reorganisation(
        on=date(2020, 4, 1),
        new={"E06000060": "Buckinghamshire"},
        ended={
            "E06000060": {
                "E10000002": "Buckinghamshire",
                "E07000004": "Aylesbury Vale",
                "E07000005": "Chiltern",
                "E07000006": "South Bucks",
                "E07000007": "Wycombe",
            }
        },
        county="E10000002",
    ),
    Reorganisation(
        on=date(2021, 4, 1),
        new={"E06000061": "North Northamptonshire", "E06000062": "West Northamptonshire"},
        ended={
            "": {"E10000021": "Northamptonshire"},
            "E06000061": {
                "E07000150": "Corby",
                "E07000152": "East Northamptonshire",
                "E07000153": "Kettering",
                "E07000156": "Wellingborough",
            },
            "E06000062": {
                "E07000151": "Daventry",
                "E07000154": "Northampton",
                "E07000155": "South Northamptonshire",
            },
        },
        county="E10000021",
    ),
    Reorganisation(
        on=date(2023, 4, 1),
        new={"E06000063": "Cumberland", "E06000064": "Westmorland and Furness"},
        ended={
            "": {"E10000006": "Cumbria"},
            "E06000063": {"E07000026": "Allerdale", "E07000028": "Carlisle", "E07000029": "Copeland"},
            "E06000064": {
                "E07000027": "Barrow-in-Furness",
                "E07000030": "Eden",
                "E07000031": "South Lakeland",
            },
        },
        county="E10000006",
    ),
    Reorganisation(
        on=date(2023, 4, 1),
        new={"E06000065": "North Yorkshire"},
        ended={
            "E06000065": {
                "E10000023": "North Yorkshire",
                "E07000163": "Craven",
                "E07000164": "Hambleton",
                "E07000165": "Harrogate",
                "E07000166": "Richmondshire",
                "E07000167": "Ryedale",
                "E07000168": "Scarborough",
                "E07000169": "Selby",
            }
        },
        county="E10000023",
    ),
    Reorganisation(
        on=date(2023, 4, 1),
        new={"E06000066": "Somerset"},
        ended={
            "E06000066": {
                "E10000027": "Somerset",
                "E07000187": "Mendip",
                "E07000188": "Sedgemoor",
                "E07000189": "South Somerset",
                "E07000246": "Somerset West and Taunton",
            }
        },
        county="E10000027",
    ),
)


@dataclass(frozen=True)
class Recoding:
    """A council that lived on under a new code, because its boundary moved."""

    on: date
    old: str
    new: str


RECODINGS: tuple[Recoding, ...] = (
    Recoding(date(2023, 4, 1), "E08000016", "E08000038"),  # Barnsley
    Recoding(date(2023, 4, 1), "E08000019", "E08000039"),  # Sheffield
)


@dataclass
class Register:
    """Every council by code, with the recodings that apply to them."""

    entries: dict[str, Entry] = field(default_factory=dict)
    recodings: tuple[Recoding, ...] = RECODINGS

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries.values())


def published_register() -> Register:
    """Read the package's list and apply the dated changes. Pure: touches no database."""
    import qlacref_authorities  # noqa: PLC0415 - reads a file each time it is asked, only loading needs it

    names: dict[str, str] = {}
    parents: dict[str, str] = {}
    for row in qlacref_authorities.records:
        code, upper = row["LTLA21CD"].strip(), row["UTLA21CD"].strip()
        names[code] = row["LTLA21NM"].strip()
        names[upper] = row["UTLA21NM"].strip()
        if upper != code:
            parents[code] = upper
    starts: dict[str, date] = {}
    ends: dict[str, date] = {}
    successors: dict[str, str] = {}
    for change in REORGANISATIONS:
        for code, name in change.new.items():
            names[code] = name
            starts[code] = change.on
            if change.new_county:
                parents[code] = change.new_county
        for successor, councils in change.ended.items():
            for code, name in councils.items():
                names[code] = name
                ends[code] = change.on - timedelta(days=1)
                successors[code] = successor
                if code.startswith("E07"):
                    parents[code] = change.county
    county_names = {name for code, name in names.items() if code.startswith("E10")}
    return Register(
        {
            code: Entry(
                code=code,
                name=_display_name(code, name, county_names),
                parent=parents.get(code, ""),
                starts_on=starts.get(code),
                ends_on=ends.get(code),
                replaced_by=successors.get(code, ""),
            )
            for code, name in sorted(names.items())
        }
    )


def _display_name(code: str, name: str, county_names: set[str]) -> str:
    """Turn the statistical name of a boundary into the name people use for the council.

    "Bristol, City of" is Bristol; a county and a unitary that followed it under its name are told apart.
    """
    for suffix in (", City of", ", County of"):
        name = name.removesuffix(suffix)
    if code.startswith("E10"):
        return f"{name} County Council"
    return f"{name} Council" if name in county_names else name
