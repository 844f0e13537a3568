"""Rafraîchir criteres.xlsx d'après les exports, et reporter ce qu'on a noté dans la dernière revue et les comptes rendus (contrat §1)."""

from datetime import date

from relances_xl.criteres.lecture import lire_parametres
from relances_xl.criteres.tenir.rafraichir import rafraichir
from relances_xl.domaine import tables as c
from relances_xl.domaine.erreurs import Faute
from relances_xl.dossier import Dossier
from relances_xl.etapes.communs.donnees import charger
from relances_xl.etapes.communs.recommandes import reporter_les_depots
from relances_xl.etapes.communs.reponses_notees import reponses_notees
from relances_xl.fichiers.verrous import refuser_si_ouvert


def actualiser(dossier: Dossier, aujourdhui: date) -> tuple[str, tuple[Faute, ...]]:
    """Met à jour l'onglet « Clients », les listes, les taux et le « Suivi » ; rend un résumé et ce qu'il faut savoir.

    Les clients sont ceux du fichier clients et ceux qui n'ont que des échéances.
    """
    dossier.exiger()
    dossier.balayer()
    refuser_si_ouvert(dossier.criteres)
    parametres = lire_parametres(dossier.criteres, aujourdhui)
    donnees = charger(dossier, parametres)
    lignes = donnees.lignes
    connus = donnees.clients[[c.CODE_CLIENT, c.RAISON_SOCIALE]]
    autres = lignes.loc[
        (lignes[c.CODE_CLIENT] != "") & ~lignes[c.CODE_CLIENT].isin(connus[c.CODE_CLIENT]), [c.CODE_CLIENT, c.RAISON_SOCIALE]
    ].drop_duplicates(c.CODE_CLIENT)
    clients = connus.merge(autres, how="outer")
    modes = sorted(set(lignes[c.MODE_PAIEMENT]) - {""}, key=str.casefold)
    devises = sorted(set(lignes[c.DEVISE]) - {""})
    reponses, _, constats = reponses_notees(dossier)
    portes, refus = reporter_les_depots(dossier, aujourdhui)
    resume = rafraichir(dossier.criteres, clients, modes, devises, reponses, aujourdhui)
    return " ; ".join(filter(None, (resume, portes))), (*parametres.avertissements, *donnees.avertissements, *constats, *refus)
