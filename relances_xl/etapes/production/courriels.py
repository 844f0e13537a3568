"""Composer et envoyer les courriels d'un lot : annoncé avant, confirmé après, un par un (contrat §6, §7)."""

from collections.abc import Callable, Iterator, Sequence
from email.message import EmailMessage
from pathlib import Path

from relances_xl.domaine.statuts import Statut
from relances_xl.etapes.production.plan import Lettre, Plan
from relances_xl.historique import Historique
from relances_xl.sorties.courriel.message import (
    AdresseIncorrecte,
    ConnexionRefusee,
    PieceJointe,
    SessionEnvoi,
    Sort,
    brouillon,
    composer,
    copies_de_factures,
    jeton,
    mot_de_passe,
)

_STATUTS = {Sort.ACCEPTE: Statut.ENVOYEE, Sort.REFUSE: Statut.ECHEC, Sort.DOUTEUX: Statut.DOUTEUSE}

Envoye = tuple[Lettre, Statut, str]


class Courriels:
    """Les courriels du plan."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan

    def brouillon(self, lettre: Lettre, pdf: bytes) -> tuple[bytes, str]:
        """Le .eml prêt à ouvrir, et ce que le compte rendu doit en dire. Lève `AdresseIncorrecte`."""
        message, alertes = self._composer(lettre, pdf)
        return brouillon(message), alertes

    def envoyer(self, lettres: Sequence[Lettre], pdf: Callable[[Lettre], Path], historique: Historique) -> Iterator[Envoye]:
        """Envoie dans l'ordre. Un serveur qui nous refuse arrête l'envoi : le reste n'est pas journalisé."""
        messagerie = self._plan.parametres.messagerie
        reste = list(lettres)
        try:
            with SessionEnvoi(messagerie, mot_de_passe(messagerie), jeton=jeton()) as envoi:
                while reste:
                    lettre = reste[0]
                    yield self._un_envoi(envoi, lettre, pdf(lettre).read_bytes(), historique)
                    reste.pop(0)
        except ConnexionRefusee as refus:
            for lettre in reste:
                yield lettre, Statut.ECHEC, str(refus)

    def _un_envoi(self, envoi: SessionEnvoi, lettre: Lettre, pdf: bytes, historique: Historique) -> Envoye:
        try:
            message, alertes = self._composer(lettre, pdf)
        except AdresseIncorrecte as erreur:
            return lettre, Statut.ECHEC, str(erreur)
        intention = historique.annoncer(lettre.intention)
        try:
            issue = envoi.envoyer(message)
        except ConnexionRefusee as refus:
            historique.conclure(intention, Statut.ECHEC, str(refus))
            raise
        statut = _STATUTS[issue.sort]
        ecartes = f"adresses refusées : {', '.join(issue.ecartes)}" if issue.ecartes else ""
        motif = " · ".join(phrase for phrase in (issue.motif, ecartes, alertes) if phrase)
        historique.conclure(intention, statut, motif)
        return lettre, statut, motif

    def _composer(self, lettre: Lettre, pdf: bytes) -> tuple[EmailMessage, str]:
        copies, alertes = copies_de_factures(self._plan.dossier.racine, lettre.pieces)
        message = composer(
            self._plan.parametres.messagerie,
            relance=lettre.relance,
            identite=self._plan.dossier.racine.resolve().as_posix(),
            instant=self._plan.maintenant,
            destinataires=lettre.destinataires,
            objet=lettre.objet,
            texte=lettre.corps,
            pieces=[PieceJointe(f"{lettre.nom}.pdf", pdf), *copies],
        )
        return message, " · ".join(alertes)
