"""Les fichiers piégés, abîmés ou inhabituels : chacun lu, ou refusé d'une phrase, en temps et mémoire bornés."""

import struct
import zipfile
from datetime import date
from pathlib import Path

import hostiles
import pytest
from feuilles_lues import lire_feuilles
from lieux import PARTAGE

from relances_xl.domaine.ecrits.dates import DelaiPaiement
from relances_xl.domaine.erreurs import ErreurUtilisateur
from relances_xl.domaine.feuilles import Valeur
from relances_xl.entrees.classeurs.classeur import premier_onglet
from relances_xl.entrees.exports import lire_echeances
from relances_xl.fichiers import enfant, souche

CAS = PARTAGE / "cas"
_ENTETE = ["Code client", "N° pièce", "Échéance", "Reste dû"]


def lire(chemin: Path) -> list[list[Valeur]]:
    return [list(ligne) for ligne in premier_onglet(chemin).lignes]


def refus(chemin: Path) -> str:
    with pytest.raises(ErreurUtilisateur) as erreur:
        lire(chemin)
    (faute,) = erreur.value.fautes
    assert faute.remede
    assert faute.fichier == chemin.name
    return str(faute)


# --- ce qui s'écarte de la grille --------------------------------------------------------------------------------------


@pytest.mark.parametrize("adresse", ["A4294967296", "A4294967295", "A99999999999999999999", "ZZZZZ9", "XFD1048576"])
def test_une_cellule_hors_de_la_feuille_ou_bien_loin_est_nommee(tmp_path: Path, adresse: str) -> None:
    loin = f'<row r="3"><c r="{adresse}"><v>1</v></c></row>'
    dit = refus(hostiles.xlsx(tmp_path / "loin.xlsx", hostiles.EXPORT + loin))
    assert f"cellule {adresse} : cette cellule est bien loin des autres → effacez-la et enregistrez" in dit


@pytest.mark.parametrize("adresse", ["XFD1048576", "A4294967296", "ZZZZZ9"])
def test_une_cellule_egaree_qui_ne_contient_que_des_blancs_ne_compte_pas(tmp_path: Path, adresse: str) -> None:
    loin = f'<row r="1048576">{hostiles.texte(adresse, "   ")}</row>'
    assert lire(hostiles.xlsx(tmp_path / "blancs.xlsx", hostiles.EXPORT + loin)) == [_ENTETE, ["C1", "F1", "31/01/2026", 12.5]]


def test_une_dimension_demesuree_ne_compte_pas(tmp_path: Path) -> None:
    chemin = hostiles.xlsx(tmp_path / "d.xlsx", hostiles.EXPORT, dimension="A1:XFD1048576")
    assert lire(chemin) == [_ENTETE, ["C1", "F1", "31/01/2026", 12.5]]


def test_une_derniere_cellule_egaree_d_un_xls_n_alourdit_pas_sa_lecture(tmp_path: Path) -> None:
    cellules = [hostiles.etiquette(0, 0, "Code client"), hostiles.nombre(1, 0, 5)]
    vide = hostiles.enregistrement(0x0201, struct.pack("<HHH", 65535, 255, 0))
    assert lire(hostiles.xls(tmp_path / "l.xls", [*cellules, vide], etendue=(65536, 256))) == [["Code client"], [5]]


def test_trop_d_onglets(tmp_path: Path) -> None:
    assert "50000 onglets : on en lit 5000 au plus" in refus(hostiles.xlsx(tmp_path / "o.xlsx", hostiles.EXPORT, onglets=50_000))


def test_vingt_millions_de_cellules_vides(tmp_path: Path) -> None:
    ligne = '<row r="2">' + '<c r="A1" s="1"/>' * 1000 + "</row>"
    dit = refus(hostiles.xlsx(tmp_path / "v.xlsx", hostiles.EXPORT + ligne * 20_500))
    assert "démesuré" in dit or "millions de cellules" in dit


# --- ce qui tourne en rond ----------------------------------------------------------------------------------------------


def test_une_chaine_ole_qui_boucle_est_refusee(tmp_path: Path) -> None:
    (tmp_path / "b.xls").write_bytes(hostiles.ole(b"\x09\x08" * 3000, boucle=True))
    assert "abîmé" in refus(tmp_path / "b.xls")


def test_une_table_de_secteurs_coupee_qui_se_nomme_elle_meme_est_refusee(tmp_path: Path) -> None:
    """Cinq cent seize octets : le secteur qui prolonge la table, coupé, ne porte que son propre numéro."""
    entete = bytearray(hostiles.ole(b""))[:516]
    entete[68:72], entete[512:516] = bytes(4), bytes(4)
    (tmp_path / "b.xls").write_bytes(entete)
    assert "abîmé" in refus(tmp_path / "b.xls")


