"""The table of reference profiles: the one list that folders, docs and tests read.

A new profile is one entry here and its rows in `data/reference_uses.csv`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from acc.i18n import N_


@dataclass(frozen=True, slots=True)
class ProfileKind:
    """A kind of site whose load can be drawn without a meter.

    Attributes:
        name: what is written in `participants.csv`.
        title, sentence: texts marked for the catalogue.
        french: usual French names, to guess what a person meant.
    """

    name: str
    title: str
    sentence: str
    french: tuple[str, ...]


_KINDS = (
    ProfileKind(
        "town-hall",
        N_("town hall"),
        N_("Offices open on weekdays and Saturday morning, a few evening meetings, slower in August."),
        ("mairie", "hôtel de ville"),
    ),
    ProfileKind(
        "office",
        N_("offices"),
        N_("Desks and screens on weekdays only, heated and cooled, slower in August and at Christmas."),
        ("bureaux", "bureau", "tertiaire", "siège", "administration"),
    ),
    ProfileKind(
        "primary-school",
        N_("primary school"),
        N_("Four school days a week, kitchen at noon, leisure centre on Wednesday, holidays of zone A."),
        ("école", "école primaire", "maternelle", "groupe scolaire"),
    ),
    ProfileKind(
        "swimming-pool",
        N_("indoor swimming pool"),
        N_("Water and air are treated day and night; one week of draining in September; m2 of water."),
        ("piscine", "centre aquatique"),
    ),
    ProfileKind(
        "sports-hall",
        N_("sports hall"),
        N_("Schools by day, clubs in the evening, matches at the weekend, nearly empty in summer."),
        ("gymnase", "salle de sport", "complexe sportif"),
    ),
    ProfileKind(
        "hospital",
        N_("hospital"),
        N_("Day and night all year; theatres and imaging on weekdays, cooling in summer."),
        ("hôpital", "clinique", "centre hospitalier"),
    ),
    ProfileKind(
        "workshop",
        N_("SME workshop"),
        N_("One shift on weekdays, closed three weeks in August and at Christmas."),
        ("atelier", "artisan", "menuiserie", "garage"),
    ),
    ProfileKind(
        "supermarket",
        N_("supermarket"),
        N_("Cold cabinets day and night, open Monday to Saturday and on Sunday morning."),
        ("supermarché", "grande surface"),
    ),
    ProfileKind(
        "cold-store",
        N_("cold store"),
        N_("Cold rooms day and night, more in summer, doors and loading by day."),
        ("entrepôt frigorifique", "frigo", "station fruitière"),
    ),
    ProfileKind(
        "wine-cooperative",
        N_("wine cooperative"),
        N_("A sharp peak at vintage, from late August to October; cold and bottling the rest of the year."),
        ("cave coopérative", "chai", "cave"),
    ),
    ProfileKind(
        "wastewater-plant",
        N_("wastewater plant"),
        N_("Aeration follows the sewage of homes, some hours late; flat over the year."),
        ("station d’épuration", "step", "steu"),
    ),
    ProfileKind(
        "street-lighting",
        N_("street lighting, all night"),
        N_("Lamps on while the sun stands 3 degrees or more below the horizon of the site."),
        ("éclairage public",),
    ),
    ProfileKind(
        "college",
        N_("lower secondary school"),
        N_("Five school days, Wednesday morning only, canteen at noon, holidays of zone A."),
        ("collège", "lycée"),
    ),
    ProfileKind(
        "care-home",
        N_("care home"),
        N_("People live there day and night; meals, care and laundry by day."),
        ("ehpad", "maison de retraite", "résidence autonomie"),
    ),
    ProfileKind(
        "metalworking",
        N_("metalworking"),
        N_("Machine tools from early morning to late afternoon, closed two weeks in August."),
        ("usine", "métallurgie", "mécanique", "usinage"),
    ),
    ProfileKind(
        "shop",
        N_("shop"),
        N_("Open Monday to Saturday from 10 to 19 h, lit and air-conditioned."),
        ("commerce", "magasin", "boutique"),
    ),
    ProfileKind(
        "hotel-restaurant",
        N_("hotel and restaurant"),
        N_("Two kitchen services a day, rooms at night, fuller at weekends and in summer."),
        ("hôtel", "restaurant", "hébergement"),
    ),
    ProfileKind(
        "water-pumping",
        N_("drinking-water pumping"),
        N_("Reservoirs filled at night in off-peak hours, boosters that follow use, more in summer."),
        ("pompage", "forage", "eau potable", "château d’eau"),
    ),
    ProfileKind(
        "street-lighting-part-night",
        N_("street lighting, off from 23 h to 5 h"),
        N_("The same lamps, switched off in the middle of the night."),
        ("éclairage public coupé la nuit", "extinction nocturne"),
    ),
    ProfileKind(
        "household-group",
        N_("group of homes"),
        N_("Mornings, noon and evenings; water heaters at night, electric heating in part of the homes."),
        ("logements", "foyers", "lotissement", "immeuble", "particuliers"),
    ),
)

PROFILES: Mapping[str, ProfileKind] = MappingProxyType({kind.name: kind for kind in _KINDS})

NEAR_TRADES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "shop": (
            "boulangerie",
            "pâtisserie",
            "boucherie",
            "pharmacie",
            "coiffeur",
            "banque",
            "tabac",
            "presse",
        ),
        "hotel-restaurant": ("camping", "gîte", "bar", "café", "traiteur"),
        "office": (
            "médiathèque",
            "bibliothèque",
            "maison de santé",
            "cabinet médical",
            "gendarmerie",
            "caserne",
        ),
        "primary-school": ("crèche", "centre de loisirs", "cantine"),
        "sports-hall": ("salle des fêtes", "salle polyvalente", "salle communale", "dojo"),
        "workshop": ("imprimerie", "ferme", "exploitation agricole", "déchetterie", "centre technique"),
    }
)
"""Trades that have no profile, under the one whose hours are nearest: told to who names them, never assumed.

Their own hours differ (a baker's ovens heat before dawn): only a curve or a bill by poste tells them.
"""
