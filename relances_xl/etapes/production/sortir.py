"""Sortir les lettres : chaque relance est annoncée au journal, sortie, puis confirmée (contrat §6, §7).

Les fichiers (Word, PDF, brouillons) se refont sans danger : annoncés et confirmés par paquets. Un courriel envoyé ou
une page imprimée ne se rattrapent pas : chaque courriel, et le travail d'impression, est annoncé juste avant et
confirmé juste après ; coupé entre les deux, il est « Douteux ».
"""

import os
import tempfile
from collections.abc import Sequence
from concurrent.futures import Executor
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from relances_xl.domaine.erreurs import ErreurUtilisateur
from relances_xl.domaine.statuts import Sortie, Statut
from relances_xl.etapes.communs.dialogue import Dialogue
from relances_xl.etapes.production.plan import Lettre, Plan, Resultat
from relances_xl.etapes.production.rendu import Rendu, rendre_par_paquets
from relances_xl.fichiers.ecriture_sure import ecrire_octets
from relances_xl.historique import Historique
from relances_xl.sorties.courriel.adresses_electroniques import AdresseIncorrecte
from relances_xl.sorties.papier.imprimante import DouteImpression, ErreurImpression, imprimer

if TYPE_CHECKING:
    from relances_xl.etapes.production.courriels import Courriels


def sortir(plan: Plan, historique: Historique, dialogue: Dialogue, executeur: Executor | None = None) -> tuple[Resultat, ...]:
    """Sort chaque lettre du plan et journalise ; rend le résultat de toutes les relances approuvées, dans leur ordre.

    executeur : à qui confier fusions et conversions ; elles se font ici sans lui.
    """
    with tempfile.TemporaryDirectory(prefix="relances_xl_", ignore_cleanup_errors=True) as tampon:
        atelier = _EnCours(plan, historique, Path(tampon))
        with dialogue.suivre("Lettres", len(plan.lettres)) as avancer:
            for lettres, rendus in rendre_par_paquets(plan.lettres, plan.outil, executeur):
                atelier.deposer(lettres, rendus)
                avancer(len(lettres))
        atelier.imprimer()
        atelier.envoyer(dialogue)
    return plan.dans_l_ordre(atelier.resultats)


