"""`pdf/toutes.pdf` : toutes les lettres, dans l'ordre, un signet chacune, sans répéter polices et images."""

import subprocess
import sys
from pathlib import Path

import pikepdf
import pytest
from lettres_en_sections import assembleur, signet, texte_du_pdf

from relances_xl.domaine.criteres import Convertisseur
from relances_xl.sorties.pdf import reunion
from relances_xl.sorties.pdf.lot_en_pdf import choisir, convertir_lettres, nombre_de_pages, reunir

NOMBRE = 12


@pytest.fixture(scope="module")
def lettres() -> list[bytes]:
    assembler = assembleur(lambda rang: 35 if rang == 3 else 3, image=True)
    outil = choisir(Convertisseur.INTEGRE)
    faites = [fait for _, fait in convertir_lettres(assembler, [signet(rang) for rang in range(NOMBRE)], outil)]
    return [fait for fait in faites if isinstance(fait, bytes)]


def _titres() -> list[str]:
    return [f"C{rang:03d} – Société É {rang}" for rang in range(NOMBRE)]


@pytest.mark.parametrize("par_tranche", [2, 5, 250])
def test_les_lettres_sont_dans_l_ordre_avec_un_signet_chacune(
    lettres: list[bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, par_tranche: int
) -> None:
    monkeypatch.setattr(reunion, "PAR_TRANCHE", par_tranche)
    toutes = tmp_path / "toutes.pdf"
    reunir(iter(lettres), _titres(), toutes)
    with pikepdf.open(toutes) as pdf, pdf.open_outline() as plan:
        rang = {page.obj.objgen: numero for numero, page in enumerate(pdf.pages)}
        signets = [(entree.title, rang[entree.destination[0].objgen]) for entree in plan.root]  # type: ignore[index]
    pages = [nombre_de_pages(lettre) for lettre in lettres]
    assert signets == [(titre, sum(pages[:numero])) for numero, titre in enumerate(_titres())]
    assert texte_du_pdf(toutes) == "".join(texte_du_pdf(lettre) for lettre in lettres)


def test_polices_et_images_communes_n_y_sont_qu_une_fois(lettres: list[bytes], tmp_path: Path) -> None:
    deux, six = tmp_path / "deux.pdf", tmp_path / "six.pdf"
    reunir(lettres[:1] * 2, ["a"] * 2, deux)
    reunir(lettres[:1] * 6, ["a"] * 6, six)
    assert six.stat().st_size < 1.3 * deux.stat().st_size
    with pikepdf.open(six) as pdf:
        polices = {police.objgen for page in pdf.pages for police in page.resources.Font.values()}
        assert len(polices) == len(pdf.pages[0].resources.Font)


def test_des_images_differentes_restent_differentes(lettres: list[bytes], tmp_path: Path) -> None:
    toutes = tmp_path / "toutes.pdf"
    reunir(lettres, _titres(), toutes)
    with pikepdf.open(toutes) as pdf:
        images = {image.objgen for page in pdf.pages for image in page.resources.get("/XObject", {}).values()}
    assert len(images) == NOMBRE


def test_les_lettres_peuvent_etre_des_fichiers(lettres: list[bytes], tmp_path: Path) -> None:
    fichiers = [tmp_path / f"{rang}.pdf" for rang in range(3)]
    for fichier, lettre in zip(fichiers, lettres, strict=False):
        fichier.write_bytes(lettre)
    reunir(fichiers, _titres()[:3], tmp_path / "toutes.pdf", titre="Lot 2026-03-31_1")
    with pikepdf.open(tmp_path / "toutes.pdf") as pdf:
        assert (len(pdf.pages), str(pdf.docinfo["/Title"])) == (3, "Lot 2026-03-31_1")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="sans objet : /dev/full n'existe que sous Linux")
def test_un_disque_plein_est_une_erreur_pas_un_arret(lettres: list[bytes], tmp_path: Path) -> None:
    """Dans un processus à part : la panne, mal prise, emporte l'interpréteur."""
    for rang, lettre in enumerate(lettres):
        (tmp_path / f"{rang}.pdf").write_bytes(lettre)
    programme = (
        "import sys\nfrom pathlib import Path\nfrom relances_xl.sorties.pdf.reunion import reunir\n"
        "pdfs = sorted(Path(sys.argv[1]).glob('*.pdf'))\n"
        "try:\n reunir(pdfs, [p.name for p in pdfs], Path('/dev/full'))\nexcept OSError: print('plein')"
    )
    fin = subprocess.run([sys.executable, "-c", programme, str(tmp_path)], capture_output=True, text=True, check=False)
    assert (fin.returncode, fin.stdout) == (0, "plein\n"), fin.stderr
