"""`actualiser` : la liste des clients et les modes changent, tout le reste du classeur survit."""

import shutil
import subprocess
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import PatternFill
from openpyxl.worksheet.cell_range import MultiCellRange
from openpyxl.worksheet.table import Table

from relances_xl.criteres.creation import creer_criteres
from relances_xl.criteres.lecture import lire_parametres
from relances_xl.criteres.tenir.rafraichir import rafraichir
from relances_xl.domaine.erreurs import ErreurUtilisateur
from relances_xl.domaine.selection import ordre_naturel
from relances_xl.fichiers.office.feuille_xml import FeuilleXml

JOUR = date(2026, 3, 31)
MODES, DEVISES = ["Virement", "Chèque"], ["EUR", "USD"]


def clients(*codes: str, **noms: str) -> pd.DataFrame:
    return pd.DataFrame(
        {"code_client": [*codes, *noms], "raison_sociale": [*(f"Client {code}" for code in codes), *noms.values()]}, dtype="str"
    )


@pytest.fixture
def criteres(tmp_path: Path) -> Path:
    chemin = tmp_path / "criteres.xlsx"
    creer_criteres(chemin, exemple=True)
    rafraichir(chemin, clients("C2", "C10", "C1"), MODES, DEVISES)
    return chemin


def onglet(chemin: Path, nom: str = "Clients") -> list[list[object]]:
    return [list(rangee) for rangee in openpyxl.load_workbook(chemin)[nom].iter_rows(values_only=True)]


def codes(chemin: Path) -> list[object]:
    return [rangee[1] for rangee in onglet(chemin)[1:]]