def test_des_entites_emboitees_dans_les_types(tmp_path: Path) -> None:
    entites = "".join(f'<!ENTITY e{i} "{f"&e{i - 1};" * 10}">' for i in range(1, 12))
    types = f'<!DOCTYPE t [<!ENTITY e0 "aaaaaaaaaa">{entites}]><Types>&e11;</Types>'
    chemin = hostiles.xlsx(tmp_path / "e.xlsx", hostiles.EXPORT, types=types)
    assert lire(chemin)[1][0] == "C1"  # personne ne les déplie


def test_un_ods_mal_ferme_est_refuse_sans_etre_lu_sans_fin(tmp_path: Path) -> None:
    contenu = (
        '<office:document-content xmlns:office="o" xmlns:table="t" xmlns:text="x"><office:body><office:spreadsheet><table:table table:name="S">'
        '<table:table-row table:number-rows-repeated="999999999"><table:table-cell table:number-columns-repeated="999999999"'
        ' office:value-type="string"><text:p>X</text:p></table:table-cell></table:table-row></tableau></office:spreadsheet>'
    )
    with zipfile.ZipFile(tmp_path / "m.ods", "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", contenu)
    assert "abîmé" in refus(tmp_path / "m.ods")


# --- un mot de passe ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("corps", "dit"), [(struct.pack("<HHH", 0, 0x1234, 0x5678), "XOR"), (struct.pack("<HHH", 1, 1, 1), "mot de passe →")]
)
def test_un_xls_chiffre_est_dit_protege(tmp_path: Path, corps: bytes, dit: str) -> None:
    chemin = hostiles.xls(tmp_path / "x.xls", [hostiles.nombre(0, 0, 1)], globaux=hostiles.enregistrement(0x002F, corps))
    assert "protégé par un mot de passe" in (phrase := refus(chemin))
    assert dit in phrase


# --- des textes ---------------------------------------------------------------------------------------------------------


def test_un_csv_d_un_million_de_colonnes(tmp_path: Path) -> None:
    (tmp_path / "l.csv").write_text(";".join(["a"] * 1_000_000) + "\n1;2\n", encoding="utf-8")
    assert "cette ligne a 1000000 colonnes : on en lit 16384 au plus" in refus(tmp_path / "l.csv")


@pytest.mark.parametrize("fin", [b"\x41", b"\x3d\xd8", b"\x3d\xd8\x0a\x00"])
def test_un_utf_16_coupe_au_milieu_d_un_caractere(tmp_path: Path, fin: bytes) -> None:
    (tmp_path / "u.csv").write_bytes("Code client;Reste dû\r\nC1;12,50\r\n".encode("utf-16") + fin)
    assert "n'est plus en UTF-16" in refus(tmp_path / "u.csv")


@pytest.mark.parametrize("fin", ["\x1a", "\r\n\x1a", "\r\n\x1a\x1a\x1a\r\n"])
def test_le_ctrl_z_de_dos_ferme_le_fichier(tmp_path: Path, fin: str) -> None:
    (tmp_path / "z.csv").write_text(f"Code client;Reste dû\r\nC1;12,50{fin}", encoding="cp850", newline="")
    assert lire(tmp_path / "z.csv") == [["Code client", "Reste dû"], ["C1", "12,50"]]


