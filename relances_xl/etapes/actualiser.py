"""Rafraîchir criteres.xlsx d'après les exports, et reporter ce qu'on a noté dans la dernière revue et les comptes rendus (contrat §1)."""

from datetime import date

import pandas as pd

from relances_xl.criteres.lecture import lire_parametres
from relances_xl.criteres.tenir.rafraichir import rafraichir
from relances_xl.criteres.tenir.saisies_portees import Reponse
from relances_xl.domaine import tables as c
from relances_xl.domaine.ecrits.montants import en_decimal
from relances_xl.domaine.erreurs import ErreurUtilisateur, Faute
from relances_xl.domaine.tables import enregistrements
from relances_xl.dossier import Dossier
from relances_xl.entrees.classeurs.classeur import lire_classeur
from relances_xl.etapes.communs.donnees import charger
from relances_xl.etapes.communs.recommandes import reporter_les_depots
from relances_xl.fichiers.verrous import refuser_si_ouvert, verrou_de
from relances_xl.revue.relire.reponses import relire_reponses

REVUES_RELUES = 3  # on cherche les réponses dans la plus récente de ces revues qui en a


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
    reponses, constats = _reponses(dossier)
    portes, refus = reporter_les_depots(dossier, aujourdhui)
    resume = rafraichir(dossier.criteres, clients, modes, devises, reponses, aujourdhui)
    return " ; ".join(filter(None, (resume, portes))), (*parametres.avertissements, *donnees.avertissements, *constats, *refus)


def _reponses(dossier: Dossier) -> tuple[list[Reponse], list[Faute]]:
    """Les réponses de la dernière revue qui en a ; une réponse illisible ne reporte rien, et dit sa cellule."""
    revues = [revue for lot in reversed(dossier.lots()) if (revue := lot.revue_ecrite) is not None and revue.is_file()]
    for revue in revues[:REVUES_RELUES]:
        try:
            table = relire_reponses(lire_classeur(revue), revue.name)
        except ErreurUtilisateur as erreur:
            return [], [
                *erreur.fautes,
                Faute("les réponses de cette revue ne sont pas reportées", "corrigez-la, puis recommencez", revue.name),
            ]
        if len(table):
            ouverte = Faute("cette revue est ouverte : seul ce qui y est enregistré est reporté", "enregistrez-la", revue.name)
            return [_reponse(ligne) for ligne in enregistrements(table)], [ouverte] if verrou_de(revue) else []
    return [], []


def _reponse(ligne: dict[str, object]) -> Reponse:
    jusquau, montant = ligne[c.JUSQUAU], ligne[c.MONTANT]
    return Reponse(
        code_client=str(ligne[c.CODE_CLIENT]),
        nature=str(ligne[c.NATURE_SUIVI]),
        jusquau=jusquau.date() if isinstance(jusquau, pd.Timestamp) else None,
        montant=None if pd.isna(montant) else en_decimal(int(str(montant)), str(ligne[c.DEVISE])),  # type: ignore[call-overload]
        commentaire=str(ligne[c.COMMENTAIRE]),
    )