def parties(chemin: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(chemin) as archive:
        return {nom: archive.read(nom) for nom in archive.namelist()}


def cocher(chemin: Path, **coches: str) -> None:
    """Coche des clients à la main, comme le ferait openpyxl : code = ce qu'on écrit dans « Relancer »."""
    classeur = openpyxl.load_workbook(chemin)
    for rangee in classeur["Clients"].iter_rows(min_row=2):
        if (code := str(rangee[1].value)) in coches:
            rangee[0].value = coches[code]
    classeur.save(chemin)


def test_la_liste_est_remplie_dans_l_ordre_naturel_et_reste_lisible(criteres: Path) -> None:
    assert [r[:3] for r in onglet(criteres)[1:]] == [[None, "C1", "Client C1"], [None, "C2", "Client C2"], [None, "C10", "Client C10"]]
    assert [r[:2] for r in onglet(criteres, "Listes") if any(r[:2])] == [  # à côté, les plans que des formules tirent de « Niveaux »
        ["Modes de paiement", "Devises"],
        ["Tout", "EUR"],
        ["Chèque", "USD"],
        ["Virement", None],
    ]
    assert openpyxl.load_workbook(criteres)["Clients"].tables["T_Clients"].ref == "A1:H4"
    assert lire_parametres(criteres, JOUR).clients_coches == ()


def test_les_coches_suivent_leur_client_et_un_coche_disparu_est_garde_et_dit(criteres: Path) -> None:
    cocher(criteres, C2="x", C10="Oui")
    resume = rafraichir(criteres, clients("C10", "C3", "C0"), [], [])
    assert [r[:3] for r in onglet(criteres)[1:]] == [
        [None, "C0", "Client C0"], ["x", "C2", "Client C2"], [None, "C3", "Client C3"], ["Oui", "C10", "Client C10"],
    ]  # fmt: skip
    assert lire_parametres(criteres, JOUR).clients_coches == ("C2", "C10")
    assert "2 clients ajoutés" in resume and "gardés : C2" in resume and "1 client absent des exports retiré" in resume


def test_une_raison_sociale_changee_est_corrigee(criteres: Path) -> None:
    assert "1 raison sociale corrigée" in rafraichir(criteres, clients("C1", "C10", C2="Dupont & <Fils>"), [], [])
    assert onglet(criteres)[2][:3] == [None, "C2", "Dupont & <Fils>"]


def test_les_autres_parties_ne_changent_pas_d_un_octet(criteres: Path) -> None:
    avant = parties(criteres)
    rafraichir(criteres, clients("C1", "C4"), ["LCR"], [])
    apres = parties(criteres)
    assert list(avant) == list(apres)
    assert {nom for nom in avant if avant[nom] != apres[nom]} == {
        "xl/worksheets/sheet3.xml", "xl/worksheets/sheet10.xml", "xl/tables/table1.xml",
    }  # fmt: skip


def test_rien_a_changer_n_ecrit_rien(criteres: Path) -> None:
    avant, copie = criteres.stat().st_mtime_ns, criteres.with_name("criteres.xlsx.bak").read_bytes()
    assert "déjà à jour" in rafraichir(criteres, clients("C2", "C10", "C1"), MODES, DEVISES)
    assert criteres.stat().st_mtime_ns == avant
    assert criteres.with_name("criteres.xlsx.bak").read_bytes() == copie


def test_l_ancien_classeur_reste_a_cote_et_rien_d_autre(criteres: Path) -> None:
    avant = criteres.read_bytes()
    rafraichir(criteres, clients("C7"), MODES, DEVISES)
    assert criteres.with_name("criteres.xlsx.bak").read_bytes() == avant
    assert sorted(p.name for p in criteres.parent.iterdir()) == ["criteres.xlsx", "criteres.xlsx.bak"]


def test_les_colonnes_ajoutees_et_les_couleurs_suivent_leur_client(criteres: Path) -> None:
    classeur = openpyxl.load_workbook(criteres)
    feuille = classeur["Clients"]
    feuille["E1"] = "À rappeler"
    feuille["E2"], feuille["E4"] = "le matin", 45
    feuille["B4"].fill = PatternFill("solid", start_color="FF0000")
    classeur.save(criteres)
    rafraichir(criteres, clients("A1", "C3", "C10"), [], [])
    # C1 n'est plus dans les exports, mais l'utilisateur y a noté quelque chose
    assert [(r[1], r[4]) for r in onglet(criteres)[1:]] == [("A1", None), ("C1", "le matin"), ("C3", None), ("C10", 45)]
    feuille = openpyxl.load_workbook(criteres)["Clients"]
    assert [r[1].fill.start_color.rgb == "00FF0000" for r in feuille.iter_rows(min_row=2)] == [False, False, False, True]


@pytest.mark.parametrize("ancre", ["commentaire", "formule", "lien", "format conditionnel", "formule ailleurs"])
def test_ce_qui_tient_a_une_adresse_empeche_les_rangees_de_bouger(criteres: Path, ancre: str) -> None:
    classeur = openpyxl.load_workbook(criteres)
    feuille = classeur["Clients"]
    match ancre:
        case "commentaire":
            feuille["B3"].comment = Comment("paie toujours en retard", "moi")
        case "formule":
            feuille["D3"] = "=B3&C3"
        case "lien":
            feuille["C3"].hyperlink = "https://exemple.example"
        case "format conditionnel":
            feuille.conditional_formatting.add(
                "A2:C4", CellIsRule(operator="equal", formula=['"Oui"'], fill=PatternFill("solid", start_color="FFFF00"))
            )
        case "formule ailleurs":
            classeur.create_sheet("Mes notes")["A1"] = "=Clients!C3"
    classeur.save(criteres)
    rafraichir(criteres, clients("A1", "C1", "C10"), [], [])
    assert codes(criteres) == ["C1", "C2", "C10", "A1"]
    if ancre == "format conditionnel":
        assert [str(p.sqref) for p in openpyxl.load_workbook(criteres)["Clients"].conditional_formatting] == ["A2:C5"]


def test_les_cases_a_cocher_d_excel_survivent(tmp_path: Path) -> None:
    chemin = tmp_path / "criteres.xlsx"
    with xlsxwriter.Workbook(chemin) as classeur:
        feuille = classeur.add_worksheet("Clients")
        feuille.write_row(0, 0, ["Relancer", "Code client", "Raison sociale"])
        for rang, (code, coche) in enumerate((("C1", False), ("C2", True)), start=1):
            feuille.insert_checkbox(rang, 0, coche)
            feuille.write_row(rang, 1, [code, f"Client {code}"])
        classeur.add_worksheet("Listes").write_row(0, 0, ["Modes de paiement", "Devises"])
    avant = parties(chemin)
    rafraichir(chemin, clients("C1", "C0"), ["Virement"], ["EUR"])
    apres = parties(chemin)
    cases = [nom for nom in avant if "featurePropertyBag" in nom]
    assert cases and all(avant[nom] == apres[nom] for nom in cases)
    relue: Any = openpyxl.load_workbook(chemin)["Clients"]
    assert [[c.value for c in r[:2]] for r in relue.iter_rows(min_row=2)] == [[None, "C0"], [False, "C1"], [True, "C2"]]
    assert len({r[0]._style.xfId for r in relue.iter_rows(min_row=2)}) == 1
    assert len({r[0].style_id for r in relue.iter_rows(min_row=2)}) == 1


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice absent")
def test_un_classeur_reenregistre_par_libreoffice_se_rafraichit(criteres: Path, tmp_path: Path) -> None:
    cocher(criteres, C2="Oui")
    sortie = tmp_path / "lo"
    subprocess.run(
        ["soffice", f"-env:UserInstallation={(tmp_path / 'profil').as_uri()}", "--headless", "--convert-to", "xlsx", "--outdir", sortie, criteres],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    chemin = sortie / "criteres.xlsx"
    assert lire_parametres(chemin, JOUR).criteres == lire_parametres(criteres, JOUR).criteres
    rafraichir(chemin, clients("C1", "C3"), ["LCR"], ["CHF"])
    assert [r[:3] for r in onglet(chemin)[1:]] == [[None, "C1", "Client C1"], ["Oui", "C2", "Client C2"], [None, "C3", "Client C3"]]
    assert [r[0] for r in onglet(chemin, "Listes") if r[0]] == ["Modes de paiement", "Tout", "Chèque", "Virement", "LCR"]
    assert lire_parametres(chemin, JOUR).clients_coches == ("C2",)


def test_le_tableau_les_filtres_et_les_validations_suivent_la_liste(criteres: Path) -> None:
    classeur = openpyxl.load_workbook(criteres)
    feuille = classeur["Clients"]
    feuille.data_validations.dataValidation[0].sqref = MultiCellRange("A2:A4")
    classeur.save(criteres)
    rafraichir(criteres, clients(*(f"C{n}" for n in range(1, 31))), [], [])
    feuille = openpyxl.load_workbook(criteres)["Clients"]
    assert feuille.tables["T_Clients"].ref == feuille.tables["T_Clients"].autoFilter.ref == "A1:H31"
    assert str(feuille.data_validations.dataValidation[0].sqref) == "A2:A31"
    assert feuille.dimensions == "A1:H31"


def test_une_ligne_de_total_est_refusee_sans_rien_ecrire(criteres: Path) -> None:
    classeur = openpyxl.load_workbook(criteres)
    classeur["Clients"].tables["T_Clients"].totalsRowCount = 1
    classeur.save(criteres)
    avant = criteres.read_bytes()
    with pytest.raises(ErreurUtilisateur, match="ligne de total"):
        rafraichir(criteres, clients("C9"), [], [])
    assert criteres.read_bytes() == avant


@pytest.mark.parametrize("verrou", ["~$criteres.xlsx", ".~lock.criteres.xlsx#"])
def test_un_classeur_ouvert_est_refuse_avec_le_remede(criteres: Path, verrou: str) -> None:
    criteres.with_name(verrou).touch()
    avant = criteres.read_bytes()
    with pytest.raises(ErreurUtilisateur) as erreur:
        rafraichir(criteres, clients("C9"), [], [])
    assert "criteres.xlsx" in str(erreur.value) and "fermez-le" in str(erreur.value) and verrou in str(erreur.value)
    assert criteres.read_bytes() == avant


@pytest.mark.parametrize(
    ("abimer", "message"),
    [
        (lambda c: c["Clients"].__setattr__("title", "Mes clients"), "l'onglet « Clients » manque"),
        (lambda c: c["Clients"].__setitem__("B1", "Identifiant"), "la colonne « Code client » manque"),
        (lambda c: c["Clients"].__setitem__("A1", "Coche"), "la colonne « Relancer » manque"),
    ],
)
def test_un_onglet_clients_meconnaissable_est_refuse(tmp_path: Path, abimer, message: str) -> None:  # type: ignore[no-untyped-def]
    chemin = tmp_path / "criteres.xlsx"
    creer_criteres(chemin, exemple=False)
    classeur = openpyxl.load_workbook(chemin)
    abimer(classeur)
    classeur.save(chemin)
    with pytest.raises(ErreurUtilisateur, match=message):
        rafraichir(chemin, clients("C1"), [], [])


@pytest.mark.parametrize(("nom", "genre"), [("_rels/.rels", b"officeDocument"), ("xl/_rels/workbook.xml.rels", b"styles")])
def test_un_classeur_aux_liens_coupes_est_dit_abime(criteres: Path, nom: str, genre: bytes) -> None:
    brut = parties(criteres)
    with zipfile.ZipFile(criteres, "w") as archive:
        for partie, contenu in brut.items():
            archive.writestr(partie, contenu.replace(genre + b'"', b'inconnu"') if partie == nom else contenu)
    with pytest.raises(ErreurUtilisateur, match="illisible ou abîmé"):
        rafraichir(criteres, clients("C9"), [], [])


def test_une_archive_dont_une_partie_est_avant_le_debut_est_dite_abimee(criteres: Path) -> None:
    octets = criteres.read_bytes()
    fin = octets.rindex(b"PK\x05\x06")
    criteres.write_bytes(octets[:100] + octets[200:fin] + octets[fin:])  # cent octets manquent : les places sont fausses
    with pytest.raises(ErreurUtilisateur, match="illisible ou abîmé"):
        rafraichir(criteres, clients("C9"), [], [])


def test_un_classeur_tronque_est_dit_abime(criteres: Path) -> None:
    brut = parties(criteres)
    with zipfile.ZipFile(criteres, "w") as archive:
        for nom, contenu in brut.items():
            archive.writestr(nom, contenu[: len(contenu) // 2] if nom.endswith("sheet2.xml") else contenu)
    with pytest.raises(ErreurUtilisateur, match="illisible ou abîmé"):
        rafraichir(criteres, clients("C9"), [], [])


def test_sans_onglet_listes_il_est_remis_et_les_clients_rafraichis(criteres: Path) -> None:
    classeur = openpyxl.load_workbook(criteres)
    del classeur["Listes"]
    classeur.save(criteres)
    assert "onglets ajoutés : Listes" in rafraichir(criteres, clients("C1", "C5"), MODES, DEVISES)
    assert codes(criteres) == ["C1", "C5"] and "Listes" in openpyxl.load_workbook(criteres).sheetnames


def test_un_texte_piege_reste_du_texte(criteres: Path) -> None:
    pieges = {"=1+1": "=HYPERLINK()", "C&1": '<b>"gras"</b>', "0012": "NA", "411001": "tab\tet\nnul\x00"}
    rafraichir(criteres, clients(**pieges), ["@mode"], [])
    lus = {r[1].value: r[2].value for r in openpyxl.load_workbook(criteres)["Clients"].iter_rows(min_row=2)}
    assert lus == {"=1+1": "=HYPERLINK()", "C&1": '<b>"gras"</b>', "0012": "NA", "411001": "tab et nul"}
    assert "déjà à jour" in rafraichir(criteres, clients(**pieges), ["@mode"], [])


def test_le_xml_de_tout_ecrivain_se_decoupe() -> None:
    espace = b'xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    rangees = b"<x:row r='1' spans='1:3' ht=\"20\"><x:c r='A1' t='s'><x:v>0</x:v></x:c><x:c t='str'><x:f>1&gt;0</x:f><x:v>b</x:v></x:c><x:c r='D1' s='4'/></x:row><x:row><x:c><x:v>411001</x:v></x:c><x:c><x:v>4.11E5</x:v></x:c></x:row>"
    xml = b"<?xml version='1.0'?><x:worksheet " + espace + b"><x:sheetData>" + rangees + b"</x:sheetData><x:pageMargins/></x:worksheet>"
    feuille = FeuilleXml(xml, ["é & è"])
    assert {(n, col): cel.texte for n, r in feuille.rangees.items() for col, cel in r.cellules.items()} == {
        (1, 1): "é & è", (1, 2): "b", (1, 4): "", (2, 1): "411001", (2, 2): "411000",
    }  # fmt: skip
    assert feuille.rangees[1].cellules[2].formule
    feuille.rangee(3).cellules[1] = feuille.cellule_texte("neuf", "4")
    relue = FeuilleXml(feuille.rendre(), ["é & è"])
    assert relue.rangees[3].texte(1) == "neuf" and relue.rangees[1].texte(2) == "b"
    assert relue.rendre() == feuille.rendre()
    vide = FeuilleXml(b"<worksheet><sheetData/><pageMargins/></worksheet>", [])
    vide.rangee(1).cellules[2] = vide.cellule_texte("a", "")
    assert b'<sheetData><row r="1"><c r="B1" t="inlineStr"><is><t>a</t></is></c></row></sheetData><pageMargins/>' in vide.rendre()


noms_de_clients = st.lists(st.integers(1, 30), unique=True, max_size=8)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(avant=noms_de_clients, apres=noms_de_clients, coches=st.sets(st.integers(1, 30)))
def test_la_liste_est_celle_des_exports_plus_les_coches(tmp_path: Path, avant: list[int], apres: list[int], coches: set[int]) -> None:
    chemin = tmp_path / "criteres.xlsx"
    creer_criteres(chemin, exemple=False)
    rafraichir(chemin, clients(*(f"C{n}" for n in avant)), [], [])
    cocher(chemin, **{f"C{n}": "Oui" for n in coches})
    rafraichir(chemin, clients(*(f"C{n}" for n in apres)), [], [])
    attendus = {f"C{n}" for n in apres} | {f"C{n}" for n in coches & set(avant)}
    assert [code for code in codes(chemin) if code] == sorted(attendus, key=ordre_naturel)
    assert set(lire_parametres(chemin, JOUR).clients_coches) == {f"C{n}" for n in coches & set(avant)}


def test_un_tableau_pose_par_l_utilisateur_ailleurs_sur_l_onglet_ne_bouge_pas(criteres: Path) -> None:
    classeur = openpyxl.load_workbook(criteres)
    feuille = classeur["Clients"]
    for place, texte in (("K10", "Mémo"), ("K11", "rappeler lundi")):
        feuille[place] = texte
    feuille.add_table(Table(displayName="Memo", ref="K10:K11"))
    classeur.save(criteres)
    rafraichir(criteres, clients("A1", "C1", "C2", "C10"), [], [])
    feuille = openpyxl.load_workbook(criteres)["Clients"]
    assert feuille.tables["Memo"].ref == "K10:K11" and feuille["K11"].value == "rappeler lundi"
    assert feuille.tables["T_Clients"].ref.startswith("A1:H")
