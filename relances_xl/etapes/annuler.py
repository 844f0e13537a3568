"""Annuler des relances émises : chaque échéance revient à son niveau précédent."""

from collections.abc import Sequence

from relances_xl.domaine.ecrits.textes import plus_proche
from relances_xl.domaine.erreurs import Faute, refuser_si
from relances_xl.domaine.statuts import Statut
from relances_xl.dossier import Dossier
from relances_xl.historique import Etat, Historique


def annuler(dossier: Dossier, relances: Sequence[str], lot: str | None) -> list[str]:
    """Annule les relances nommées et celles du lot, toutes ou aucune ; rend les identifiants annulés."""
    dossier.exiger()
    with dossier.verrou(), Historique.consulter(dossier.historique) as lecture:
        etats = lecture.etats()
        a_annuler = list(dict.fromkeys([*relances, *_du_lot(etats, lot)]))
        refuser_si(_fautes(dossier, etats, a_annuler, lot))
        with Historique.ouvrir(dossier.historique) as historique:
            historique.annuler(a_annuler)
    return a_annuler


def _du_lot(etats: dict[str, Etat], lot: str | None) -> list[str]:
    return [etat.relance for etat in etats.values() if etat.lot == lot and etat.comptee]


def _fautes(dossier: Dossier, etats: dict[str, Etat], relances: list[str], lot: str | None) -> list[Faute]:
    journal = dossier.historique.name
    if not relances:
        lots = sorted({etat.lot for etat in etats.values() if etat.comptee})
        connus = f"lots qui ont des relances à annuler : {', '.join(lots)}" if lots else "le journal n'a rien à annuler"
        return [Faute(f"le lot « {lot} » n'a aucune relance à annuler" if lot else "aucune relance nommée", connus, journal)]
    fautes = []
    for relance in relances:
        etat = etats.get(relance)
        if etat is None:
            proche = plus_proche(relance, etats)
            remede = f"vouliez-vous « {proche} » ?" if proche else "voyez « relances-xl historique »"
            fautes.append(Faute(f"la relance « {relance} » est inconnue", remede, journal))
        elif etat.statut is Statut.ANNULEE:
            fautes.append(Faute(f"la relance « {relance} » est déjà annulée", "retirez-la de la commande", journal))
        elif not etat.comptee:
            fautes.append(Faute(f"la relance « {relance} » n'est jamais sortie", "il n'y a rien à annuler", journal))
    return fautes
