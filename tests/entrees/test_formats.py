"""Un même export dans tous les formats se lit pareil, et un fichier abîmé ne fait jamais planter."""

import re
import shutil
import struct
import subprocess
import zipfile
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from feuilles_lues import lire_feuilles
from hypothesis import given, settings
from hypothesis import strategies as st
from lieux import DONNEES

from relances_xl.domaine import tables as c
from relances_xl.domaine.ecrits.dates import DelaiPaiement
from relances_xl.domaine.erreurs import ErreurUtilisateur
from relances_xl.domaine.feuilles import CelluleErreur, Valeur
from relances_xl.entrees.exports import Lecture, lire_echeances

LIGNES: list[list[Any]] = [
    ["Balance au 31/03/2026"],
    [],
    ["Code client", "Raison sociale", "N° pièce", "Date pièce", "Date d'échéance", "Montant", "Réglé", "Reste dû"],
    ["0102", "Élevage Noël & Fils", "F1", date(2026, 1, 1), date(2026, 1, 31), 1234.56, 0, "=F4-G4"],
    [411001, "Société n° 2", 70001, date(2026, 1, 1), "=1/0", 100, 0.1, "=F5-G5"],
    ["NA", "Ça & là", "F3", date(2026, 1, 1), date(2026, 2, 28), -50, 0, "=NA()"],
    ["Total", None, None, None, None, "=SUM(F4:F6)", None, 1],
]


PARLANTS = [(123, "[$$-409]#,##0.00", 1000), (45, "[$£-809]#,##0.00", 200.5), (6, '#,##0.00\\ "€"', 30), (7, "[$¥-411]#,##0", 5000)]
"""(code montré « 000000 », format du reste dû, reste dû) : ce que seul le format d'une cellule dit."""
MONTRES = [("000123", "USD", 100000), ("000045", "GBP", 20050), ("000006", "EUR", 3000), ("000007", "JPY", 5000)]


def classeur_parlant(chemin: Path) -> Path:
    classeur = openpyxl.Workbook()
    feuille = classeur.worksheets[0]
    feuille.append(["Code client", "N° pièce", "Échéance", "Reste dû"])
    for rang, (code, format_, reste) in enumerate(PARLANTS, start=2):
        feuille.append([code, f"F{rang}", date(2026, 1, 31), reste])
        feuille.cell(rang, 1).number_format, feuille.cell(rang, 4).number_format = "000000", format_
    feuille.append([8, "F9", date(2026, 1, 31), "=NA()"])
    classeur.save(chemin)
    return chemin


def montres(lecture: Lecture) -> list[tuple[object, ...]]:
    lues = lecture.lignes[lecture.lignes[c.CAUSE] == ""]
    return list(zip(lues[c.CODE_CLIENT], lues[c.DEVISE], lues[c.RESTE_DU], strict=True))


def lire(chemin: Path) -> Lecture:
    return lire_echeances(chemin, {}, DelaiPaiement(), None, date(2026, 3, 31))