def test_un_code_entre_egal_et_guillemets_garde_ses_zeros(tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_text('Code client;Reste dû\n="000123";"=""4,5"""\n="a;1\n', encoding="utf-8")
    assert lire(tmp_path / "c.csv")[1:] == [["000123", "4,5"], ['="a', "1"]]


def test_un_octet_de_cp1252_dans_un_utf_8_garde_sa_lettre(tmp_path: Path) -> None:
    (tmp_path / "m.csv").write_bytes("Code;Nom\n1;Élève été à Noël\n".encode() * 3 + "2;cé\n".encode("cp1252"))
    assert lire(tmp_path / "m.csv")[-1] == ["2", "cé"]


# --- ce que l'œil voit ----------------------------------------------------------------------------------------------------

FORMATS = ["000000", "[$$-409]#,##0.00", "#,##0.00\\ &quot;€&quot;", "0#&quot; &quot;##&quot; &quot;##"]


def test_les_zeros_de_tete_et_la_devise_du_format_d_un_xlsx(tmp_path: Path) -> None:
    ligne = (
        '<row r="3"><c r="A3" s="1"><v>123</v></c><c r="B3" s="4"><v>12345</v></c><c r="C3" s="3"><v>5</v></c>'
        '<c s="2" r="D3"><v>1234.125</v></c></row>'
    )
    lue = lire(hostiles.xlsx(tmp_path / "f.xlsx", hostiles.EXPORT + ligne, formats=FORMATS))[2]
    assert lue == ["000123", "01 23 45", "5 EUR", "1234,1250 USD"]


def test_un_code_de_plus_de_quinze_chiffres_a_perdu_les_siens(tmp_path: Path) -> None:
    ligne = f'<row r="3"><c r="A3"><v>12345678901234567</v></c>{hostiles.texte("B3", "F2")}{hostiles.texte("C3", "31/01/2026")}<c r="D3"><v>5</v></c></row>'
    lignes = lire_echeances(
        hostiles.xlsx(tmp_path / "p.xlsx", hostiles.EXPORT + ligne), {}, DelaiPaiement(), None, date(2026, 3, 31)
    ).lignes
    assert list(lignes["cause"]) == ["", "CLIENT_MANQUANT"]


def test_l_euro_seul_ne_change_rien(tmp_path: Path) -> None:
    ligne = '<row r="3"><c r="C3" s="1"><v>5</v></c></row>'
    assert lire(hostiles.xlsx(tmp_path / "e.xlsx", hostiles.EXPORT + ligne, formats=FORMATS[2:3]))[2][2] == 5


def test_les_zeros_de_tete_et_la_devise_du_format_d_un_xls(tmp_path: Path) -> None:
    rks = hostiles.enregistrement(0x00BD, struct.pack("<HHHIHIH", 1, 0, 1, (123 << 2) | 2, 2, (5 << 2) | 2, 1))
    chemin = hostiles.xls(tmp_path / "f.xls", [hostiles.etiquette(0, 0, "Code"), rks, hostiles.nombre(2, 1, 12.5, 2)],
                          formats=["000000", "[$£-809]#,##0.00"])  # fmt: skip
    assert lire(chemin) == [["Code", ""], ["000123", "5 GBP"], ["", "12,5 GBP"]]


@pytest.mark.skipif(not CAS.is_dir(), reason=f"exports d'essai absents ({CAS})")
@pytest.mark.parametrize(
    ("nom", "lignes", "cellules"),
    [
        ("devise_par_format.xlsx", 41, {(1, 5): "123,45 USD"}),
        ("code_egal_guillemets.csv", 41, {(1, 0): "000123"}),
        ("dimension_geante.xlsx", 41, {(1, 0): "000123", (1, 5): 123.45}),
        ("ctrl_z.csv", 41, {(1, 0): "000123"}),
        ("sheetjs.ods", 41, {(1, 0): "000123", (1, 5): 123.45}),
        ("sheetjs.xlsb", 41, {(1, 0): "000123", (1, 5): 123.45}),
        ("total_sans_libelle.xlsx", 42, {(41, 5): 54009.6}),
    ],
)
def test_les_exports_retors_se_lisent(nom: str, lignes: int, cellules: dict[tuple[int, int], Valeur]) -> None:
    lues = lire(CAS / nom)
    assert len(lues) == lignes
    assert {place: lues[place[0]][place[1]] for place in cellules} == cellules


# --- les limites ----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def gros(tmp_path_factory: pytest.TempPathFactory) -> Path:
    lignes = "".join(f'<row r="{i}"><c r="A{i}"><v>{i}</v></c><c r="B{i}" t="e"><v>#N/A</v></c></row>' for i in range(3, 300_000))
    return hostiles.xlsx(tmp_path_factory.mktemp("gros") / "gros.xlsx", hostiles.EXPORT + lignes)


def test_la_memoire_est_bornee(gros: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RELANCES_XL_MEMOIRE_MO", "100")
    assert "plus de 100 Mo de mémoire" in (dit := refus(gros))
    assert "RELANCES_XL_MEMOIRE_MO" in dit


def test_le_temps_est_borne(gros: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RELANCES_XL_DELAI_S", "1")
    assert "plus de 1 s de calcul" in (dit := refus(gros))
    assert "RELANCES_XL_DELAI_S" in dit


def test_un_enfant_qui_ne_repond_plus_est_arrete_a_la_montre(gros: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(enfant, "_PATIENCE", 0)
    assert "plus de 60 s de calcul" in refus(gros)


def test_un_python_neuf_lit_la_ou_la_souche_ne_sait_pas_partir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def morte(*_: object) -> int:
        raise ConnectionResetError

    monkeypatch.setattr(souche.Souche, "demander", morte)
    (feuille,) = lire_feuilles(hostiles.xlsx(tmp_path / "p.xlsx", hostiles.EXPORT))
    assert feuille.lignes[1] == ["C1", "F1", "31/01/2026", 12.5]


def test_une_limite_mal_ecrite_est_dite(gros: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RELANCES_XL_MEMOIRE_MO", "beaucoup")
    with pytest.raises(ErreurUtilisateur, match="la variable RELANCES_XL_MEMOIRE_MO vaut « beaucoup »"):
        lire(gros)


def test_le_classeur_entier_aussi_se_relit_avec_prudence(tmp_path: Path) -> None:
    loin = f'<row r="1048576">{hostiles.texte("XFD1048576", " ")}</row>'
    (feuille,) = lire_feuilles(hostiles.xlsx(tmp_path / "p.xlsx", hostiles.EXPORT + loin))
    assert feuille.lignes[1] == ["C1", "F1", "31/01/2026", 12.5]
