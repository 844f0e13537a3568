"""Sortir les lettres : chaque relance est annoncée au journal, sortie, puis confirmée (contrat §6, §7).

Les fichiers (Word, PDF, brouillons) se refont sans danger : annoncés et confirmés par paquets. Un courriel envoyé ou
une page imprimée ne se rattrapent pas : chaque courriel, et le travail d'impression, est annoncé juste avant et
confirmé juste après ; coupé entre les deux, il est « Douteux ».
"""

import os
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from relances_xl.domaine.erreurs import ErreurUtilisateur
from relances_xl.domaine.statuts import Sortie, Statut
from relances_xl.etapes.communs.dialogue import Dialogue
from relances_xl.etapes.production.courriels import Courriels
from relances_xl.etapes.production.en_pdf import en_pdf
from relances_xl.etapes.production.plan import Lettre, Plan, Resultat
from relances_xl.fichiers.ecriture_sure import ecrire_octets
from relances_xl.historique import Historique
from relances_xl.sorties.courriel.message import AdresseIncorrecte
from relances_xl.sorties.papier.imprimante import DouteImpression, ErreurImpression, imprimer
from relances_xl.sorties.pdf.lot_en_pdf import ErreurConversion, reunir

PAQUET = 400  # lettres annoncées, sorties et confirmées ensemble : borne la mémoire et ce qu'une coupure fait refaire


def sortir(plan: Plan, historique: Historique, dialogue: Dialogue) -> tuple[Resultat, ...]:
    """Sort chaque lettre du plan et journalise ; rend le résultat de toutes les relances approuvées, dans leur ordre."""
    with tempfile.TemporaryDirectory(prefix="relances_xl_", ignore_cleanup_errors=True) as tampon:
        atelier = _EnCours(plan, historique, Path(tampon))
        with dialogue.suivre("Lettres", len(plan.lettres)) as avancer:
            for paquet in _paquets(plan.lettres, PAQUET):
                atelier.fabriquer(paquet)
                avancer(len(paquet))
        atelier.imprimer()
        atelier.envoyer(dialogue)
    return plan.completer(atelier.resultats)