@pytest.fixture(scope="module")
def formats(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Le dossier où LibreOffice a enregistré l'export, calculé, dans chaque format."""
    if not shutil.which("soffice"):
        pytest.skip("LibreOffice (soffice) est nécessaire pour écrire les autres formats")
    dossier = tmp_path_factory.mktemp("formats")
    classeur = openpyxl.Workbook()
    assert classeur.active is not None
    for ligne in LIGNES:
        classeur.active.append(ligne)
    classeur.save(dossier / "source.xlsx")
    classeur_parlant(dossier / "parlants.xlsx")
    profil = f"-env:UserInstallation={(dossier / 'profil').as_uri()}"
    for forme in ("xlsx", "ods", "xls", "csv:Text - txt - csv (StarCalc):59,34,ANSI,1,,0,false,true"):
        commande = [
            "soffice",
            profil,
            "--headless",
            "--convert-to",
            forme,
            "--outdir",
            str(dossier / "sorties"),
            str(dossier / "source.xlsx"),
            *([] if forme.startswith("csv") else [str(dossier / "parlants.xlsx")]),
        ]
        subprocess.run(commande, capture_output=True, timeout=120, check=True)
    return dossier / "sorties"


@pytest.mark.parametrize("extension", ["xlsx", "ods", "xls"])
def test_un_export_se_lit_pareil_dans_chaque_format(formats: Path, extension: str) -> None:
    lecture = lire(formats / f"source.{extension}")
    lignes = lecture.lignes
    assert (lecture.format, lecture.hors_tableau) == (extension, 3)
    assert list(lignes[c.LIGNE]) == [4, 5, 6]
    assert list(lignes[c.CODE_CLIENT]) == ["0102", "411001", "NA"]
    assert list(lignes[c.PIECE]) == ["F1", "70001", "F3"]
    assert list(lignes[c.RESTE_DU]) == [123456, 9990, 0]
    assert list(lignes[c.CAUSE]) == ["", "DATE_ILLISIBLE", "MONTANT_ILLISIBLE"]
    assert "#DIV/0!" in lignes[c.EXPLICATION][1]
    assert "#N/A" in lignes[c.EXPLICATION][2]


@pytest.mark.parametrize("extension", ["xlsx", "ods", "xls"])
def test_le_format_d_une_cellule_dit_sa_devise_et_ses_zeros_de_tete(formats: Path, extension: str) -> None:
    lecture = lire(formats / f"parlants.{extension}")
    assert montres(lecture) == MONTRES
    assert lecture.lignes[c.CAUSE].tolist()[-1] == "MONTANT_ILLISIBLE"


def test_des_cellules_sans_adresse_se_lisent_comme_les_autres(tmp_path: Path) -> None:
    """L'attribut `r` d'une cellule est facultatif : devises, zéros de tête, erreurs et formules sans résultat se retrouvent sans lui."""
    with zipfile.ZipFile(classeur_parlant(tmp_path / "a.xlsx")) as source, zipfile.ZipFile(tmp_path / "b.xlsx", "w") as cible:
        for nom in source.namelist():
            contenu = source.read(nom)
            cible.writestr(nom, re.sub(rb'(<(?:c|row)\b[^<>]*?) r="[A-Z]*\d+"', rb"\1", contenu) if "sheet1" in nom else contenu)
    lecture = lire(tmp_path / "b.xlsx")
    assert montres(lecture) == MONTRES
    assert lecture.lignes[c.CAUSE].tolist()[-1] == "MONTANT_ILLISIBLE", "une formule sans résultat n'est pas un reste dû nul"


def test_les_memes_lignes_en_csv(formats: Path) -> None:
    lignes = lire(formats / "source.csv").lignes
    assert list(lignes[c.CODE_CLIENT]) == ["0102", "411001", "NA"]
    assert list(lignes[c.RAISON_SOCIALE]) == ["Élevage Noël & Fils", "Société n° 2", "Ça & là"]
    assert list(lignes[c.RESTE_DU]) == [123456, 9990, 0]


# --- .xlsb, écrit à la main : aucun logiciel libre n'en écrit -----------------------------------------------------


def _enregistrement(genre: int, corps: bytes = b"") -> bytes:
    tete = bytes([genre]) if genre < 128 else bytes([genre & 0x7F | 0x80, genre >> 7])
    return tete + bytes([len(corps)]) + corps


def _texte(texte: str) -> bytes:
    return struct.pack("<I", len(texte)) + texte.encode("utf-16-le")


def _xlsb(chemin: Path, cellules: list[tuple[int, int, int, bytes]], formats: Mapping[tuple[int, int], str] | None = None) -> Path:
    """Un .xlsb d'un onglet « Export » ; cellules : (ligne, colonne, genre d'enregistrement, valeur) ; formats : (ligne, colonne) → son format."""
    formats = formats or {}
    styles = {place: rang for rang, place in enumerate(formats, start=1)}
    lien = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    rels = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="{}" Target="{}"/></Relationships>'
    classeur = (_enregistrement(131), _enregistrement(143), _enregistrement(156, struct.pack("<II", 0, 1) + _texte("rId1") + _texte("Export")),
                _enregistrement(144), _enregistrement(132))  # fmt: skip
    feuille = [_enregistrement(129), _enregistrement(148, struct.pack("<4I", 0, 9, 0, 9)), _enregistrement(145)]
    for ligne in sorted({ligne for ligne, *_ in cellules}):
        feuille.append(_enregistrement(0, struct.pack("<IIHBBBI", ligne, 0, 0, 0, 0, 0, 0)))
        for rang, colonne, genre, valeur in cellules:
            if rang == ligne:
                feuille.append(_enregistrement(genre, struct.pack("<II", colonne, styles.get((ligne, colonne), 0)) + valeur))
    feuille += [_enregistrement(146), _enregistrement(130)]
    with zipfile.ZipFile(chemin, "w") as archive:
        archive.writestr("[Content_Types].xml", '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>')
        archive.writestr("_rels/.rels", rels.format(f"{lien}/officeDocument", "xl/workbook.bin"))
        archive.writestr("xl/workbook.bin", b"".join(classeur))
        liens = [
            rels.format(f"{lien}/worksheet", "worksheets/sheet1.bin"),
            f'<Relationship Id="rId2" Type="{lien}/styles" Target="styles.bin"/></Relationships>',
        ]
        archive.writestr("xl/_rels/workbook.bin.rels", liens[0] if not formats else liens[0].replace("</Relationships>", liens[1]))
        archive.writestr("xl/styles.bin", _styles(list(formats.values())))
        archive.writestr("xl/worksheets/sheet1.bin", b"".join(feuille))
    return chemin


def _styles(formats: list[str]) -> bytes:
    """Le style 0, ordinaire, puis un style par format."""
    ecrits = [_enregistrement(44, struct.pack("<H", 164 + rang) + _texte(format_)) for rang, format_ in enumerate(formats)]
    numeros = [0, *range(164, 164 + len(formats))]
    styles = [_enregistrement(47, struct.pack("<HH12x", 0, numero)) for numero in numeros]
    return b"".join(
        (
            _enregistrement(615, struct.pack("<I", len(ecrits))), *ecrits, _enregistrement(616),
            _enregistrement(617, struct.pack("<I", len(styles))), *styles, _enregistrement(618),
        )
    )  # fmt: skip


def test_un_xlsb_montre_les_devises_et_les_zeros_de_tete_de_ses_formats(tmp_path: Path) -> None:
    cellules = [(0, rang, 6, _texte(titre)) for rang, titre in enumerate(("Code client", "N° pièce", "Échéance", "Reste dû"))]
    formats: dict[tuple[int, int], str] = {}
    for ligne, (code, format_, reste) in enumerate(PARLANTS, start=1):
        cellules += [
            (ligne, 0, 5, struct.pack("<d", code)),
            (ligne, 1, 6, _texte(f"F{ligne}")),
            (ligne, 2, 6, _texte("31/01/2026")),
            (ligne, 3, 5, struct.pack("<d", reste)),
        ]
        formats |= {(ligne, 0): "000000", (ligne, 3): format_}
    assert montres(lire(_xlsb(tmp_path / "export.xlsb", cellules, formats))) == MONTRES


def test_un_xlsb_se_lit_erreurs_comprises(tmp_path: Path) -> None:
    chemin = _xlsb(
        tmp_path / "export.xlsb",
        [
            (0, 0, 6, _texte("Code")),
            (1, 1, 5, struct.pack("<d", 12.5)),
            (2, 0, 3, b"\x2a"),
            (3, 1, 11, b"\x07\0\0\0\0\0\0"),
        ],
    )
    (feuille,) = lire_feuilles(chemin)
    lues: dict[tuple[int, int], Valeur] = {
        (i, j): valeur for i, ligne in enumerate(feuille.lignes) for j, valeur in enumerate(ligne) if valeur is not None
    }
    assert lues == {(0, 0): "Code", (1, 1): 12.5, (2, 0): CelluleErreur("#N/A"), (3, 1): CelluleErreur("#DIV/0!")}


# --- fichiers abîmés ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def modeles(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    dossier = tmp_path_factory.mktemp("modeles")
    classeur = openpyxl.Workbook()
    assert classeur.active is not None
    for ligne in LIGNES:
        classeur.active.append(ligne)
    classeur.save(dossier / "a.xlsx")
    clair = dossier / "clair.xlsx"  # sans compression, un octet changé atteint le XML lui-même
    with zipfile.ZipFile(dossier / "a.xlsx") as source, zipfile.ZipFile(clair, "w", zipfile.ZIP_STORED) as cible:
        for nom in source.namelist():
            cible.writestr(nom, source.read(nom))
    binaire = _xlsb(dossier / "a.xlsb", [(0, 0, 6, _texte("Code")), (2, 0, 3, b"\x2a")])
    return {
        "xlsx": (dossier / "a.xlsx").read_bytes(),
        "clair": clair.read_bytes(),
        "xlsb": binaire.read_bytes(),
    } | dict(_reels())


def _reels() -> Iterator[tuple[str, bytes]]:
    classeurs = DONNEES / "classeurs" / "calamine"
    for nom in ("date.ods", "date_1904.xls", "merge_cells.xls"):
        if (classeurs / nom).exists():
            yield nom, (classeurs / nom).read_bytes()


@settings(deadline=None, max_examples=40)
@given(
    st.sampled_from(["xlsx", "clair", "xlsb", "date.ods", "date_1904.xls", "merge_cells.xls"]),
    st.integers(0, 1 << 30),
    st.binary(min_size=1, max_size=4),
)
def test_des_octets_changes_sont_lus_ou_refuses_jamais_une_trace(
    modeles: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory, nom: str, place: int, octets: bytes
) -> None:
    if nom not in modeles:
        return
    abime = bytearray(modeles[nom])
    debut = place % len(abime)
    abime[debut : debut + len(octets)] = octets
    chemin = tmp_path_factory.mktemp("abime") / f"export.{nom.rpartition('.')[2]}"
    chemin.write_bytes(abime)
    try:
        feuilles = lire_feuilles(chemin)
    except ErreurUtilisateur as refus:
        assert all(faute.remede for faute in refus.fautes)
    else:
        assert isinstance(feuilles, list)


@pytest.mark.parametrize("bornes", [(0, 0xFF000000), (0x3B0000, 5)])
def test_une_etendue_folle_dans_un_xls_est_refusee_avant_d_etre_reservee(
    modeles: dict[str, bytes], tmp_path: Path, bornes: tuple[int, int]
) -> None:
    if "merge_cells.xls" not in modeles:
        pytest.skip("classeurs d'essai absents")
    octets = bytearray(modeles["merge_cells.xls"])
    debut = octets.index(b"\x00\x02\x0e\x00") + 4  # l'enregistrement Dimensions de la feuille
    octets[debut : debut + 8] = struct.pack("<II", *bornes)
    (tmp_path / "fou.xls").write_bytes(octets)
    with pytest.raises(ErreurUtilisateur, match="c'est trop pour être lu"):
        lire_feuilles(tmp_path / "fou.xls")


def test_les_lignes_lues_ont_le_type_des_colonnes_du_domaine(tmp_path: Path) -> None:
    (tmp_path / "e.csv").write_text("Code client;N° pièce;Échéance;Reste dû\nC1;F1;31/01/2026;1,00\n", encoding="utf-8")
    lignes = lire(tmp_path / "e.csv").lignes
    types = {champ.nom: str(lignes[champ.nom].dtype) for champ in c.CHAMPS_ECHEANCE}
    assert types == {
        champ.nom: {"date": "datetime64[s]", "oui/non, ou un motif en toutes lettres": "bool", "entier": "int64", "montant": "Int64"}.get(champ.type, "str")
        for champ in c.CHAMPS_ECHEANCE
    } | {c.RESTE_DU: "int64"}  # fmt: skip
    assert isinstance(lignes.index, pd.RangeIndex)
