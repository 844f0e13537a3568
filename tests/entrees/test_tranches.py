"""Un onglet très haut d'un .xlsx se lit par tranches de lignes : les mêmes lignes et les mêmes refus que d'un coup."""

import gc
import zipfile
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from types import NoneType
from typing import Any

import hostiles
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from relances_xl.domaine.erreurs import ErreurUtilisateur
from relances_xl.domaine.feuilles import CelluleErreur, lettres_de_colonne
from relances_xl.entrees.classeurs import lecteur, paquet_tableur, reprises, xlsx
from relances_xl.entrees.classeurs.bloc_serre import desserrer
from relances_xl.entrees.classeurs.paquet_tableur import FeuilleParTranches, lire_paquet, remplacer

_FEUILLE = "xl/worksheets/sheet1.xml"


@pytest.fixture(autouse=True)
def _ramasse_miettes() -> Iterator[None]:
    """Le lecteur l'arrête, ce qui ne coûte rien à un processus enfant."""
    yield
    gc.enable()


@pytest.fixture
def vues(monkeypatch: pytest.MonkeyPatch) -> list[type]:
    """Ce qui a lu chaque onglet, à mesure : une feuille de calamine, ou `FeuilleParTranches`."""
    genres: list[type] = []
    feuille = lecteur._Classeur._feuille

    def noter(classeur: lecteur._Classeur, rang: int, nom: str) -> Any:
        lue = feuille(classeur, rang, nom)
        genres.append(type(lue))
        return lue

    monkeypatch.setattr(lecteur._Classeur, "_feuille", noter)
    return genres


def lire(chemin: Path, *, prudent: bool = False) -> object:
    """Les lignes de tous les onglets, puis du premier comme d'un export, chaque cellule avec son type ; ou le refus."""
    lues: list[Any] = []
    try:
        for lu in chain(lecteur.tous(chemin, prudent, None), lecteur.premier(chemin, prudent)):
            lues += [[(type(cellule), cellule) for cellule in ligne] for ligne in desserrer(lu)] if isinstance(lu, list) else [lu]
    except ErreurUtilisateur as refus:
        return str(refus)
    except MemoryError:
        return "à relire avec prudence"
    return lues


def par_tranches(chemin: Path, octets: int, *, prudent: bool = False) -> object:
    """Les mêmes, chaque onglet étant haut, et une tranche de ce poids au moins."""
    with pytest.MonkeyPatch.context() as reglages:
        reglages.setattr(xlsx, "_HAUTE", -1)
        reglages.setattr(paquet_tableur, "_TRANCHE", octets)
        return lire(chemin, prudent=prudent)


def ecrire(chemin: Path, feuille: str) -> Path:
    """Un classeur dont la feuille est ce XML ; ses styles 1 et 2 sont une devise et une date."""
    hostiles.xlsx(chemin, "", formats=["#,##0.00 [$USD]", "dd/mm/yyyy"])
    with zipfile.ZipFile(chemin) as archive:
        octets = remplacer(archive, {_FEUILLE: feuille.encode()})
    chemin.write_bytes(octets)
    return chemin


def feuille(lignes: str, prefixe: str = "") -> str:
    declaration = f'xmlns{":" * bool(prefixe)}{prefixe.rstrip(":")}="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<{prefixe}worksheet {declaration}><{prefixe}dimension ref="B2"/>'
        f"<{prefixe}sheetData>{lignes}</{prefixe}sheetData></{prefixe}worksheet>"
    )


_VALEURS = st.sampled_from([
    ' t="inlineStr"><{p}is><{p}t>Dupont &amp; fils row> </{p}t></{p}is>', "><{p}v>12.5</{p}v>", ' s="1"><{p}v>7</{p}v>',
    ' s="2"><{p}v>46112</{p}v>', ' t="b"><{p}v>1</{p}v>', ' t="e"><{p}v>#N/A</{p}v>', "><{p}f>A1+1</{p}f>", ' t="str"><{p}f>A1</{p}f><{p}v>x</{p}v>',
    ' s="1">', ' t="inlineStr"><{p}is><{p}t>   </{p}t></{p}is>', ' t="s"><{p}v>99</{p}v>', "><!-- <row r='9'> --><{p}v>1</{p}v>",
])  # fmt: skip


