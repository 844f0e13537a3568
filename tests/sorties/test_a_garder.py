"""Les PDF que l'on garde : titre, langue, balises et PDF/A survivent à la découpe et à la réunion."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from lettres_en_sections import assembleur, signet

from relances_xl.domaine.criteres import Convertisseur
from relances_xl.domaine.erreurs import ErreurUtilisateur
from relances_xl.sorties.pdf import libreoffice
from relances_xl.sorties.pdf.lot_en_pdf import a_la_suite, choisir, convertir_lettres, reunir
from relances_xl.sorties.pdf.par_word import Word

PDFA = "{http://www.aiim.org/pdfa/ns/id/}"
TITRES = ["Première relance – É & Cie", "Mise en demeure", "Rappel"]


def _lettres(*, pdfa: bool) -> list[bytes]:
    try:
        outil = choisir(Convertisseur.LIBREOFFICE, pdfa=pdfa)
    except ErreurUtilisateur:
        pytest.skip("LibreOffice est absent de cette machine")
    assembler = assembleur(lambda rang: 80 if rang == 1 else 2, image=True)
    signets = [signet(rang) for rang in range(len(TITRES))]
    faites = [fait for _, fait in convertir_lettres(assembler, signets, outil, titres=TITRES, langue="fr-FR", pages_ecrites=False)]
    return [fait for fait in faites if isinstance(fait, bytes)]


@pytest.fixture(scope="module")
def archives() -> list[bytes]:
    return _lettres(pdfa=True)


@pytest.fixture(scope="module")
def ordinaires() -> list[bytes]:
    return _lettres(pdfa=False)


def marques_ecrites(page: pikepdf.Page) -> set[int]:
    """Les numéros des contenus que la page marque."""
    numeros = set()
    for instruction in pikepdf.parse_content_stream(page):
        if isinstance(instruction, pikepdf.ContentStreamInstruction) and str(instruction.operator) == "BDC":
            proprietes = instruction.operands[1]
            if isinstance(proprietes, pikepdf.Dictionary) and "/MCID" in proprietes:
                numeros.add(int(proprietes.MCID))
    return numeros


def elements(noeud: pikepdf.Object) -> Iterator[pikepdf.Object]:
    for enfant in noeud.get("/K", []):
        if isinstance(enfant, pikepdf.Dictionary) and "/S" in enfant:
            yield enfant
            yield from elements(enfant)


def marques_rangees(pdf: pikepdf.Pdf) -> dict[int, set[int]]:
    """Rang de page → numéros que l'arbre des balises nomme."""
    rangs = {page.obj.objgen: rang for rang, page in enumerate(pdf.pages)}
    trouvees: dict[int, set[int]] = {rang: set() for rang in rangs.values()}
    for element in elements(pdf.Root.StructTreeRoot):
        enfants: list[Any] = list(element.get("/K", []))
        for enfant in enfants:
            if isinstance(enfant, int):
                trouvees[rangs[element.Pg.objgen]].add(enfant)
            elif "/MCID" in enfant:
                trouvees[rangs[enfant.Pg.objgen]].add(int(enfant.MCID))
    return trouvees


def exiger_les_balises(pdf: pikepdf.Pdf) -> None:
    """Tout ce que les pages marquent est dans l'arbre, rien d'autre n'y est, et chaque contenu y retrouve son élément."""
    racine = pdf.Root.StructTreeRoot
    assert bool(pdf.Root.MarkInfo.Marked)
    assert marques_rangees(pdf) == {rang: marques_ecrites(page) for rang, page in enumerate(pdf.pages)}
    parents = pikepdf.NumberTree(racine.ParentTree)
    for rang, page in enumerate(pdf.pages):
        for numero in marques_ecrites(page):
            parent = parents[int(page.obj.StructParents)][numero]
            assert any(parent.objgen == element.objgen for element in elements(racine)), (rang, numero)


def pdfa(pdf: pikepdf.Pdf) -> tuple[str, str, str] | None:
    """Partie, niveau et titre que déclarent les métadonnées ; None si ce n'est pas un PDF/A."""
    if "/OutputIntents" not in pdf.Root:
        return None
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as dites:
        return str(dites[f"{PDFA}part"]), str(dites[f"{PDFA}conformance"]), str(dites["dc:title"])


