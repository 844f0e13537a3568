"""Composer et envoyer les courriels d'un lot : annoncé avant, confirmé après, un par un (contrat §6, §7)."""

from collections.abc import Callable, Iterator, Sequence
from email.message import EmailMessage
from pathlib import Path

from relances_xl.domaine.ecrits.textes import une_ligne
from relances_xl.domaine.statuts import Statut
from relances_xl.etapes.production.plan import Lettre, Plan
from relances_xl.fichiers.noms_surs import fichier_sur, nom_sur
from relances_xl.historique import Historique
from relances_xl.sorties.courriel.adresses_electroniques import AdresseIncorrecte
from relances_xl.sorties.courriel.identite_microsoft import Inviter
from relances_xl.sorties.courriel.message import LIMITE_COPIES, PieceJointe, brouillon, composer, copies_de_factures
from relances_xl.sorties.courriel.messageries import ouvrir
from relances_xl.sorties.courriel.remise import CAPACITE, ConnexionRefusee, Remise, Sort

_NON_PRIS = {Sort.REFUSE: Statut.ECHEC, Sort.DOUTEUX: Statut.DOUTEUSE}

_NOM_MAX = 80  # caractères d'une raison sociale dans le nom d'une pièce jointe

Envoye = tuple[Lettre, Statut, str]


class Courriels:
    """Les courriels du plan."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan

    def brouillon(self, lettre: Lettre, pdf: bytes) -> tuple[bytes, str]:
        """Le .eml prêt à ouvrir, et ce que le compte rendu doit en dire. Lève `AdresseIncorrecte`."""
        message, alertes = self._composer(lettre, pdf, CAPACITE)
        return brouillon(message), alertes

    def envoyer(
        self, lettres: Sequence[Lettre], pdf: Callable[[Lettre], Path], historique: Historique, inviter: Inviter | None
    ) -> Iterator[Envoye]:
        """Remet les courriels à la messagerie, dans l'ordre. Si elle nous refuse, le reste n'est pas journalisé.

        inviter : montre un code de connexion à l'utilisateur ; None s'il n'y a personne devant l'écran.
        """
        reste = list(lettres)
        try:
            with ouvrir(self._plan.parametres.messagerie, inviter) as envoi:
                while reste:
                    lettre = reste[0]
                    yield self._un_envoi(envoi, lettre, pdf(lettre).read_bytes(), historique)
                    reste.pop(0)
        except ConnexionRefusee as refus:
            for lettre in reste:
                yield lettre, Statut.ECHEC, str(refus)

    def _un_envoi(self, envoi: Remise, lettre: Lettre, pdf: bytes, historique: Historique) -> Envoye:
        try:
            message, alertes = self._composer(lettre, pdf, envoi.capacite)
        except AdresseIncorrecte as erreur:
            return lettre, Statut.ECHEC, str(erreur)
        intention = historique.annoncer(lettre.intention)
        try:
            issue = envoi.envoyer(message)
        except ConnexionRefusee as refus:
            historique.conclure(intention, Statut.ECHEC, str(refus))
            raise
        pris = Statut.ENVOYEE if self._plan.parametres.messagerie.mode.expedie else Statut.BROUILLON
        statut = _NON_PRIS.get(issue.sort, pris)
        ecartes = f"adresses refusées : {', '.join(issue.ecartes)}" if issue.ecartes else ""
        motif = " · ".join(phrase for phrase in (issue.motif, ecartes, alertes) if phrase)
        historique.conclure(intention, statut, motif)
        return lettre, statut, motif

    def _composer(self, lettre: Lettre, pdf: bytes, capacite: int) -> tuple[EmailMessage, str]:
        messagerie = self._plan.parametres.messagerie
        limite = max(0, min(LIMITE_COPIES, capacite * 7 // 10 - len(pdf)))  # une fois encodé, tout pèse un tiers de plus
        copies, alertes = copies_de_factures(self._plan.dossier.racine, lettre.pieces, limite)
        message = composer(
            messagerie,
            relance=_message(lettre),
            identite=self._plan.dossier.racine.resolve().as_posix(),
            instant=self._plan.maintenant,
            destinataires=lettre.destinataires,
            objet=lettre.objet,
            texte=lettre.corps,
            pieces=[PieceJointe(self._nom_lisible(lettre), pdf), *copies],
        )
        return message, " · ".join(alertes)

    def _nom_lisible(self, lettre: Lettre) -> str:
        """Le nom que le client lit : de qui lui vient la relance, et quand (« Relance du 31-03-2026 – SOCIÉTÉ.pdf », contrat §6)."""
        societe = une_ligne(self._plan.parametres.emetteur.raison_sociale or lettre.intention.raison_sociale)
        return fichier_sur(f"Relance du {lettre.intention.date:%d-%m-%Y} – {nom_sur(societe, _NOM_MAX)}.pdf")


def _message(lettre: Lettre) -> str:
    """Ce qui distingue ce message d'un autre : renvoyée après un doute, la relance reste le même message ; refaite, non."""
    tentative = lettre.intention.tentative
    return lettre.relance if tentative == 1 else f"{lettre.relance}#{tentative}"