@st.composite
def _feuilles(tirer: st.DrawFn) -> str:
    """Des lignes qui sautent, reviennent, ou ne disent ni leur numéro ni l'adresse de leurs cellules."""
    p = tirer(st.sampled_from(["", "", "x:"]))
    pas = st.sampled_from([1, 1, 1, 1, 2, 40, 0, -1]) if tirer(st.integers(0, 3)) == 0 else st.sampled_from([1, 1, 1, 3])
    anonyme: bool = tirer(st.booleans())
    lignes, numero = [], tirer(st.integers(0, 3))
    for _ in range(tirer(st.integers(0, 40))):
        numero = max(numero + tirer(pas), 1)
        cellules = ""
        for colonne in sorted(tirer(st.sets(st.integers(1, 6), max_size=4))):
            adresse = "" if anonyme and tirer(st.booleans()) else f' r="{lettres_de_colonne(colonne)}{numero}"'
            cellules += f"<{p}c{adresse}{tirer(_VALEURS).format(p=p)}</{p}c>"
        attributs = "" if anonyme and tirer(st.booleans()) else tirer(st.sampled_from([' r="{}"', ' spans="1:6" r="{}"'])).format(numero)
        lignes.append(f"<{p}row{attributs}>{cellules}</{p}row>" + tirer(st.sampled_from(["", "", "\n  "])))
    return feuille("".join(lignes), p)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(xml=_feuilles(), octets=st.integers(200, 1500), prudent=st.booleans())
def test_les_memes_lignes_et_les_memes_refus_que_d_un_coup(tmp_path: Path, xml: str, octets: int, prudent: bool) -> None:
    chemin = ecrire(tmp_path / "f.xlsx", xml)
    assert par_tranches(chemin, octets, prudent=prudent) == lire(chemin, prudent=prudent)


def _lignes(nombre: int, p: str = "") -> list[str]:
    return [f'<{p}row r="{n}"><{p}c r="A{n}"><{p}v>{n}</{p}v></{p}c></{p}row>' for n in range(1, nombre + 1)]


@pytest.mark.parametrize("prefixe", ["", "x:"])
def test_une_tranche_ne_porte_que_ses_lignes(tmp_path: Path, vues: list[type], prefixe: str) -> None:
    chemin = ecrire(tmp_path / "f.xlsx", feuille("\n".join(_lignes(2_000, prefixe)), prefixe))
    assert par_tranches(chemin, 4_000) == lire(chemin)
    assert FeuilleParTranches in vues
    with zipfile.ZipFile(chemin) as archive, pytest.MonkeyPatch.context() as reglages:
        reglages.setattr(paquet_tableur, "_TRANCHE", 4_000)
        poids = []
        for paquet in paquet_tableur.en_tranches(archive, lire_paquet(archive), "O1"):
            with zipfile.ZipFile(paquet) as tranche:
                poids.append(tranche.getinfo(_FEUILLE).file_size)
    assert len(poids) > 20
    assert max(poids) < 10_000


@pytest.mark.parametrize(
    "entre",
    [
        "<!-- <row r='9'> -->",
        "<?x <row?>",
        "</sheetData><sheetData>",
        '<row r="1"><c r="A1"><v>5</v></c></row>',
        '<row r="250"><c r="A700"><v>5</v></c></row>',
    ],
)
def test_ce_qui_tromperait_la_coupe_se_lit_d_un_coup(tmp_path: Path, vues: list[type], entre: str) -> None:
    lignes = _lignes(500)
    chemin = ecrire(tmp_path / "f.xlsx", feuille("".join([*lignes[:250], entre, *lignes[250:]])))
    assert par_tranches(chemin, 1_000) == lire(chemin)
    assert FeuilleParTranches not in vues