def test_chaque_lettre_garde_ses_balises_et_elles_seules(archives: list[bytes], ordinaires: list[bytes]) -> None:
    for lettre in (*archives, *ordinaires):
        with pikepdf.open(io.BytesIO(lettre)) as pdf:
            exiger_les_balises(pdf)
            roles = [str(pdf.Root.StructTreeRoot.RoleMap.get(str(element.S), element.S)) for element in elements(pdf.Root.StructTreeRoot)]
            assert {"/Table", "/TR", "/P", "/Figure"} <= set(roles)
            assert "".join(roles).count("/TR") in (2, 80), "les lignes de son tableau, non celles des autres"


def test_un_pdfa_decoupe_reste_un_pdfa_d_accord_avec_son_titre(archives: list[bytes]) -> None:
    for lettre, titre in zip(archives, TITRES, strict=True):
        with pikepdf.open(io.BytesIO(lettre)) as pdf:
            assert pdfa(pdf) == ("2", "B", titre)
            assert (str(pdf.docinfo["/Title"]), str(pdf.Root.Lang)) == (titre, "fr-FR")
            assert int(pdf.Root.OutputIntents[0].DestOutputProfile.N) == 3
            assert len(pdf.trailer.ID) == 2 and not pdf.is_encrypted
            polices = [police for page in pdf.pages for police in page.resources.Font.values()]
            assert polices and all("/FontFile2" in police.FontDescriptor for police in polices)


def test_toutes_les_lettres_font_un_pdfa_si_toutes_en_sont(archives: list[bytes], ordinaires: list[bytes], tmp_path: Path) -> None:
    reunir(archives, TITRES, tmp_path / "toutes.pdf", titre="Lot")
    with pikepdf.open(tmp_path / "toutes.pdf") as pdf, pdf.open_outline() as plan:
        assert pdfa(pdf) == ("2", "B", "Lot")
        assert [entree.title for entree in plan.root] == TITRES
    reunir([archives[0], ordinaires[1]], TITRES[:2], tmp_path / "melees.pdf")
    with pikepdf.open(tmp_path / "melees.pdf") as pdf:
        assert pdfa(pdf) is None and "/Metadata" not in pdf.Root


def test_un_releve_a_la_suite_garde_titre_balises_et_pdfa_de_la_lettre(archives: list[bytes], ordinaires: list[bytes]) -> None:
    with pikepdf.open(io.BytesIO(a_la_suite(archives[0], archives[1], ["Lettre", "Relevé"]))) as pdf, pdf.open_outline() as plan:
        assert (str(pdf.docinfo["/Title"]), pdfa(pdf)) == (TITRES[0], ("2", "B", TITRES[0]))
        assert [entree.title for entree in plan.root] == ["Lettre", "Relevé"] and len(pdf.pages) >= 3
        exiger_les_balises(pdf)
    with pikepdf.open(io.BytesIO(a_la_suite(archives[0], ordinaires[2], ["Lettre", "Relevé"]))) as pdf:
        assert pdfa(pdf) is None
        exiger_les_balises(pdf)


def test_un_pdf_de_word_recoit_titre_et_langue_sans_perdre_ses_balises(monkeypatch: pytest.MonkeyPatch, ordinaires: list[bytes]) -> None:
    monkeypatch.setattr(Word, "convertir_dossier", lambda self, documents: [ordinaires[0], b"%PDF-1.7 rien %%EOF"])
    faits = dict(convertir_lettres(assembleur(), ["a", "b"], Word(), titres=["Un", "Deux"], langue="en-GB", pages_ecrites=False))
    assert isinstance(faits[0], bytes) and "illisible" in str(faits[1])
    with pikepdf.open(io.BytesIO(faits[0])) as pdf:
        assert (str(pdf.docinfo["/Title"]), str(pdf.Root.Lang)) == ("Un", "en-GB")
        exiger_les_balises(pdf)


def test_sans_pdfa_demande_rien_n_est_declare(ordinaires: list[bytes]) -> None:
    for lettre in ordinaires:
        with pikepdf.open(io.BytesIO(lettre)) as pdf:
            assert pdfa(pdf) is None


def test_un_convertisseur_qui_ne_fait_pas_de_pdfa_est_une_faute_de_critere(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ErreurUtilisateur, match=r"« Intégré » n'en fait pas .*« Convertisseur PDF », ou mettez le critère « PDF/A » à Non"):
        choisir(Convertisseur.INTEGRE, pdfa=True)
    monkeypatch.setattr(libreoffice, "trouver", lambda **_: None)
    with pytest.raises(ErreurUtilisateur, match=r"seul LibreOffice en fait, et il est introuvable .*installez LibreOffice"):
        choisir(Convertisseur.AUTO, pdfa=True)
