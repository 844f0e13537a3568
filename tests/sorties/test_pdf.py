"""Des lettres aux PDF : converties ensemble, chacune sort comme si elle était seule."""

import io
from collections.abc import Sequence
from itertools import count
from typing import Any

import pikepdf
import pytest
from lettres_en_sections import assembleur, signet, texte_du_pdf

from relances_xl.domaine.criteres import Convertisseur
from relances_xl.domaine.erreurs import ErreurUtilisateur
from relances_xl.sorties.pdf.integre import Integre
from relances_xl.sorties.pdf.lot_en_pdf import (
    ErreurConversion,
    Outil,
    choisir,
    convertir_lettres,
    decouper,
    nombre_de_pages,
    pages_par_lettre,
)


@pytest.fixture(scope="module", params=[Convertisseur.INTEGRE, Convertisseur.LIBREOFFICE])
def outil(request: pytest.FixtureRequest) -> Outil:
    try:
        return choisir(request.param)
    except ErreurUtilisateur:
        pytest.skip(f"convertisseur {request.param} absent de cette machine")


@pytest.fixture(scope="module")
def integre() -> Outil:
    return choisir(Convertisseur.INTEGRE)


def _signets(nombre: int) -> list[str]:
    return [signet(rang) for rang in range(nombre)]


def test_chaque_lettre_est_celle_qu_on_aurait_convertie_seule(integre: Outil) -> None:
    assembler = assembleur(lambda rang: {1: 35, 3: 70}.get(rang, 3), image=True)
    faites: dict[int, Any] = dict(convertir_lettres(assembler, _signets(4), integre))
    assert [nombre_de_pages(faites[rang]) for rang in range(4)] == [1, 2, 1, 3]
    for rang in (0, 1, 3):
        seule = integre.convertir(assembler([rang], nombre_de_pages(faites[rang])))
        assert texte_du_pdf(faites[rang]) == texte_du_pdf(seule)
    for numero, page in enumerate(texte_du_pdf(faites[3]).split("\f")[:3], start=1):
        assert f"page {numero} / 3" in page


def test_une_lettre_n_emporte_pas_les_images_des_autres(outil: Outil) -> None:
    assembler = assembleur(image=True)
    une = dict(convertir_lettres(assembler, _signets(1), outil))[0]
    toutes = dict(convertir_lettres(assembler, _signets(10), outil))
    assert isinstance(une, bytes)
    assert all(isinstance(lettre, bytes) and len(lettre) < 1.5 * len(une) for lettre in toutes.values())


def test_les_lettres_sortent_dans_l_ordre(integre: Outil) -> None:
    rangs = [rang for rang, _ in convertir_lettres(assembleur(lambda rang: 35 if rang == 0 else 1), _signets(5), integre)]
    assert rangs == [0, 1, 2, 3, 4]


def test_un_modele_qui_n_ecrit_pas_le_nombre_de_pages_ne_demande_qu_un_passage(integre: Outil) -> None:
    appels = count()

    def assembler(rangs: Sequence[int], pages: int) -> bytes:
        next(appels)
        return assembleur(lambda rang: 35)(rangs, pages)

    faites = dict(convertir_lettres(assembler, _signets(1), integre, pages_ecrites=False))
    assert (next(appels), nombre_de_pages(faites[0])) == (1, 2)  # type: ignore[arg-type]


def test_une_mauvaise_lettre_echoue_seule(integre: Outil) -> None:
    bonnes = assembleur()

    def assembler(rangs: Sequence[int], pages: int) -> bytes:
        return b"ceci n'est pas un document Word" if 3 in rangs else bonnes(rangs, pages)

    faites: dict[int, Any] = dict(convertir_lettres(assembler, _signets(6), integre))
    assert [rang for rang, fait in faites.items() if isinstance(fait, ErreurConversion)] == [3]
    assert "n'a pas pu lire" in str(faites[3])
    assert "Lettre numéro 4," in texte_du_pdf(faites[4])


class _OutilEnPanne:
    """Un convertisseur qui échoue toujours, et compte ses échecs."""

    nom, lot, fils, complet, equations = "en panne", 400, 2, True, True

    def __init__(self) -> None:
        self.appels = 0

    def convertir(self, docx: bytes, lettres: int = 1) -> bytes:
        self.appels += 1
        raise ErreurConversion("en panne")


def test_un_outil_en_panne_n_est_pas_essaye_pour_chaque_lettre() -> None:
    outil = _OutilEnPanne()
    faites = dict(convertir_lettres(lambda rangs, pages: b"", _signets(1000), outil))
    assert len(faites) == 1000
    assert all(str(fait) == "en panne" for fait in faites.values())
    assert outil.appels < 20


def test_les_pages_de_chaque_lettre_se_comptent_sans_decouper(integre: Outil) -> None:
    pdf = integre.convertir(assembleur(lambda rang: 35 if rang == 1 else 3)([0, 1, 2], 1), 3)
    assert pages_par_lettre(pdf, _signets(3)) == [1, 2, 1]


def test_un_signet_absent_ou_hors_d_ordre_est_une_erreur(integre: Outil) -> None:
    pdf = integre.convertir(assembleur()([0, 1], 1), 2)
    with pytest.raises(ErreurConversion, match="introuvable"):
        decouper(pdf, [signet(0), signet(9)])
    with pytest.raises(ErreurConversion, match="se chevauchent"):
        decouper(pdf, [signet(1), signet(0)])
    with pytest.raises(ErreurConversion, match="illisible"):
        decouper(b"%PDF-1.4 rien", [signet(0)])


def test_deux_signets_sur_une_page_ou_une_premiere_page_a_personne_sont_une_erreur(integre: Outil) -> None:
    pdf = integre.convertir(assembleur()([0, 1], 1), 2)
    for signets in ([signet(0), signet(0)], [signet(1)]):
        with pytest.raises(ErreurConversion, match="se chevauchent"):
            decouper(pdf, signets)


def test_sans_langue_demandee_celle_du_document_reste(integre: Outil) -> None:
    tampon = io.BytesIO()
    with pikepdf.open(io.BytesIO(integre.convertir(assembleur()([0, 1], 1), 2))) as source:
        source.Root.Lang = "fr-CH"
        source.save(tampon)
    for pdf in decouper(tampon.getvalue(), [signet(0), signet(1)]):
        with pikepdf.open(io.BytesIO(pdf)) as lettre:
            assert str(lettre.Root.Lang) == "fr-CH"


@pytest.mark.parametrize("nombre", [1, 3])
def test_chaque_pdf_porte_son_titre_et_sa_langue(nombre: int) -> None:
    signets = [signet(rang) for rang in range(nombre)]
    titres = [f"Mise en demeure – Client n° {rang}" for rang in range(nombre)]
    for rang, pdf in convertir_lettres(assembleur(), signets, Integre(), titres=titres, langue="en-GB"):
        assert isinstance(pdf, bytes)
        with pikepdf.open(io.BytesIO(pdf)) as lu:
            assert str(lu.docinfo["/Title"]) == titres[rang] and str(lu.Root.Lang) == "en-GB"
            assert bool(lu.Root.ViewerPreferences.DisplayDocTitle)