def test_des_lignes_sans_numero_se_lisent_d_un_coup(tmp_path: Path, vues: list[type]) -> None:
    chemin = ecrire(tmp_path / "f.xlsx", feuille("<row><c><v>1</v></c></row>" * 3_000))
    assert par_tranches(chemin, 1_000) == lire(chemin)
    assert FeuilleParTranches not in vues


def test_une_tranche_ne_commence_pas_par_une_ligne_sans_numero(tmp_path: Path, vues: list[type]) -> None:
    """Elle se croirait la première de la feuille ; que les tranches d'avant soient vides, rien d'autre ne le dirait."""
    vides = [f'<row r="{n}"><c r="A{n}" s="1"/></row>' for n in range(1, 20)]
    chemin = ecrire(tmp_path / "f.xlsx", feuille("".join([*vides, "<row><c><v>1</v></c></row>"])))
    lues = lire(chemin)
    assert lues == ["O1", *[[(NoneType, None)]] * 19, [(int, 1)], None, ("xlsx", "O1"), *[[(str, "")]] * 19, [(float, 1.0)]]
    assert all(par_tranches(chemin, octets) == lues for octets in range(220, 1_100, 4))
    assert FeuilleParTranches in vues


def test_des_lignes_hors_de_la_feuille_ne_sont_pas_lues(tmp_path: Path, vues: list[type]) -> None:
    chemin = ecrire(
        tmp_path / "f.xlsx",
        feuille("</sheetData>" + "".join(_lignes(500)) + "<sheetData>").replace("<sheetData></sheetData>", "<sheetData />"),
    )
    assert par_tranches(chemin, 1_000) == lire(chemin) == ["O1", None]
    assert FeuilleParTranches not in vues


@pytest.mark.parametrize("adresse", ["XFD1048576", "A4294967296", "ZZZZZ9"])
@pytest.mark.parametrize("valeur", ["   ", "x"])
def test_une_cellule_egaree_est_traitee_de_meme(tmp_path: Path, adresse: str, valeur: str) -> None:
    lignes = [*_lignes(200), f'<row r="201">{hostiles.texte(adresse, valeur)}</row>', *_lignes(202)[-1:]]
    chemin = ecrire(tmp_path / "f.xlsx", feuille("".join(lignes)))
    lues = par_tranches(chemin, 1_000, prudent=True)
    assert lues == lire(chemin, prudent=True)
    assert isinstance(lues, str) == (valeur == "x")


def test_une_etendue_demesuree_dont_aucune_tranche_ne_l_est_est_traitee_de_meme(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, vues: list[type]
) -> None:
    monkeypatch.setattr(reprises, "CELLULES_MAX", 4_000)
    chemin = ecrire(tmp_path / "f.xlsx", feuille("".join([*_lignes(200), f'<row r="201">{hostiles.texte("Z201", "x")}</row>'])))
    assert par_tranches(chemin, 1_000) == lire(chemin) == "à relire avec prudence"
    refus = par_tranches(chemin, 1_000, prudent=True)
    assert refus == lire(chemin, prudent=True)
    assert "la feuille s'étend sur 201 lignes et 26 colonnes" in str(refus)
    assert FeuilleParTranches in vues


@pytest.mark.parametrize("reste", ["", "</sheetData>", "</sheetData><mergeCells><mergeCell ref='A'/>", "</sheetData></worksheet>"])
def test_une_fin_abimee_est_refusee_de_meme(tmp_path: Path, reste: str) -> None:
    entiere = feuille("".join(_lignes(200)))
    chemin = ecrire(tmp_path / "f.xlsx", entiere[: entiere.index("</sheetData>")] + reste)
    for prudent in (False, True):
        assert par_tranches(chemin, 1_000, prudent=prudent) == lire(chemin, prudent=prudent)


