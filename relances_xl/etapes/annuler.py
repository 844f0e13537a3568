"""Annuler des relances émises : montrer, valider, puis chaque échéance revient à son niveau précédent (contrat §1)."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from relances_xl.domaine.ecrits.montants import ecrire
from relances_xl.domaine.ecrits.textes import accorder, plus_proche, une_ligne
from relances_xl.domaine.erreurs import ErreurUtilisateur, Faute, panne, refuser_si
from relances_xl.domaine.selection import cle_de_code
from relances_xl.domaine.statuts import Statut
from relances_xl.dossier import Dossier
from relances_xl.etapes.communs.dialogue import Dialogue, SansEcran
from relances_xl.etapes.production.compte_rendu import refaire_toutes
from relances_xl.historique import Etat, Historique
from relances_xl.revue.decocher import decocher as decocher_dans

MARQUE = "ANNULEE_"
MONTREES = 20


@dataclass(frozen=True, slots=True)
class Annulation:
    """Ce qui a été annulé : les relances, leurs fichiers renommés, et ceux qui n'ont pas pu l'être, en phrases.

    decochees : cases décochées dans les revues ; a_refaire : une relance a pu y rester cochée, que `produire` referait.
    """

    relances: tuple[str, ...]
    renommes: tuple[Path, ...] = ()
    avertissements: tuple[str, ...] = ()
    decochees: int = 0
    a_refaire: bool = False


def annuler(
    dossier: Dossier,
    relances: Sequence[str],
    lot: str | None = None,
    *,
    oui: bool = True,
    decocher: bool = False,
    dialogue: Dialogue | None = None,
) -> Annulation:
    """Annule les relances nommées et celles du lot, toutes ou aucune.

    Sans `oui`, montre au dialogue ce qui va l'être et demande de valider (au terminal). Les fichiers d'une relance annulée
    restent, renommés ANNULEE_…, et `toutes.pdf` est refait sans eux. Refus de valider : rien n'est annulé. `decocher`, ou le
    oui à la seconde question : elles sont aussi décochées dans leur revue, sans quoi la produire de nouveau les referait.
    Erreurs (ErreurUtilisateur) : une relance inconnue, déjà annulée ou jamais sortie ; un lot sans rien à annuler ; un lot
    entier sans `oui` ni personne à qui demander.
    """
    dialogue = dialogue or SansEcran()
    dossier.exiger()
    dossier.balayer()
    with dossier.verrou(), Historique.consulter(dossier.historique) as lecture:
        etats = lecture.etats()
        noms = list(dict.fromkeys([*relances, *_du_lot(etats, lot)]))
        refuser_si(_fautes(dossier, etats, noms, lot))
        a_annuler = [etats[nom] for nom in noms]
        _montrer(a_annuler, dialogue)
        if not oui and not _valider(lot, dialogue):
            return Annulation(())
        if not oui and not decocher:
            decocher = _faut_il_decocher(dossier, a_annuler, dialogue)
        with Historique.ouvrir(dossier.historique) as historique:
            historique.annuler(noms)
        renommes, avertissements = _marquer(dossier, a_annuler)
        for nom in sorted({etat.lot for etat in a_annuler}):
            avertissements += _refaire(dossier, nom, sorted(etats))
        decochees, refus = _decocher(dossier, a_annuler) if decocher else (0, [])
    return Annulation(tuple(noms), tuple(renommes), (*avertissements, *refus), decochees, a_refaire=bool(refus) or not decocher)


def dernieres_relances(dossier: Dossier, client: str) -> list[str]:
    """Les relances à annuler d'un client, celles du dernier lot où il en a : de quoi ne pas recopier d'identifiant."""
    with Historique.consulter(dossier.historique) as historique:
        siens = [etat for etat in historique.etats().values() if etat.comptee and cle_de_code(etat.code_client) == cle_de_code(client)]
    return [etat.relance for etat in siens if etat.lot == siens[-1].lot]


def _valider(lot: str | None, dialogue: Dialogue) -> bool:
    """Demande de valider ; sans terminal, des relances nommées une à une valent accord, un lot entier non."""
    if dialogue.interactif:
        return dialogue.confirmer("Annuler ces relances ?")
    if lot is not None:
        raise ErreurUtilisateur(Faute("annuler tout un lot se confirme", "relancez la commande avec --oui"))
    return True


def _faut_il_decocher(dossier: Dossier, a_annuler: Sequence[Etat], dialogue: Dialogue) -> bool:
    """La seconde question, au terminal, si une revue est là pour les refaire."""
    la = any((revue := dossier.lot(nom).revue_ecrite) and revue.is_file() for nom in {etat.lot for etat in a_annuler})
    question = "Les décocher aussi dans la revue ? Sinon le prochain « relances-xl produire » de cette revue les refera."
    return bool(la and dialogue.interactif and dialogue.confirmer(question, defaut=True))


def _decocher(dossier: Dossier, annulees: Sequence[Etat]) -> tuple[int, list[str]]:
    """Les décoche dans la revue de leur lot ; ce qui n'a pas pu l'être se dit : elles n'en sont pas moins annulées."""
    decochees, refus = 0, list[str]()
    for nom in sorted({etat.lot for etat in annulees}):
        lot = dossier.lot(nom)
        try:
            decochees += decocher_dans(lot.revue_ecrite or lot.revue, {etat.relance for etat in annulees if etat.lot == nom})
        except ErreurUtilisateur as erreur:
            refus.append(f"les relances sont annulées, mais pas décochées : {erreur}")
    return decochees, refus


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