class _EnCours:
    """Une production en cours : ce qui est fait, et ce dont le PDF attend l'imprimante ou le courrier."""

    def __init__(self, plan: Plan, historique: Historique, tampon: Path) -> None:
        self.resultats: list[Resultat] = []
        self._plan = plan
        self._historique = historique
        self._tampon = tampon
        self._en_attente: list[Lettre] = []

    def deposer(self, lettres: Sequence[Lettre], rendus: Sequence[Rendu]) -> None:
        """Les .docx, et les sorties qui sont des fichiers : annoncées, écrites, mises à l'abri, confirmées."""
        en_fichiers = [lettre for lettre in lettres if not lettre.intention.sans_reprise]
        intentions = self._annoncer(en_fichiers)
        ecrits: list[Path] = []
        echecs: dict[str, str] = {}
        alertes: dict[str, str] = {}
        for lettre, rendu in zip(lettres, rendus, strict=True):
            echecs[lettre.relance] = rendu.echec
            try:
                ecrits += self._ecrire_word(rendu)
                if rendu.pdf:
                    chemin, alertes[lettre.relance] = self._deposer_pdf(lettre, rendu.pdf)
                    ecrits.append(chemin)
            except (OSError, ErreurUtilisateur, AdresseIncorrecte) as erreur:
                echecs[lettre.relance] = f"{'fichier' if rendu.pdf else 'lettre'} non écrit{'' if rendu.pdf else 'e'} : {erreur}"
        _vider(ecrits)
        self._conclure(intentions, en_fichiers, echecs, alertes)
        for lettre in lettres:
            if lettre.intention.sans_reprise:
                if echecs[lettre.relance]:
                    self._noter(lettre, Statut.ECHEC, echecs[lettre.relance])
                else:
                    self._en_attente.append(lettre)

    def imprimer(self) -> None:
        """Un seul travail pour tout le lot, les recommandés d'abord, puis l'ordre de la liste."""
        lettres = [lettre for lettre in self._en_attente if lettre.sortie is Sortie.IMPRIMANTE]
        if not lettres:
            return
        from relances_xl.sorties.pdf.lot_en_pdf import reunir

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
        lettres = [lettre for lettre in self._en_attente if lettre.sortie is Sortie.EMAIL]
        if not lettres:
            return
        inviter = dialogue.dire if dialogue.interactif else None
        with dialogue.suivre("Courriels", len(lettres)) as avancer:
            for lettre, statut, motif in self._courriels.envoyer(lettres, self._pdf, self._historique, inviter):
                self._noter(lettre, statut, motif)
                avancer()

    @cached_property
    def _courriels(self) -> "Courriels":
        from relances_xl.etapes.production.courriels import Courriels  # email et smtplib, qu'un lot sans courriel n'attend pas

        return Courriels(self._plan)

    def _annoncer(self, lettres: Sequence[Lettre]) -> dict[str, int]:
        with self._historique.ensemble():
            return {lettre.relance: self._historique.annoncer(lettre.intention) for lettre in lettres}

    def _conclure(self, intentions: dict[str, int], lettres: Sequence[Lettre], echecs: dict[str, str], alertes: dict[str, str]) -> None:
        with self._historique.ensemble():
            for lettre in lettres:
                motif = echecs[lettre.relance]
                reussi = Statut.BROUILLON if lettre.sortie is Sortie.EMAIL else Statut.EMISE
                statut = Statut.ECHEC if motif else reussi
                self._historique.conclure(intentions[lettre.relance], statut, motif)
                self._noter(lettre, statut, motif or alertes.get(lettre.relance, ""))

    def _noter(self, lettre: Lettre, statut: Statut, motif: str) -> None:
        intention = lettre.intention
        self.resultats.append(
            Resultat(
                relance=lettre.relance,
                code_client=intention.code_client,
                raison_sociale=intention.raison_sociale,
                niveau=intention.niveau,
                sortie=intention.sortie,
                statut=statut,
                devise=intention.devise,
                total_reclame=intention.total_reclame,
                fichier="" if statut is Statut.ECHEC else intention.fichier,
                motif=" · ".join(phrase for phrase in (motif, lettre.alerte) if phrase),
            )
        )

    def _ecrire_word(self, rendu: Rendu) -> list[Path]:
        ecrits = []
        for nom, octets in rendu.words:
            chemin = self._plan.lot.lettres / nom
            ecrire_octets(chemin, octets)
            ecrits.append(chemin)
        return ecrits

    def _deposer_pdf(self, lettre: Lettre, pdf: bytes) -> tuple[Path, str]:
        """Écrit le fichier que la sortie demande, ou met le PDF de côté pour l'imprimante et l'envoi ; et ce qu'il faut en dire."""
        contenu, alertes = pdf, ""
        if lettre.intention.sans_reprise:
            chemin = self._pdf(lettre)
        else:
            chemin = self._plan.dossier.racine / lettre.intention.fichier
            if lettre.sortie is Sortie.EMAIL:
                contenu, alertes = self._courriels.brouillon(lettre, pdf)
        ecrire_octets(chemin, contenu)
        return chemin, alertes

    def _pdf(self, lettre: Lettre) -> Path:
        return self._tampon / f"{lettre.nom}.pdf"


def _vider(fichiers: Sequence[Path]) -> None:
    """Met les fichiers du paquet à l'abri d'une coupure de courant avant de les journaliser : un seul vidage."""
    if hasattr(os, "sync"):
        os.sync()
        return
    for fichier in fichiers:
        with fichier.open("rb+") as ouvert:
            os.fsync(ouvert.fileno())