@pytest.mark.parametrize("depuis_1904", [False, True])
def test_chaines_partagees_dates_et_reprises_d_un_classeur_reenregistre(tmp_path: Path, vues: list[type], depuis_1904: bool) -> None:
    classeur = xlsxwriter.Workbook(tmp_path / "f.xlsx", {"date_1904": depuis_1904})
    date, code = (classeur.add_format({"num_format": forme}) for forme in ("dd/mm/yyyy", "00000"))
    onglet = classeur.add_worksheet()
    for rang in range(2, 302):
        onglet.write_row(rang, 1, [f"Société {rang}"])
        onglet.write_number(rang, 2, 46_000 + rang, date)
        onglet.write_number(rang, 3, rang, code)
    onglet.write_formula("G151", "=NA()", None, "#N/A")
    onglet.write_formula("E281", "=SUM(D3:D4)", None, "")
    classeur.add_worksheet().write("A1", "seul")
    classeur.close()
    lues = par_tranches(tmp_path / "f.xlsx", 2_000)
    assert lues == lire(tmp_path / "f.xlsx")
    assert vues.count(FeuilleParTranches) == 3
    assert isinstance(lues, list)
    assert lues[151][6] == (CelluleErreur, CelluleErreur("#N/A"))
    assert lues[3][3] == (str, "00002")
    assert {len(ligne) for ligne in lues[1:303]} == {7}


def test_un_onglet_ordinaire_se_lit_d_un_coup(tmp_path: Path, vues: list[type]) -> None:
    lire(ecrire(tmp_path / "f.xlsx", feuille("".join(_lignes(200)))))
    assert FeuilleParTranches not in vues


def test_des_chaines_partagees_lourdes_se_lisent_d_un_coup(tmp_path: Path, vues: list[type], monkeypatch: pytest.MonkeyPatch) -> None:
    with xlsxwriter.Workbook(tmp_path / "f.xlsx") as classeur:
        onglet = classeur.add_worksheet()
        for rang in range(500):
            onglet.write_row(rang, 0, [f"Société {rang}", rang])
    monkeypatch.setattr(xlsx, "_CHAINES_LEGERES", 10_000)
    assert par_tranches(tmp_path / "f.xlsx", 1_000) == lire(tmp_path / "f.xlsx")
    assert FeuilleParTranches not in vues


@pytest.mark.parametrize("ligne", ["<row>", '<row r="7">', "<x:row>", '<x:row r="7">'])
def test_une_feuille_se_parcourt_par_morceaux_coupes_entre_deux_lignes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ligne: str) -> None:
    nom = ligne.strip("<>").partition(" ")[0]
    xml = feuille(f"{ligne}<c><is><t>a row b</t></is></c></{nom}>" * 200)
    monkeypatch.setattr(xlsx, "_MORCEAU", 500)
    with zipfile.ZipFile(ecrire(tmp_path / "f.xlsx", xml)) as archive:
        *morceaux, dernier = xlsx._morceaux(archive, _FEUILLE)
    assert b"".join([*morceaux, dernier]) == xml.encode()
    assert len(morceaux) > 10
    assert all(morceau.startswith((ligne.encode(), f"</{nom}>".encode())) for morceau in [*morceaux[1:], dernier])


def test_une_cellule_coupee_n_est_pas_sans_adresse() -> None:
    xml = b'<row r="1"><c s="12" t="n" r="A1"><v>1</v></c><x:c r="B1"/></row>'
    assert not any(xlsx._SANS_ADRESSE.search(xml, 0, fin) for fin in range(len(xml) + 1))
    assert all(xlsx._SANS_ADRESSE.search(sans) for sans in (b"<c>", b"<x:c/>", b'<c t="s">', b'<c s="1" />'))
