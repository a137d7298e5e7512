"""The words of the screen "Membres", and of the links to members' own pages."""

from collections.abc import Mapping

from acc.i18n import N_

MEMBERS: Mapping[str, str] = {
    "membres": N_("Members"),
    "who_brings": N_("Who brings what"),
    "members_take": N_("Each member is left out in turn, then in every order: it takes some seconds."),
    "stop": N_("Stop"),
    "stopped_here": N_("Stopped: nothing was computed."),
    "brings_mwh": N_("brings, MWh"),
    "brings_eur": N_("brings, €"),
    "key_gives_eur": N_("the key gives, €"),
    "has": N_("has"),
    "shapley": N_(
        "Brings: what this member adds, on average over every order in which they could come (Shapley value)."
    ),
    "could_come": N_("Could come"),
    "nobody_waits": N_("Nobody: a line that is not ticked in the data would be a candidate."),
    "invite_order": N_("In which order to invite them"),
    "holds_together": N_("Does the key hold them together?"),
    "if_one_leaves": N_("If one leaves"),
    "person_leaves": N_("A member with all its sites and plants"),
    "site_leaves": N_("One site or one plant"),
    "who_leaves": N_("Who leaves"),
    "shared_mwh": N_("shared, MWh"),
    "others_eur": N_("the others, €"),
    "hit_worst": N_("hit worst"),
}
