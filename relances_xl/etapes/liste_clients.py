"""Le document « Liste clients » en PDF ou à l'imprimante, par le modèle `liste-clients.docx` (contrat §6)."""

from collections.abc import Mapping

from relances_xl.domaine.erreurs import ErreurUtilisateur, Faute, refuser_si
from relances_xl.domaine.parametres import Parametres
from relances_xl.domaine.statuts import Sortie
from relances_xl.dossier import Dossier, Lot, ecrire_octets
from relances_xl.etapes.conversion import en_pdf
from relances_xl.etapes.modeles import LISTE_CLIENTS, Modeles
from relances_xl.etapes.plan import Document
from relances_xl.sorties.imprimante import DouteImpression, ErreurImpression, imprimer
from relances_xl.sorties.pdf import ErreurConversion, choisir


def document_de_liste(dossier: Dossier, valeurs: Mapping[str, object]) -> Document:
    """Le modèle du dossier et les valeurs de l'état ; lève `ErreurUtilisateur` s'il n'est pas utilisable."""
    modeles = Modeles(dossier)
    modele = modeles.lettre(LISTE_CLIENTS, "")
    refuser_si(modeles.fautes)
    assert modele is not None
    return Document(modele, valeurs)


def sortir_liste(document: Document, lot: Lot, parametres: Parametres) -> str:
    """Convertit l'état en `liste-clients.pdf` et l'imprime si la sortie est l'imprimante ; rend ce qui a été fait."""
    criteres = parametres.criteres
    (pdf,) = en_pdf([document], choisir(criteres.convertisseur))
    if isinstance(pdf, ErreurConversion):
        raise ErreurUtilisateur(Faute(f"la liste n'a pas pu devenir un PDF : {pdf}", f"le classeur {lot.liste_clients} est prêt"))
    ecrire_octets(lot.liste_clients.with_suffix(".pdf"), pdf)
    if criteres.sortie is not Sortie.IMPRIMANTE:
        return f"La liste est aussi en PDF : {lot.liste_clients.with_suffix('.pdf')}"
    try:
        travail = imprimer(lot.liste_clients.with_suffix(".pdf"), criteres.imprimante, f"Liste clients {lot.nom}")
    except (ErreurImpression, DouteImpression) as erreur:
        raise ErreurUtilisateur(Faute(f"la liste n'a pas pu être imprimée : {erreur}")) from erreur
    return f"La liste est à l'imprimante ({travail or criteres.imprimante or 'par défaut'})."
