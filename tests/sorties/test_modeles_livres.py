"""Les modèles livrés, assemblés, convertis et découpés : chaque lettre est celle qu'elle serait convertie seule."""

from collections.abc import Sequence
from typing import Any

import pytest
from lettres_en_sections import texte_du_pdf
from lettres_livrees import MODELES, lettres

from relances_xl.domaine.criteres import Convertisseur
from relances_xl.domaine.erreurs import ErreurUtilisateur
from relances_xl.lettres.catalogue import CATALOGUE
from relances_xl.lettres.modele import compiler
from relances_xl.sorties.pdf.lot_en_pdf import choisir, convertir_lettres, nombre_de_pages


@pytest.mark.parametrize("convertisseur", [Convertisseur.INTEGRE, Convertisseur.LIBREOFFICE])
def test_une_lettre_du_lot_est_celle_qu_on_aurait_convertie_seule(convertisseur: Convertisseur) -> None:
    try:
        outil = choisir(convertisseur)
    except ErreurUtilisateur:
        pytest.skip(f"convertisseur {convertisseur} absent de cette machine")
    modele = compiler(MODELES / "relance-3.docx", CATALOGUE)
    valeurs = lettres(5, longues=3)
    signets = [f"lettre{rang}" for rang in range(5)]

    def assembler(rangs: Sequence[int], pages: int) -> bytes:
        return modele.assembler([valeurs[rang] for rang in rangs], [signets[rang] for rang in rangs], pages)

    faites: dict[int, Any] = dict(convertir_lettres(assembler, signets, outil, pages_ecrites=modele.utilise_nombre_de_pages))
    assert [nombre_de_pages(faites[rang]) for rang in range(5)] == [2, 2, 1, 1, 1]
    for rang in (1, 2):
        seule = outil.convertir(modele.fusionner(valeurs[rang]))
        assert texte_du_pdf(faites[rang]) == texte_du_pdf(seule)
    assert "Page 2 / 2" in texte_du_pdf(faites[1])
