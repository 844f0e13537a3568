"""Des documents fusionnés aux PDF : ceux d'un même modèle se convertissent ensemble."""

from collections.abc import Mapping, Sequence

from relances_xl.domaine.ecrits.textes import une_ligne
from relances_xl.etapes.production.plan import DocumentAFusionner
from relances_xl.sorties.pdf.lot_en_pdf import AUTRE, ErreurConversion, Outil, convertir_lettres

_LANGUES = {"fr": "fr-FR", "en": "en-GB"}


def en_pdf(documents: Sequence[DocumentAFusionner], outil: Outil) -> list[bytes | ErreurConversion]:
    """Les PDF des documents, dans l'ordre ; ceux d'un même modèle se convertissent ensemble."""
    pdfs: dict[int, bytes | ErreurConversion] = {}
    par_modele: dict[str, list[int]] = {}
    for rang, document in enumerate(documents):
        par_modele.setdefault(document.modele.nom, []).append(rang)
    for rangs in par_modele.values():
        modele = documents[rangs[0]].modele
        perdus = [str(reserve) for reserve in modele.reserves if reserve.perdu]
        if perdus and not outil.complet:
            pdfs.update(dict.fromkeys(rangs, ErreurConversion(f"{modele.nom}, {' ; '.join(perdus)} → {AUTRE}")))
            continue
        signets = [f"lettre{rang}" for rang in rangs]

        def assembler(lesquels: Sequence[int], pages: int) -> bytes:
            valeurs = [documents[rangs[i]].valeurs for i in lesquels]  # noqa: B023 -- consommé avant le tour suivant
            return modele.assembler(valeurs, [signets[i] for i in lesquels], pages)  # noqa: B023

        conversions = convertir_lettres(
            assembler,
            signets,
            outil,
            pages_ecrites=modele.utilise_nombre_de_pages,
            une_a_une=modele.a_des_notes,
            titres=[_titre(documents[rang].valeurs) for rang in rangs],
            langue=_LANGUES.get(modele.langue, modele.langue),
        )
        pdfs.update((rangs[i], pdf) for i, pdf in conversions)
    return [pdfs[rang] for rang in range(len(documents))]


def _titre(valeurs: Mapping[str, object]) -> str:
    """L'objet de la lettre ; un relevé n'en a pas."""
    client = valeurs.get("client")
    nom = client.get("raison_sociale", "") if isinstance(client, Mapping) else ""
    return une_ligne(str(valeurs.get("objet") or f"Relevé de compte – {nom}"))
