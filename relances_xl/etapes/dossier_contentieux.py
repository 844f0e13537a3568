"""Le dossier d'un client pour l'avocat ou le commissaire de justice : décompte, bordereau, requête, pièces (contrat §8)."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pandas as pd

from relances_xl.criteres.lecture import lire_parametres
from relances_xl.decision.montrer.creances import creances, decider_au, periodes
from relances_xl.domaine import tables as c
from relances_xl.domaine.ecrits.dates import ecrire_date
from relances_xl.domaine.ecrits.montants import Montant
from relances_xl.domaine.ecrits.textes import accorder, plus_proche
from relances_xl.domaine.erreurs import ErreurUtilisateur, Faute, ProductionInterrompue, panne
from relances_xl.domaine.niveaux import Envoi, Niveaux
from relances_xl.domaine.selection import normaliser
from relances_xl.domaine.statuts import COMPTENT, Sortie, Statut
from relances_xl.domaine.tables import enregistrements
from relances_xl.dossier import Dossier
from relances_xl.etapes.communs.donnees import Donnees, charger
from relances_xl.etapes.communs.recommandes import reporter_les_depots
from relances_xl.fichiers.ecriture_sure import balayer, ecriture
from relances_xl.fichiers.factures_designees import facture_designee
from relances_xl.fichiers.noms_surs import nom_sur
from relances_xl.historique import Historique
from relances_xl.lettres.donnees.fiches import Fiches
from relances_xl.lettres.procedure.affaire import Affaire, PieceDuBordereau
from relances_xl.lettres.procedure.documents import ecrire_bordereau, ecrire_requete
from relances_xl.revue.ecrire.autres_classeurs import ecrire_journal
from relances_xl.revue.ecrire.decompte import ecrire_decompte


@dataclass(frozen=True, slots=True)
class DossierContentieux:
    """Ce qui a été écrit : le dossier, ce qui est réclamé, ce qui y manque et ce qu'il faut savoir, en phrases."""

    chemin: Path
    reclame: Montant
    manquent: tuple[str, ...]
    avertissements: tuple[str, ...]


def constituer(dossier: Dossier, code: str, devise: str, au: date, aujourdhui: date) -> DossierContentieux:
    """Écrit `contentieux/CODE_AAAA-MM-JJ/` ; refait, il remplace ses propres documents et n'ôte rien d'autre.

    Les dépôts en recommandé notés dans les comptes rendus vont d'abord au journal.

    Erreurs (ErreurUtilisateur) : client inconnu, rien d'échu dans cette devise, taux d'un semestre absent ; rien n'est alors écrit.
    `ProductionInterrompue` : une panne en écrivant.
    """
    dossier.exiger()
    parametres = lire_parametres(dossier.criteres, au)
    donnees = charger(dossier, replace(parametres, criteres=replace(parametres.criteres, date_reference=au)))
    code = _code_connu(donnees, code)
    with Historique.consulter(dossier.historique) as historique:
        journal = historique.journal()
    decision = decider_au(donnees.lignes, donnees.clients, parametres, journal, code, au)
    lignes, relance = _de_la_relance(decision.lignes, decision.relances, code, devise, au)
    dues, semestres = creances(lignes), periodes(lignes, donnees.clients, parametres, au)
    plan = parametres.plans[str(relance[c.PLAN])] if relance[c.PLAN] else parametres.plans.standard
    debiteur = Fiches(donnees.clients, parametres).fiche(code, str(relance[c.RAISON_SOCIALE]))
    chemin = dossier.racine / "contentieux" / f"{nom_sur(code, 60)}_{au.isoformat()}"
    dossier.balayer()
    balayer([chemin, chemin / "factures", chemin / "lettres"])
    with _en_une_phrase():
        illisibles = reporter_les_depots(dossier, aujourdhui)[1]
        with Historique.consulter(dossier.historique) as historique:
            releve = historique.releve(code)
        faites = releve[releve[c.STATUT].isin({str(statut) for statut in COMPTENT}) & (releve[c.DEVISE] == devise)]
        pieces = (*_factures(dossier, chemin, dues), *_lettres(dossier, chemin, faites, plan))
        affaire = Affaire(parametres.emetteur, debiteur, au, devise, dues, semestres, faites, pieces)
        _ecrire(chemin, affaire, releve)
    manquent = tuple(piece.intitule for piece in affaire.pieces if not piece.fichier)
    return DossierContentieux(chemin, affaire.reclame, manquent, (*map(str, illisibles), *_a_savoir(relance, lignes, plan)))


@contextmanager
def _en_une_phrase() -> Iterator[None]:
    """Une panne en route : le dossier est incomplet, et la même commande le finit."""
    try:
        yield
    except ErreurUtilisateur as erreur:
        raise ProductionInterrompue(f"{erreur} ; le dossier de contentieux est incomplet") from erreur
    except OSError as erreur:
        raise ProductionInterrompue(f"{panne(erreur)} ; le dossier de contentieux est incomplet") from erreur


def _ecrire(chemin: Path, affaire: Affaire, releve: pd.DataFrame) -> None:
    with ecriture(chemin / "decompte.xlsx") as provisoire:
        ecrire_decompte(provisoire, affaire.creances, affaire.periodes)
    with ecriture(chemin / "historique.xlsx") as provisoire:
        ecrire_journal(provisoire, releve)
    with ecriture(chemin / "bordereau.docx") as provisoire:
        ecrire_bordereau(provisoire, affaire)
    with ecriture(chemin / "requete.docx") as provisoire:
        ecrire_requete(provisoire, affaire)


