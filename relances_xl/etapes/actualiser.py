"""Rafraîchir les listes de criteres.xlsx d'après les exports."""

from datetime import date

from relances_xl.criteres.lecture import lire_parametres
from relances_xl.criteres.tenir.rafraichir import rafraichir
from relances_xl.domaine import tables as c
from relances_xl.domaine.erreurs import Faute
from relances_xl.dossier import Dossier
from relances_xl.etapes.communs.donnees import charger


def actualiser(dossier: Dossier, aujourdhui: date) -> tuple[str, tuple[Faute, ...]]:
    """Met à jour l'onglet « Clients », les modes de paiement et les devises ; rend un résumé et ce qu'il faut savoir.

    Les clients sont ceux du fichier clients et ceux qui n'ont que des échéances.
    """
    dossier.exiger()
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
    return rafraichir(dossier.criteres, clients, modes, devises), donnees.avertissements
