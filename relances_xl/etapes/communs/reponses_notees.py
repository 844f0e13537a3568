"""Les réponses notées dans l'onglet « À appeler » de la dernière revue qui en a : à reporter, ou déjà dans le « Suivi » (contrat §1)."""

from decimal import Decimal
from functools import partial

import pandas as pd

from relances_xl.criteres.tenir.reponse_de_client import Reponse, cle_de_reponse
from relances_xl.domaine import tables as c
from relances_xl.domaine.ecrits.montants import en_decimal
from relances_xl.domaine.ecrits.textes import accorder, argument
from relances_xl.domaine.erreurs import ErreurUtilisateur, Faute
from relances_xl.domaine.tables import enregistrements
from relances_xl.dossier import Dossier
from relances_xl.entrees.classeurs.classeur import lire_classeur
from relances_xl.fichiers.verrous import verrou_de
from relances_xl.revue import schema as o
from relances_xl.revue.relire.reponses import relire_reponses

REVUES_RELUES = 3  # on cherche les réponses dans la plus récente de ces revues qui en a


def reponses_notees(dossier: Dossier) -> tuple[list[Reponse], str, list[Faute]]:
    """Les réponses, le nom de leur revue, et ce qu'il faut savoir ; une réponse illisible n'en laisse aucune, et dit sa cellule."""
    revues = [(lot, revue) for lot in reversed(dossier.lots()) if (revue := lot.revue_ecrite) is not None and revue.is_file()]
    for lot, revue in revues[:REVUES_RELUES]:
        try:
            if lot.intacte(revue):
                continue
            table = lire_classeur(revue, (o.A_APPELER,), partial(relire_reponses, fichier=revue.name))
        except ErreurUtilisateur as erreur:
            refus = Faute("les réponses de cette revue ne sont pas reportées", "corrigez-la, puis recommencez", revue.name)
            return [], revue.name, [*erreur.fautes, refus]
        if len(table):
            ouverte = Faute("cette revue est ouverte : seul ce qui y est enregistré est reporté", "enregistrez-la", revue.name)
            return [_reponse(ligne) for ligne in enregistrements(table)], revue.name, [ouverte] if verrou_de(revue) else []
    return [], "", []


def reponses_oubliees(dossier: Dossier, suivi: pd.DataFrame) -> tuple[Faute, ...]:
    """Un avertissement si des réponses notées ne sont pas encore dans le « Suivi » : la liste ne les connaît pas."""
    reponses, revue, constats = reponses_notees(dossier)
    if constats and not reponses:
        return tuple(constats)
    connues = {cle_de_reponse(_du_suivi(ligne)) for ligne in enregistrements(suivi)}
    oubliees = len({cle_de_reponse(reponse) for reponse in reponses} - connues)
    if not oubliees:
        return ()
    verbe = (
        "ne sont pas encore dans « Suivi » : la liste les ignore" if oubliees > 1 else "n'est pas encore dans « Suivi » : la liste l'ignore"
    )
    message = accorder(oubliees, f"{oubliees} réponse(s) notée(s) ") + verbe
    remede = f"lancez « relances-xl actualiser {argument(dossier.racine)} », puis recommencez"
    return (Faute(message, remede, revue, o.A_APPELER),)


def _reponse(ligne: dict[str, object]) -> Reponse:
    jusquau, montant = ligne[c.JUSQUAU], ligne[c.MONTANT]
    return Reponse(
        code_client=str(ligne[c.CODE_CLIENT]),
        nature=str(ligne[c.NATURE_SUIVI]),
        jusquau=jusquau.date() if isinstance(jusquau, pd.Timestamp) else None,
        montant=None if pd.isna(montant) else en_decimal(int(str(montant)), str(ligne[c.DEVISE])),  # type: ignore[call-overload]
        commentaire=str(ligne[c.COMMENTAIRE]),
    )


def _du_suivi(ligne: dict[str, object]) -> Reponse:
    jusquau, versement = ligne[c.JUSQUAU], ligne[c.VERSEMENT]
    return Reponse(
        code_client=str(ligne[c.CODE_CLIENT]),
        nature=str(ligne[c.NATURE_SUIVI]),
        jusquau=jusquau.date() if isinstance(jusquau, pd.Timestamp) and not pd.isna(jusquau) else None,
        montant=versement if isinstance(versement, Decimal) else None,
        commentaire=str(ligne[c.COMMENTAIRE]),
    )