def _code_connu(donnees: Donnees, code: str) -> str:
    """Le code tel que l'export l'écrit."""
    connus = {normaliser(connu): connu for connu in [*donnees.lignes[c.CODE_CLIENT], *donnees.clients[c.CODE_CLIENT]] if connu}
    if (trouve := connus.get(normaliser(code))) is not None:
        return str(trouve)
    proche = plus_proche(code, connus.values())
    remede = f"vouliez-vous « {proche} » ?" if proche else "vérifiez ce code dans l'onglet « Clients »"
    raise ErreurUtilisateur(Faute(f"aucun client ne répond à « {code} »", remede))


def _de_la_relance(
    lignes: pd.DataFrame, relances: pd.DataFrame, code: str, devise: str, au: date
) -> tuple[pd.DataFrame, dict[str, object]]:
    du_compte = relances[(relances[c.CODE_CLIENT] == code) & (relances[c.DEVISE] == devise) & (relances[c.NIVEAU] > 0)]
    if du_compte.empty:
        raise ErreurUtilisateur(
            Faute(
                f"le client {code} ne doit rien d'échu en {devise} au {ecrire_date(au)} que l'on puisse réclamer",
                "voyez l'onglet « Exclusions » d'une liste : litige, promesse, avoir… ; une autre devise se demande par --devise",
            )
        )
    relance = next(enregistrements(du_compte))
    if relance[c.SEMESTRES_MANQUANTS]:
        raise ErreurUtilisateur(
            Faute(
                f"le taux BCE de {relance[c.SEMESTRES_MANQUANTS]} manque : les intérêts ne se calculent pas",
                "saisissez-le dans cet onglet",
                "criteres.xlsx",
                "Taux",
            )
        )
    return lignes[lignes[c.RELANCE] == relance[c.RELANCE]], relance


def _a_savoir(relance: dict[str, object], lignes: pd.DataFrame, niveaux: Niveaux) -> Iterator[str]:
    if int(str(relance[c.NIVEAU])) < niveaux.plus_haut or not (lignes[c.DERNIER_NIVEAU] >= niveaux.plus_haut).any():
        yield "aucune de ces échéances n'a encore fait son dernier niveau de relance : envoyez d'abord la mise en demeure"
    autres = lignes[lignes[c.JOINTE]]
    if len(autres):
        quoi = accorder(len(autres), f"{len(autres)} autre(s) échéance(s) à un niveau inférieur")
        verbe = "ne sont pas" if len(autres) > 1 else "n'est pas"
        yield f"{quoi} {verbe} dans ce décompte : {', '.join(autres[c.PIECE].unique())}"


def _factures(dossier: Dossier, chemin: Path, dues: pd.DataFrame) -> Iterator[PieceDuBordereau]:
    """Copie les factures retrouvées ; rend chacune, manquante ou non."""
    for piece, fichier in dues[[c.PIECE, c.FICHIER_PIECE]].drop_duplicates(c.PIECE).itertuples(index=False):
        source, refus = facture_designee(dossier.racine, fichier) if fichier else (None, "")
        dit = f" (« {fichier} » {refus})" if refus else ""
        yield PieceDuBordereau(f"Facture {piece}{dit}", _copier(source, chemin / "factures") if source else "")


def _lettres(dossier: Dossier, chemin: Path, faites: pd.DataFrame, niveaux: Niveaux) -> Iterator[PieceDuBordereau]:
    """Copie les lettres sorties ; rend chacune, puis la preuve de son envoi, que l'outil n'a pas : à joindre."""
    recommandes = {niveau.numero for niveau in niveaux if niveau.envoi is Envoi.RECOMMANDE}
    for relance in enregistrements(faites):
        jour = ecrire_date(relance[c.DATE])
        intitule = f"Relance de niveau {relance[c.NIVEAU]} du {jour} ({relance[c.SORTIE]}, {relance[c.STATUT]})"
        source = dossier.racine / relance[c.FICHIER]
        yield PieceDuBordereau(intitule, _copier(source, chemin / "lettres") if relance[c.FICHIER] and source.is_file() else "")
        if numero := relance[c.NUMERO_DE_DEPOT]:
            depose = ecrire_date(relance[c.DATE_DE_DEPOT])
            yield PieceDuBordereau(f"Preuve de dépôt du recommandé n° {numero}, déposé le {depose} (relance du {jour})")
        elif relance[c.NIVEAU] in recommandes and relance[c.SORTIE] != Sortie.EMAIL:
            yield PieceDuBordereau(f"Preuve de dépôt en recommandé de la relance du {jour}")
        elif relance[c.SORTIE] == Sortie.IMPRIMANTE or relance[c.STATUT] == Statut.DOUTEUSE:
            yield PieceDuBordereau(f"Preuve d'envoi de la relance du {jour}")


def _copier(source: Path, vers: Path) -> str:
    cible = vers / source.name
    if cible.exists() and cible.read_bytes() != source.read_bytes():
        cible = vers / f"{source.parent.parent.name}_{source.name}"
    with ecriture(cible) as provisoire:
        shutil.copyfile(source, provisoire)
    return f"{vers.name}/{cible.name}"