class _EnCours:
    """Une production en cours : ce qui est fait, et les PDF qui attendent l'imprimante ou le courrier."""

    def __init__(self, plan: Plan, historique: Historique, tampon: Path) -> None:
        self.resultats: dict[str, Resultat] = {}
        self._plan = plan
        self._historique = historique
        self._tampon = tampon
        self._courriels = Courriels(plan)
        self._alertes: dict[str, str] = {}

    def fabriquer(self, paquet: Sequence[Lettre]) -> None:
        """Les .docx, les PDF qu'il faut, et les sorties qui sont des fichiers."""
        fichiers = [lettre for lettre in paquet if not lettre.intention.sans_reprise]
        intentions = self._annoncer(fichiers)
        ecrits: list[Path] = []
        echecs: dict[str, str] = {}
        for lettre in paquet:
            try:
                ecrits += self._ecrire_word(lettre)
            except (OSError, ErreurUtilisateur) as erreur:
                echecs[lettre.relance] = f"lettre non écrite : {erreur}"
        a_convertir = [lt for lt in paquet if lt.sortie is not Sortie.WORD and lt.relance not in echecs]
        for lettre, pdf in self._convertir(a_convertir):
            try:
                if isinstance(pdf, ErreurConversion):
                    echecs[lettre.relance] = f"PDF non produit : {pdf}"
                else:
                    ecrits.append(self._deposer(lettre, pdf))
            except (OSError, ErreurUtilisateur, AdresseIncorrecte) as erreur:
                echecs[lettre.relance] = f"fichier non écrit : {erreur}"
        _vider(ecrits)
        self._conclure(intentions, fichiers, echecs)
        for lettre in paquet:
            if lettre.intention.sans_reprise and lettre.relance in echecs:
                self._noter(lettre, Statut.ECHEC, echecs[lettre.relance])

    def imprimer(self) -> None:
        """Un seul travail pour tout le lot, les recommandés d'abord, puis l'ordre de la liste."""
        lettres = [lt for lt in self._plan.par_sortie(Sortie.IMPRIMANTE) if lt.relance not in self.resultats]
        if not lettres:
            return
        lettres.sort(key=lambda lettre: not lettre.recommandee)
        lot = self._plan.lot
        reunir([self._pdf(lt) for lt in lettres], [lt.intention.raison_sociale for lt in lettres], lot.impression)
        intentions = self._annoncer(lettres)
        try:
            travail = imprimer(lot.impression, self._plan.parametres.criteres.imprimante, f"Relances {lot.nom}")
        except ErreurImpression as erreur:
            statut, motif = Statut.ECHEC, str(erreur)
        except DouteImpression as doute:
            statut, motif = Statut.DOUTEUSE, str(doute)
        else:
            statut, motif = Statut.IMPRIMEE, f"travail {travail}" if travail else ""
        with self._historique.ensemble():
            for lettre in lettres:
                self._historique.conclure(intentions[lettre.relance], statut, motif)
        for lettre in lettres:
            self._noter(lettre, statut, motif)

    def envoyer(self, dialogue: Dialogue) -> None:
        """Les courriels à envoyer, un à un, dans l'ordre de la liste."""
        lettres = [
            lettre
            for lettre in self._plan.par_sortie(Sortie.EMAIL)
            if lettre.intention.sans_reprise and lettre.relance not in self.resultats
        ]
        if not lettres:
            return
        with dialogue.suivre("Courriels", len(lettres)) as avancer:
            for lettre, statut, motif in self._courriels.envoyer(lettres, self._pdf, self._historique):
                self._noter(lettre, statut, motif)
                avancer()

    def _annoncer(self, lettres: Sequence[Lettre]) -> dict[str, int]:
        with self._historique.ensemble():
            return {lettre.relance: self._historique.annoncer(lettre.intention) for lettre in lettres}

    def _conclure(self, intentions: dict[str, int], lettres: Sequence[Lettre], echecs: dict[str, str]) -> None:
        with self._historique.ensemble():
            for lettre in lettres:
                motif = echecs.get(lettre.relance, "")
                reussi = Statut.BROUILLON if lettre.sortie is Sortie.EMAIL else Statut.EMISE
                statut = Statut.ECHEC if motif else reussi
                self._historique.conclure(intentions[lettre.relance], statut, motif)
                self._noter(lettre, statut, motif)

    def _noter(self, lettre: Lettre, statut: Statut, motif: str) -> None:
        intention = lettre.intention
        fichier = "" if statut is Statut.ECHEC else intention.fichier
        dit = " · ".join(phrase for phrase in (motif, lettre.alerte, self._alertes.get(lettre.relance, "")) if phrase)
        self.resultats[lettre.relance] = Resultat(lettre.relance, intention.code_client, intention.niveau, statut, fichier, dit)

    def _ecrire_word(self, lettre: Lettre) -> Iterator[Path]:
        lot = self._plan.lot
        chemin = lot.lettres / f"{lettre.nom}.docx"
        ecrire_octets(chemin, lettre.document.fusionner())
        yield chemin
        if lettre.releve is not None:
            chemin = lot.lettres / f"{lettre.nom}_releve.docx"
            ecrire_octets(chemin, lettre.releve.fusionner())
            yield chemin

    def _convertir(self, lettres: Sequence[Lettre]) -> Iterator[tuple[Lettre, bytes | ErreurConversion]]:
        """Le PDF de chaque lettre, suivi de son relevé s'il y en a un ; converties ensemble, modèle par modèle."""
        outil = self._plan.outil
        if outil is None:
            return
        pdfs = en_pdf([lettre.document for lettre in lettres], outil)
        avec_releve = [(rang, lettre.releve) for rang, lettre in enumerate(lettres) if lettre.releve is not None]
        releves = en_pdf([releve for _, releve in avec_releve], outil)
        for (rang, _), releve in zip(avec_releve, releves, strict=True):
            pdfs[rang] = self._a_la_suite(pdfs[rang], releve)
        yield from zip(lettres, pdfs, strict=True)

    def _a_la_suite(self, lettre: bytes | ErreurConversion, releve: bytes | ErreurConversion) -> bytes | ErreurConversion:
        for partie in (lettre, releve):
            if isinstance(partie, ErreurConversion):
                return partie
        ensemble = self._tampon / "lettre-et-releve.pdf"
        reunir([lettre, releve], ["Lettre", "Relevé de compte"], ensemble)  # type: ignore[list-item]
        return ensemble.read_bytes()

    def _deposer(self, lettre: Lettre, pdf: bytes) -> Path:
        """Le fichier que la sortie demande ; ou, pour l'imprimante et l'envoi, le PDF mis de côté."""
        contenu = pdf
        if lettre.intention.sans_reprise:
            chemin = self._pdf(lettre)
        else:
            chemin = self._plan.dossier.racine / lettre.intention.fichier
            if lettre.sortie is Sortie.EMAIL:
                contenu, self._alertes[lettre.relance] = self._courriels.brouillon(lettre, pdf)
        ecrire_octets(chemin, contenu)
        return chemin

    def _pdf(self, lettre: Lettre) -> Path:
        return self._tampon / f"{lettre.nom}.pdf"


def _paquets(lettres: Sequence[Lettre], taille: int) -> Iterator[Sequence[Lettre]]:
    for debut in range(0, len(lettres), taille):
        yield lettres[debut : debut + taille]


def _vider(fichiers: Sequence[Path]) -> None:
    """Met les fichiers du paquet à l'abri d'une coupure de courant avant de les journaliser : un seul vidage."""
    if hasattr(os, "sync"):
        os.sync()
        return
    for fichier in fichiers:
        with fichier.open("rb+") as ouvert:
            os.fsync(ouvert.fileno())
