"""The title on a roof: a lease between who owns the roof and who owns the plant, where they are two."""

from collections.abc import Iterator
from gettext import gettext as _

from acc.accounts.persons import Holding
from acc.holders import party_of
from acc.sites import Plant, PlantKind
from reports.format.numbers import exact, unit
from reports.nodes.tree import Heading, Node
from reports.studies.papers.common import (
    Draft,
    PaperCase,
    clauses,
    counsel,
    fields,
    is_home,
    margin,
    party_fields,
    party_signer,
)
from reports.view.privacy import PUBLIC_BODIES
from reports.view.view import holders_shown


def leases(case: PaperCase) -> Iterator[Draft]:
    """Yield the lease of each plant that stands on another's roof or land, of the holders asked for."""
    scenario = case.scenario
    ids = {holder.id for holder in case.holders}
    for owner in holders_shown(case.result):
        for m in owner.plants:
            landlord = landlord_of(case, scenario.plants[m])
            if landlord is not None and landlord.id != owner.id and ids & {owner.id, landlord.id}:
                yield _lease(case, scenario.plants[m], landlord, owner)


def landlord_of(case: PaperCase, plant: Plant) -> Holding | None:
    """Owner of the roof of a plant: the one named, else the holder of its host meter."""
    scenario = case.scenario
    for holder in holders_shown(case.result):
        ids = {holder.id, *(scenario.participants[n].id for n in holder.sites)}
        if (plant.landlord or plant.behind) in ids:
            return holder
    return None


def _lease(case: PaperCase, plant: Plant, landlord: Holding, owner: Holding) -> Draft:
    scenario = case.scenario
    return Draft(
        title=_("Lease of a roof for a solar plant"),
        file=_("roof") + f"-{plant.id}",
        about=plant.name,
        readers=counsel(),
        blocks=tuple(_blocks(case, plant, landlord, owner)),
        signers=(
            party_signer(_("For who owns the roof"), party_of(scenario, landlord.id)),
            party_signer(_("For who owns the plant"), party_of(scenario, owner.id)),
        ),
    )


def _blocks(case: PaperCase, plant: Plant, landlord: Holding, owner: Holding) -> Iterator[Node]:
    scenario, costs, own = case.scenario, plant.costs, party_of(case.scenario, plant.id)
    for title, holder in ((_("Who owns the roof"), landlord), (_("Who owns the plant"), owner)):
        yield Heading(title)
        yield party_fields(party_of(scenario, holder.id), holder.name, is_home=is_home(holder))
    yield Heading(_("The place"))
    rent, life = (None, None) if costs is None else (costs.rent_eur_per_year, costs.life_years)
    kinds = {PlantKind.ROOF: _("roof"), PlantKind.CANOPY: _("canopy"), PlantKind.GROUND: _("ground")}
    yield fields(
        (_("Plant"), plant.name),
        (_("What it stands on"), kinds[plant.kind] if plant.kind else None),
        (_("Commune"), plant.commune or plant.insee),
        (_("Cadastral parcels"), own.parcel),
        (_("Surface"), None),
        (_("Peak power"), exact(plant.kwp, _("kWp"))),
        (_("Title"), own.roof_title),
        (_("Rent a year"), None if rent is None else exact(rent, "€")),
        (_("Technical life of the plant"), None if life is None else unit(life, _("years"))),
        (_("Term of the lease (works and loan at least)"), None),
        (_("End of the lease: removal, or gift of the plant"), None),
    )
    yield from _clauses(landlord)


def _clauses(landlord: Holding) -> Iterator[Node]:
    yield Heading(_("Clauses"))
    yield clauses(
        _("Object. The owner of the roof lets it for the plant named above, to build it and to run it."),
        _(
            "Access. The owner of the plant may reach it at any time for upkeep, told beforehand but in an "
            "emergency."
        ),
        _(
            "Roof. Repairs of the roof are its owner's; those that the plant causes are the owner's of the "
            "plant."
        ),
        _("Sun. The owner of the roof plants and builds nothing that shades the plant."),
        _("Insurance. Each insures what is its own, and shows it each year."),
        _("Loan. A lender of the owner of the plant may take its place in the lease, told in writing."),
        _("End. The plant is taken away or left as said above; the roof is then left watertight."),
        _("Disputes. Parties first seek an agreement. French law."),
    )
    if landlord.kind in PUBLIC_BODIES:
        yield margin(
            _(
                "The roof is a public body's: a paid, temporary and precarious title comes after a selection "
                "with publicity (CG3P, L2122-1-1, L2122-1-4). A lease is no way to buy the electricity of "
                "the plant without competition (CGCT, L1311-5)."
            )
        )
    yield margin(_("A lease that gives real rights goes before a notary and is published: to be checked."))
