"""Le document « Liste clients » en PDF ou à l'imprimante, par le modèle `liste-clients.docx` (contrat §6)."""

from collections.abc import Mapping
from dataclasses import dataclass

from relances_xl.domaine.criteres import Criteres
from relances_xl.domaine.erreurs import refuser_si
from relances_xl.domaine.statuts import Sortie
from relances_xl.dossier import Dossier, Lot
from relances_xl.etapes.communs.modeles_compiles import LISTE_CLIENTS, Modeles
from relances_xl.etapes.production.en_pdf import en_pdf
from relances_xl.etapes.production.plan import DocumentAFusionner
from relances_xl.fichiers.ecriture_sure import ecrire_octets
from relances_xl.sorties.papier.imprimante import DouteImpression, ErreurImpression, imprimer
from relances_xl.sorties.pdf.lot_en_pdf import ErreurConversion, Outil, choisir


@dataclass(frozen=True, slots=True)
class EtatDeListe:
    """L'état prêt à sortir : tout ce qui pouvait manquer a été vérifié avant d'écrire quoi que ce soit."""

    document: DocumentAFusionner
    outil: Outil


def etat_de_liste(dossier: Dossier, valeurs: Mapping[str, object], criteres: Criteres) -> EtatDeListe:
    """Le modèle du dossier, les valeurs de l'état et le convertisseur ; lève `ErreurUtilisateur` s'il en manque un."""
    modeles = Modeles(dossier)
    modele = modeles.lettre(LISTE_CLIENTS, "")
    refuser_si(modeles.fautes)
    assert modele is not None
    return EtatDeListe(DocumentAFusionner(modele, valeurs), choisir(criteres.convertisseur))


def sortir_liste(etat: EtatDeListe, lot: Lot, criteres: Criteres) -> tuple[str, int]:
    """Convertit l'état en `liste-clients.pdf` et l'imprime si la sortie est l'imprimante.

    Rend ce qui a été fait et le code de sortie : 1 si l'état n'a pas pu sortir ; le classeur, lui, est écrit.
    """
    (pdf,) = en_pdf([etat.document], etat.outil)
    if isinstance(pdf, ErreurConversion):
        return f"La liste n'a pas pu devenir un PDF : {pdf}", 1
    chemin = lot.liste_clients.with_suffix(".pdf")
    ecrire_octets(chemin, pdf)
    if criteres.sortie is not Sortie.IMPRIMANTE:
        return f"La liste est aussi en PDF ({etat.outil.nom}) : {chemin}", 0
    try:
        travail = imprimer(chemin, criteres.imprimante, f"Liste clients {lot.nom}")
    except (ErreurImpression, DouteImpression) as erreur:
        return f"La liste n'a pas pu être imprimée : {erreur}. Son PDF est là : {chemin}", 1
    return f"La liste est à l'imprimante ({travail or criteres.imprimante or 'par défaut'}).", 0
