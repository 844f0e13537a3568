"""Les PDF que l'option « PDF/A » produit tiennent ce qu'ISO 19005-2 exige, et le contrôleur sait voir ce qui y manque."""

import io
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from lettres_en_sections import assembleur, signet
from pdfa import manquements
from pikepdf import Array, Dictionary, Name

from relances_xl.domaine.criteres import Convertisseur
from relances_xl.domaine.erreurs import ErreurUtilisateur
from relances_xl.sorties.pdf.lot_en_pdf import a_la_suite, choisir, convertir_lettres, reunir

TITRES = ["Première relance – É & Cie", "Mise en demeure"]


@pytest.fixture(scope="module")
def lettres() -> list[bytes]:
    try:
        outil = choisir(Convertisseur.LIBREOFFICE, pdfa=True)
    except ErreurUtilisateur:
        pytest.skip("LibreOffice est absent de cette machine")
    assembler = assembleur(lambda rang: 60 if rang else 2, image=True)
    signets = [signet(rang) for rang in range(len(TITRES))]
    faites = [fait for _, fait in convertir_lettres(assembler, signets, outil, titres=TITRES, langue="fr-FR", pages_ecrites=False)]
    assert all(isinstance(fait, bytes) for fait in faites)
    return [fait for fait in faites if isinstance(fait, bytes)]


def test_chaque_lettre_tient_les_exigences_du_pdfa(lettres: list[bytes]) -> None:
    assert [manquements(lettre) for lettre in lettres] == [[], []]


def test_la_lettre_suivie_de_son_releve_et_le_recueil_aussi(lettres: list[bytes], tmp_path: Path) -> None:
    assert manquements(a_la_suite(lettres[0], lettres[1], ["Lettre", "Relevé"])) == []
    reunir(lettres, TITRES, tmp_path / "toutes.pdf", titre="Lot")
    assert manquements((tmp_path / "toutes.pdf").read_bytes()) == []


def _police(pdf: pikepdf.Pdf) -> pikepdf.Object:
    return next(iter(pdf.pages[0].resources.Font.values()))


def _oter_la_police(pdf: pikepdf.Pdf) -> None:
    del _police(pdf).FontDescriptor["/FontFile2"]


def _oter_le_profil(pdf: pikepdf.Pdf) -> None:
    del pdf.Root.OutputIntents


def _oter_les_metadonnees(pdf: pikepdf.Pdf) -> None:
    del pdf.Root.Metadata


def _changer_le_titre(pdf: pikepdf.Pdf) -> None:
    pdf.docinfo["/Title"] = "Autre"


def _dater(pdf: pikepdf.Pdf) -> None:
    pdf.docinfo["/CreationDate"] = "D:20260331"


def _lancer_un_script(pdf: pikepdf.Pdf) -> None:
    pdf.Root.OpenAction = Dictionary(Type=Name.Action, S=Name.JavaScript, JS="app.alert(1)")


def _joindre_un_fichier(pdf: pikepdf.Pdf) -> None:
    pdf.attachments["a.txt"] = b"a"


def _peindre_en_cmjn(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].contents_add(b"0 0 0 1 k")


def _fondre_autrement(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].resources.ExtGState = Dictionary(E=Dictionary(Type=Name.ExtGState, BM=Name("/Bizarre")))


def _appeler_le_reseau(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].obj.Contents = pdf.make_stream(b"", F="https://exemple.fr/contenu")


def _cacher_une_annotation(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].obj.Annots = Array([pdf.make_indirect(Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9], F=2))])


@pytest.mark.parametrize(
    ("gate", "article"),
    [
        (_oter_la_police, "6.2.11.4"), (_oter_le_profil, "6.2.3"), (_oter_les_metadonnees, "6.6.2.1"), (_changer_le_titre, "6.6.3"), (_dater, "6.6.3"),
        (_lancer_un_script, "6.5.1"), (_joindre_un_fichier, "6.8"), (_peindre_en_cmjn, "6.2.4.3"), (_fondre_autrement, "6.2.10"),
        (_appeler_le_reseau, "6.1.7.1"), (_cacher_une_annotation, "6.3.2"),
    ],
)  # fmt: skip
def test_le_controleur_voit_ce_qui_manque(lettres: list[bytes], gate: Callable[[pikepdf.Pdf], None], article: str) -> None:
    sortie = io.BytesIO()
    with pikepdf.open(io.BytesIO(lettres[0])) as pdf:
        gate(pdf)
        pdf.save(sortie)
    assert article in " ".join(manquements(sortie.getvalue()))


def test_un_pdf_chiffre_ou_ordinaire_n_en_est_pas_un(lettres: list[bytes]) -> None:
    sortie = io.BytesIO()
    with pikepdf.open(io.BytesIO(lettres[0])) as pdf:
        pdf.save(sortie, encryption=pikepdf.Encryption(owner="x"))
    assert "6.1.3 : chiffré" in manquements(sortie.getvalue())
    assert "6.1.3 : octets après la fin" in manquements(lettres[0] + b"reste")