def _montrer(a_annuler: Sequence[Etat], dialogue: Dialogue) -> None:
    """Quoi, pour qui, combien, et comment c'était sorti."""
    dialogue.dire(accorder(len(a_annuler), f"{len(a_annuler)} relance(s) à annuler :"))
    for etat in a_annuler[:MONTREES]:
        dialogue.dire(
            f"    {etat.relance}  niveau {etat.niveau}  {etat.code_client}  {une_ligne(etat.raison_sociale)}  "
            f"{ecrire(etat.montant if etat.total_reclame is None else etat.total_reclame, etat.devise)}  {etat.statut}"
        )
    if len(a_annuler) > MONTREES:
        autres = len(a_annuler) - MONTREES
        dialogue.dire(accorder(autres, f"    … et {autres} autre(s)"))
    parties = [etat for etat in a_annuler if etat.statut in (Statut.ENVOYEE, Statut.IMPRIMEE, Statut.DOUTEUSE)]
    if parties:
        dialogue.dire(
            accorder(
                len(parties),
                f"    {len(parties)} déjà partie(s) (courriel ou papier) : l'annulation ne rappelle rien, elle corrige le journal.",
            )
        )


def _marquer(dossier: Dossier, annulees: Sequence[Etat]) -> tuple[list[Path], list[str]]:
    """Renomme les fichiers des relances annulées ; un fichier ouvert ailleurs garde son nom, et c'est dit."""
    renommes: list[Path] = []
    refus: list[str] = []
    for etat in annulees:
        for chemin in _fichiers(dossier, etat):
            try:
                renommes.append(_renommer(chemin))
            except OSError as erreur:
                refus.append(f"{dossier.relatif(chemin)} garde son nom, sa relance est pourtant annulée : {panne(erreur, chemin)}")
    return renommes, refus


def _fichiers(dossier: Dossier, etat: Etat) -> Iterator[Path]:
    """Ce qui porte une relance : sa sortie, sa lettre, son relevé."""
    lettres, nom = dossier.lot(etat.lot).lettres, Path(etat.fichier).stem
    candidats = (dossier.racine / etat.fichier, lettres / f"{nom}.docx", lettres / f"{nom}_releve.docx")
    for chemin in dict.fromkeys(candidats):
        if nom and chemin.is_file():
            yield chemin


def _renommer(chemin: Path) -> Path:
    marques = (f"{MARQUE}{chemin.stem}{f'_{n}' if n > 1 else ''}{chemin.suffix}" for n in count(1))
    cible = next(libre for nom in marques if not (libre := chemin.with_name(nom)).exists())
    return chemin.rename(cible)


def _refaire(dossier: Dossier, lot: str, ordre: Sequence[str]) -> list[str]:
    toutes = dossier.lot(lot).toutes
    if not toutes.is_file():
        return []
    try:
        refaire_toutes(dossier, dossier.lot(lot), ordre)
    except (ErreurUtilisateur, OSError) as erreur:
        with suppress(OSError):  # plutôt pas de réunion qu'une réunion qui porte encore les annulées
            toutes.unlink()
        return [f"{dossier.relatif(toutes)} n'a pas pu être refait sans les relances annulées : {erreur}"]
    return []
