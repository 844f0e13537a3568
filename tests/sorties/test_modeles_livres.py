"""Les modèles livrés, assemblés, convertis et découpés : chaque lettre est celle qu'elle serait convertie seule."""

import re
from collections.abc import Sequence
from copy import copy
from typing import Any

import lettres_de_reference
import pytest
from fabrique_word import paragraphes
from lettres_en_sections import texte_du_pdf
from lettres_livrees import MODELES, lettres

from relances_xl.domaine.criteres import Convertisseur
from relances_xl.domaine.ecrits.montants import Montant, ecrire
from relances_xl.domaine.erreurs import ErreurUtilisateur
from relances_xl.lettres.catalogue import CATALOGUE
from relances_xl.lettres.modele import compiler
from relances_xl.sorties.pdf.lot_en_pdf import choisir, convertir_lettres, nombre_de_pages


def _present(convertisseur: Convertisseur) -> Any:
    try:
        return choisir(convertisseur)
    except ErreurUtilisateur:
        pytest.skip(f"convertisseur {convertisseur} absent de cette machine")


@pytest.mark.parametrize("convertisseur", [Convertisseur.INTEGRE, Convertisseur.LIBREOFFICE])
def test_une_lettre_du_lot_est_celle_qu_on_aurait_convertie_seule(convertisseur: Convertisseur) -> None:
    outil = _present(convertisseur)
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


GRANDS = {"USD": 123456789, "TND": 1234567890}  # unités : « 1 234 567,89 USD », « 1 234 567,890 TND »


def _grossies(valeur: Any, devise: str, nom: str = "") -> Any:
    """Les mêmes valeurs, chaque montant porté à celui de GRANDS, les pénalités au dixième."""
    if isinstance(valeur, Montant):
        return Montant((GRANDS[devise] // (10 if nom == "penalites" else 1)) * (-1 if valeur.unites < 0 else 1), devise)
    if isinstance(valeur, dict):
        copie = copy(valeur)
        copie |= {cle: _grossies(v, devise, cle) for cle, v in valeur.items()}
        return copie
    return [_grossies(v, devise) for v in valeur] if isinstance(valeur, list) else valeur


def _une_somme(devise: str) -> dict[str, object]:
    noms = ("non_echu", "jours_0_30", "jours_31_60", "jours_61_90", "plus_de_90", "credits", "encours")
    return {"devise": devise, "nombre": 1, **{nom: Montant(GRANDS[devise], devise) for nom in noms}}


@pytest.mark.parametrize("convertisseur", [Convertisseur.INTEGRE, Convertisseur.LIBREOFFICE])
@pytest.mark.parametrize("nom", ["prevenance", "relance-1", "relance-2", "relance-3", "relance-3.en", "releve", "releve.en"])
@pytest.mark.parametrize("devise", GRANDS)
def test_un_grand_montant_ne_se_coupe_pas(convertisseur: Convertisseur, nom: str, devise: str) -> None:
    outil = _present(convertisseur)
    valeurs = _grossies(lettres_de_reference.valeurs("Professionnel", int(nom[8]) if nom.startswith("relance") else 1), devise)
    valeurs |= {"sommes": [_une_somme(devise)]} if "releve" in nom else {}
    lettre = compiler(MODELES / f"{nom}.docx", CATALOGUE).fusionner(valeurs)
    imprime = re.sub("[ \u00a0]+", " ", texte_du_pdf(outil.convertir(lettre)))
    ecrit = "\n".join(paragraphes(lettre)).replace("\u00a0", " ")
    for unites in (GRANDS[devise], GRANDS[devise] // 10):
        montant = ecrire(unites, devise, "en" if ".en" in nom else "fr").replace("\u00a0", " ")
        assert imprime.count(montant) == ecrit.count(montant), montant
    assert ecrit.count("567") > 4
