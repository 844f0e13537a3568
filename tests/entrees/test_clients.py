"""Le fichier clients : lu sans rien refuser, un client par code, rapproché des échéances (contrat §3)."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from fabrique import clients as fabriquer_clients
from fabrique import echeances as fabriquer_echeances
from hypothesis import given, settings
from hypothesis import strategies as st
from lieux import DONNEES

from relances_xl.domaine import tables as c
from relances_xl.domaine.ecrits.dates import DelaiPaiement
from relances_xl.domaine.erreurs import ErreurUtilisateur, Faute
from relances_xl.domaine.feuilles import CelluleErreur, Formule, Valeur
from relances_xl.domaine.schemas import CLIENTS
from relances_xl.entrees.clients import LectureClients, lire_clients, normaliser
from relances_xl.entrees.colonnes.hors_tableau import Tri
from relances_xl.entrees.exports import lire_echeances
from relances_xl.entrees.tiers.noms import separer_code_nom
from relances_xl.entrees.tiers.normalisation import lire_code_postal, lire_delai, lire_telephone
from relances_xl.entrees.tiers.rapprochement import cle_code, rapprocher

CREANCES = DONNEES / "creances" / "creances_b2b.csv"


def ecrire(chemin: Path, *lignes: Sequence[Any]) -> Path:
    classeur = openpyxl.Workbook()
    for ligne in lignes:
        classeur.active.append(list(ligne))  # type: ignore[union-attr]
    classeur.save(chemin)
    return chemin


def lire(tmp_path: Path, *lignes: Sequence[Any], **colonnes: str) -> LectureClients:
    chemin = ecrire(tmp_path / "clients.xlsx", *lignes)
    return lire_clients(chemin, {("Clients", champ): entete for champ, entete in colonnes.items()})


def une(champ: str, valeur: Valeur, **autres: Valeur) -> tuple[object, str]:
    """La valeur lue d'un champ, pour un client, et les avertissements."""
    cellules: dict[str, list[Valeur]] = {c.CODE_CLIENT: ["C1"], champ: [valeur], **{nom: [autre] for nom, autre in autres.items()}}
    table, avertissements = normaliser(cellules, [2], "clients.xlsx")
    return table.loc[0, champ], dire(avertissements)


def dire(fautes: list[Faute] | tuple[Faute, ...]) -> str:
    return "\n".join(map(str, fautes))


# --- Lire -----------------------------------------------------------------------------------------------------------


def test_un_classeur_ordinaire(tmp_path: Path) -> None:
    lu = lire(
        tmp_path,
        ["Liste des clients au 31/03/2026"],
        [],
        ["Code client", "Raison sociale", "Code postal", "Téléphone", "Type", "Mode d'envoi"],
        [411001, "Dupont & Fils", 1000, 612345678, "pro", "courriel"],
        ["007", "Mairie d'Ys", "29000", "02 98 00 00 00", "collectivité", ""],
    )
    assert lu.clients[c.CODE_CLIENT].tolist() == ["411001", "007"]
    assert lu.clients[c.CODE_POSTAL].tolist() == ["01000", "29000"]
    assert lu.clients[c.TELEPHONE].tolist() == ["0612345678", "02 98 00 00 00"]
    assert lu.clients[c.TYPE_CLIENT].tolist() == ["Professionnel", "Public"]
    assert lu.clients[c.ENVOI].tolist() == ["Email", ""]
    assert lu.avertissements == ()
    assert lu.appariement[c.ENVOI] == "Mode d'envoi"


def test_toutes_les_colonnes_sont_la_du_bon_type_et_jamais_nan(tmp_path: Path) -> None:
    lu = lire(tmp_path, ["Code client"], ["C1"], ["NA"])
    assert list(lu.clients.columns) == [champ.nom for champ in c.CHAMPS_CLIENT] == list(CLIENTS.vide().columns)
    assert lu.clients.dtypes.to_dict() == CLIENTS.vide().dtypes.to_dict()
    assert not lu.clients.isna().any().any()
    assert lu.clients[c.CODE_CLIENT].tolist() == ["C1", "NA"]


def test_sans_colonne_de_code_on_refuse_en_montrant_les_en_tetes(tmp_path: Path) -> None:
    with pytest.raises(ErreurUtilisateur, match=r"clients\.xlsx.*code_client.*« Ville ».*« Adresse »"):
        lire(tmp_path, ["Ville", "Adresse"], ["Ys", "quai"])


def test_deux_colonnes_d_adresse_electronique_se_refusent_puis_se_choisissent(tmp_path: Path) -> None:
    lignes = (["Code client", "Email", "E-mail"], ["C1", "a@a.fr", "b@b.fr"])
    with pytest.raises(ErreurUtilisateur, match=r"« Email » .*« E-mail »"):
        lire(tmp_path, *lignes, email="")
    assert lire(tmp_path, ["Code client", "Email", "Courriel"], lignes[1], email="Courriel").clients[c.EMAIL].tolist() == ["b@b.fr"]  # fmt: skip


def test_un_fichier_clients_vide_est_refuse(tmp_path: Path) -> None:
    with pytest.raises(ErreurUtilisateur):
        lire(tmp_path)


def test_code_et_nom_dans_une_meme_colonne(tmp_path: Path) -> None:
    lu = lire(tmp_path, ["Client", "Ville"], ["C001 - Dupont", "Ys"], ["C002 - Durand - Fils", "Is"])
    assert lu.clients[c.CODE_CLIENT].tolist() == ["C001", "C002"]
    assert lu.clients[c.RAISON_SOCIALE].tolist() == ["Dupont", "Durand - Fils"]


@pytest.mark.parametrize(
    "valeurs",
    [
        ["C001 - Dupont", "C002"],
        ["Martin - Fils"],
        ["C001-Dupont"],
        ["", ""],
        [],
        ["C 001 - Dupont"],
    ],
)
def test_une_colonne_qui_n_a_pas_toute_la_forme_code_nom_reste_entiere(valeurs: list[str]) -> None:
    assert separer_code_nom(valeurs) is None


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.from_regex(r"[A-Z]{1,3}[0-9]{1,5}", fullmatch=True), st.from_regex(r"[A-Z][a-z]+( [-&] [A-Z][a-z]+)?", fullmatch=True)), min_size=1))  # fmt: skip
def test_ce_qu_on_a_joint_se_separe(couples: list[tuple[str, str]]) -> None:
    assert separer_code_nom([f"{code} - {nom}" for code, nom in couples]) == ([x for x, _ in couples], [x for _, x in couples])  # fmt: skip


# --- Valeurs --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("valeur", "pays", "attendu"),
    [
        (1000, None, "01000"),
        (1000.0, "France", "01000"),
        ("01000", "", "01000"),
        ("1000", "FR", "01000"),
        ("1000", "", "1000"),
        (1000, "Belgique", "1000"),
        (75001, "", "75001"),
        ("2A004", "", "2A004"),
        ("SW1A 1AA", "UK", "SW1A 1AA"),
        (None, "", ""),
    ],
)
def test_un_code_postal_garde_ou_retrouve_son_zero(valeur: Valeur, pays: Valeur, attendu: str) -> None:
    assert lire_code_postal(valeur, pays) == attendu


@pytest.mark.parametrize(
    ("valeur", "pays", "attendu"),
    [
        (612345678, None, "0612345678"),
        ("612345678", "", "0612345678"),
        ("0612345678", "", "0612345678"),
        (33612345678, "", "+33612345678"),
        ("+33 6 12 34 56 78", "", "+33 6 12 34 56 78"),
        (612345678, "Espagne", "612345678"),
        ("01 23 45 67 89 (std)", "", "01 23 45 67 89 (std)"),
    ],
)
def test_un_telephone_est_un_texte(valeur: Valeur, pays: Valeur, attendu: str) -> None:
    assert lire_telephone(valeur, pays) == attendu


@pytest.mark.parametrize(
    ("champ", "valeur", "attendu"),
    [
        (c.TYPE_CLIENT, "B2B", "Professionnel"),
        (c.TYPE_CLIENT, "Société", "Professionnel"),
        (c.TYPE_CLIENT, "PARTICULIERS", "Particulier"),
        (c.TYPE_CLIENT, "Individual", "Particulier"),
        (c.TYPE_CLIENT, "Secteur public", "Public"),
        (c.ENVOI, "e-mail", "Email"),
        (c.ENVOI, "Poste", "Courrier"),
        (c.LANGUE, "Anglais", "en"),
        (c.LANGUE, "fr_FR", "fr"),
        (c.LANGUE, "PL", "pl"),
        (c.SIREN, "552 081 317", "552081317"),
        (c.SIREN, "552 081 317 00012", "552081317"),
        (c.SIREN, 552081317.0, "552081317"),
        (c.EMAIL, "mailto:a@b.fr", "a@b.fr"),
        (c.EMAIL, "a@b.fr,c@d.fr", "a@b.fr; c@d.fr"),
        (c.DELAI_PAIEMENT, 30.0, "30"),
        (c.ADRESSE1, CelluleErreur("#N/A"), ""),
        (c.EXCLURE, "Oui", True),
        (c.EXCLURE, "accord du dirigeant", True),
        (c.EXCLURE, "Non", False),
        (c.EXCLURE, None, False),
    ],
)
def test_une_valeur_est_ramenee_a_une_seule_ecriture(champ: str, valeur: Valeur, attendu: object) -> None:
    assert une(champ, valeur) == (attendu, "")


@pytest.mark.parametrize(
    ("champ", "valeur"),
    [(c.TYPE_CLIENT, "gros"), (c.ENVOI, "pigeon"), (c.LANGUE, "klingon"), (c.EMAIL, "dupont.fr"), (c.DELAI_PAIEMENT, "selon devis")],
)  # fmt: skip
def test_ce_qui_ne_se_lit_pas_est_vide_et_se_dit_sans_refuser(champ: str, valeur: str) -> None:
    lue, avertissement = une(champ, valeur)
    assert lue == ""
    assert f"« {valeur} »" in avertissement and "C1" in avertissement and "clients.xlsx" in avertissement


@pytest.mark.parametrize(
    ("texte", "attendu"),
    [
        ("30", "30"),
        ("30 jours", "30"),
        ("30 jours date de facture", "30"),
        ("30 jours fin de mois", "30 fin de mois"),
        ("45 jours fin de mois le 10", "45 fin de mois le 10"),
        ("Fin de mois 45", "fin de mois 45"),
        ("À réception de facture", "0"),
        ("Comptant", "0"),
        ("Net 30", "30"),
        ("30 Days", "30"),
        ("Immediate Payment", "0"),
        ("", ""),
        ("30 % à la commande", None),
    ],
)
def test_un_delai_s_ecrit_de_bien_des_facons(texte: str, attendu: str | None) -> None:
    assert lire_delai(texte) == attendu


@pytest.mark.parametrize("dite", ["Néant", "In bonis", "-", "aucune", ""])
def test_ce_qui_dit_qu_il_n_y_a_pas_de_procedure_n_exclut_personne(dite: str) -> None:
    table, avertissements = normaliser({c.CODE_CLIENT: ["C1"], c.PROCEDURE_COLLECTIVE: [dite]}, [2], "clients.xlsx")
    assert (table[c.PROCEDURE_COLLECTIVE].tolist(), table[c.NOTE].tolist(), avertissements) == ([False], [""], [])


def test_le_texte_d_une_procedure_collective_rejoint_la_note() -> None:
    cellules: dict[str, list[Valeur]] = {c.CODE_CLIENT: ["C1", "C2"], c.PROCEDURE_COLLECTIVE: ["RJ du 12/03/2026", "Non"], c.NOTE: ["VIP", "x"]}  # fmt: skip
    table, _ = normaliser(cellules, [2, 3], "clients.xlsx")
    assert table[c.PROCEDURE_COLLECTIVE].tolist() == [True, False]
    assert table[c.NOTE].tolist() == ["VIP ; RJ du 12/03/2026", "x"]


# --- Un client par code ---------------------------------------------------------------------------------------------


def test_plusieurs_lignes_d_un_code_la_premiere_est_gardee_entiere(tmp_path: Path) -> None:
    """Compléter l'adresse de l'une par celle de l'autre ferait une adresse qui n'existe pas."""
    lu = lire(
        tmp_path,
        ["Code client", "Nom client", "Adresse 1", "Adresse 2", "Exclure"],
        ["C1", "Dupont SARL", "1 rue Haute", "", ""],
        ["C2", "Durand", "", "", ""],
        ["C1", "DUPONT", "9 rue Basse", "Bât. B", "Oui"],
    )
    assert lu.clients[c.CODE_CLIENT].tolist() == ["C1", "C2"]
    assert lu.clients[[c.RAISON_SOCIALE, c.ADRESSE1, c.ADRESSE2]].iloc[0].tolist() == ["Dupont SARL", "1 rue Haute", ""]
    assert lu.clients[c.EXCLURE].tolist() == [True, False]
    assert "sur plusieurs lignes, la première est gardée : C1" in dire(lu.avertissements)
    assert "« Dupont SARL » / « DUPONT »" in dire(lu.avertissements)


def test_un_code_qui_porte_deux_noms_etrangers_se_signale(tmp_path: Path) -> None:
    lu = lire(tmp_path, ["Code client", "Nom client"], ["C1", "Dupont"], ["C1", "Boucherie Legrand"])
    assert "noms différents : C1 (« Dupont » / « Boucherie Legrand »)" in dire(lu.avertissements)


def test_deux_codes_qui_ne_different_que_par_la_casse_restent_deux_clients(tmp_path: Path) -> None:
    assert lire(tmp_path, ["Code client"], ["c1"], ["C1"]).clients[c.CODE_CLIENT].tolist() == ["c1", "C1"]


def test_un_client_sans_code_garde_son_nom_pour_code_s_il_est_unique(tmp_path: Path) -> None:
    lu = lire(tmp_path, ["Code client", "Nom client", "Ville"], ["C1", "Dupont", "Ys"], ["", "Durand", "Ys"])
    assert lu.clients[c.CODE_CLIENT].tolist() == ["C1", "Durand"]
    assert "sans code" not in dire(lu.avertissements)


def test_un_client_sans_code_ni_nom_unique_est_ignore_avec_son_numero_de_ligne(tmp_path: Path) -> None:
    lu = lire(tmp_path, ["Code client", "Nom client", "Ville"], ["C1", "Dupont", "Ys"], ["", "DUPONT", "Is"], ["", "", "Ys"])
    assert lu.clients[c.CODE_CLIENT].tolist() == ["C1"]
    assert "ligne 3" in dire(lu.avertissements)


@pytest.mark.parametrize("code", ["411DUR", "Durand"])
def test_les_echeances_retrouvent_par_son_nom_un_client_sans_code(tmp_path: Path, code: str) -> None:
    clients = lire(tmp_path, ["Code client", "Nom client", "Ville"], ["C1", "Dupont", "Ys"], ["", "Durand", "Is"]).clients
    lignes = fabriquer_echeances({c.CODE_CLIENT: code, c.RAISON_SOCIALE: "DURAND"})
    rapprochees, fiches, _ = rapprocher(lignes, clients)
    assert rapprochees[c.CODE_CLIENT].tolist() == [code]
    assert fiches.set_index(c.CODE_CLIENT)[c.VILLE][code] == "Is"


def test_un_export_qui_n_a_que_des_noms_prend_les_codes_du_fichier_clients(tmp_path: Path) -> None:
    clients = lire(tmp_path, ["Code client", "Nom client"], ["C1", "Dupont"], ["C2", "Durand"]).clients
    lignes = fabriquer_echeances({c.CODE_CLIENT: "Durand", c.RAISON_SOCIALE: ""}, {c.CODE_CLIENT: "Autre", c.RAISON_SOCIALE: ""})
    rapprochees, _, avertissements = rapprocher(lignes, clients)
    assert rapprochees[c.CODE_CLIENT].tolist() == ["C2", "Autre"]
    assert "« Durand » → « C2 »" in dire(avertissements)


# --- Rapprocher -----------------------------------------------------------------------------------------------------

COMPLET = {c.ADRESSE1: "1 rue Haute", c.CODE_POSTAL: "29000", c.VILLE: "Ys"}


def codes_rapproches(export: list[str], fichier: list[str]) -> tuple[list[str], str]:
    lignes = fabriquer_echeances(*({c.CODE_CLIENT: code, c.RAISON_SOCIALE: ""} for code in export))
    clients = fabriquer_clients(*({c.CODE_CLIENT: code, **COMPLET} for code in fichier))
    rapprochees, _, avertissements = rapprocher(lignes, clients)
    return rapprochees[c.CODE_CLIENT].tolist(), dire(avertissements)


@pytest.mark.parametrize(
    ("export", "fichier", "attendu"),
    [
        (["dup "], ["DUP"], ["DUP"]),
        (["411 DUP"], ["411DUP"], ["411DUP"]),
        (["000123"], ["123"], ["123"]),
        (["123"], ["000123"], ["000123"]),
        (["C1", "c1"], ["C1"], ["C1", "C1"]),
    ],
)
def test_un_code_se_rapproche_a_la_casse_aux_blancs_et_aux_zeros_pres(export: list[str], fichier: list[str], attendu: list[str]) -> None:  # fmt: skip
    codes, dit = codes_rapproches(export, fichier)
    assert codes == attendu
    assert "rapproché" in dit and all(f"« {code} »" in dit for code in set(export) - set(attendu))


@pytest.mark.parametrize(
    ("export", "fichier"),
    [
        (["C1", "c1"], ["C1", "c1"]),
        (["0012"], ["12", "012"]),
        (["012", "0012"], ["12"]),
        (["012", "12"], ["12"]),
        (["C01"], ["C1"]),
    ],
)
def test_un_code_qui_peut_en_etre_un_autre_reste_tel_quel(export: list[str], fichier: list[str]) -> None:
    assert codes_rapproches(export, fichier)[0] == export


def test_un_code_entre_deux_clients_se_dit() -> None:
    assert "« 0012 » (012 ou 12)" in codes_rapproches(["0012"], ["12", "012"])[1]


def test_sans_fichier_clients_rien_ne_change_et_rien_ne_se_dit() -> None:
    lignes = fabriquer_echeances({c.CODE_CLIENT: " c1"}, {c.CODE_CLIENT: "C1"})
    rapprochees, _, avertissements = rapprocher(lignes, CLIENTS.vide())
    assert rapprochees[c.CODE_CLIENT].tolist() == [" c1", "C1"]
    assert avertissements == []


def test_un_compte_collectif_n_est_pas_un_client_et_l_alerte_le_dit() -> None:
    lignes = fabriquer_echeances(
        {c.CODE_CLIENT: "411000", c.RAISON_SOCIALE: "Dupont", c.ALERTE_LIGNE: "promesse illisible"},
        {c.CODE_CLIENT: "411000", c.RAISON_SOCIALE: "Martin"},
        {c.CODE_CLIENT: "C1", c.RAISON_SOCIALE: "Roy"},
        {c.CODE_CLIENT: "C1", c.RAISON_SOCIALE: "Roy SARL"},
        {c.CODE_CLIENT: "41100000", c.RAISON_SOCIALE: "Clients"},
    )
    rapprochees, _, _ = rapprocher(lignes, CLIENTS.vide())
    dite = "code porté par plusieurs noms (« Dupont » / « Martin ») : un seul client ?"
    assert rapprochees[c.ALERTE_LIGNE].tolist() == [f"promesse illisible ; {dite}", dite, "", "", "compte collectif : un seul client ?"]


@settings(max_examples=50, deadline=None)
@given(st.lists(st.text("aA0 1b", max_size=4), max_size=8), st.lists(st.text("aA0 1b", min_size=1, max_size=4), unique=True, max_size=5))  # fmt: skip
def test_rapprocher_ne_perd_ni_ne_melange_rien(export: list[str], fichier: list[str]) -> None:
    codes, _ = codes_rapproches(export, fichier)
    assert len(codes) == len(export)
    for avant, apres in zip(export, codes, strict=True):
        assert apres == avant or (apres in fichier and cle_code(apres) == cle_code(avant) and avant not in fichier)
    assert codes_rapproches(codes, fichier)[0] == codes, "rapprocher deux fois n'y change rien"


@pytest.mark.parametrize(
    ("noms", "fichier", "attendu"),
    [
        (["Dupont SA", "DUPONT", "DUPONT"], "Dupont S.A.", "Dupont S.A."),
        (["Dupont SA", "DUPONT", "DUPONT"], "", "DUPONT"),
        (["Dupont", "Dupont SA", ""], "", "Dupont SA"),
        (["", "", ""], "", "C1"),
    ],
)
def test_un_client_n_a_qu_un_nom(noms: list[str], fichier: str, attendu: str) -> None:
    lignes = fabriquer_echeances(*({c.CODE_CLIENT: "C1", c.RAISON_SOCIALE: nom} for nom in noms))
    clients = fabriquer_clients({c.CODE_CLIENT: "C1", c.RAISON_SOCIALE: fichier, **COMPLET})
    rapprochees, _, avertissements = rapprocher(lignes, clients)
    assert rapprochees[c.RAISON_SOCIALE].unique().tolist() == [attendu]
    assert ("de plusieurs façons" in dire(avertissements)) is (len(set(filter(None, noms))) > 1)


def test_une_ligne_sans_code_garde_son_nom() -> None:
    lignes = fabriquer_echeances(*({c.CODE_CLIENT: "", c.RAISON_SOCIALE: nom} for nom in ("Dupont", "Durand", "Durand")))
    rapprochees, _, avertissements = rapprocher(lignes, CLIENTS.vide())
    assert rapprochees[c.RAISON_SOCIALE].tolist() == ["Dupont", "Durand", "Durand"]
    assert avertissements == []


def test_un_export_sans_ligne_se_rapproche_aussi() -> None:
    rapprochees, _, avertissements = rapprocher(fabriquer_echeances(), fabriquer_clients({c.CODE_CLIENT: "C1"}))
    assert len(rapprochees) == 0 and avertissements == []


def test_ce_qui_manquera_aux_lettres_se_dit_en_une_ligne_par_manque() -> None:
    codes = [f"D{i:02d}" for i in range(8)]
    lignes = fabriquer_echeances(*({c.CODE_CLIENT: code} for code in (*codes, "ABSENT")), {c.CODE_CLIENT: "AVOIR", c.RESTE_DU: "-5,00"},
        {c.CODE_CLIENT: "QUITTE", c.RESTE_DU: "5,00"}, {c.CODE_CLIENT: "QUITTE", c.RESTE_DU: "-5,00"})  # fmt: skip
    clients = fabriquer_clients(
        *({c.CODE_CLIENT: code, **COMPLET, c.VILLE: ""} for code in codes[:7]),
        {c.CODE_CLIENT: "D07", **COMPLET, c.ENVOI: "Email", c.EMAIL: "", c.EMAIL_RELANCE: ""},
        {c.CODE_CLIENT: "PAIE", c.ADRESSE1: "", c.VILLE: ""},
    )
    _, _, avertissements = rapprocher(lignes, clients)
    dits, nom = [str(faute) for faute in avertissements], "Client Un"
    assert any("1 client débiteur absent du fichier clients : ABSENT" in dit for dit in dits)
    cinq = ", ".join(f"{code} {nom}" for code in codes[:5])
    assert any(f"7 clients débiteurs sans adresse complète : {cinq} et 2 autres" in dit for dit in dits)
    assert any(f"sans adresse électronique : D07 {nom}" in dit for dit in dits)
    assert not any(code in dit for dit in dits for code in ("PAIE", "AVOIR", "QUITTE")), "seuls comptent les clients qui doivent"


def test_les_creances_b2b_les_variantes_reduites_et_les_codes_gardes() -> None:
    if not CREANCES.exists():
        pytest.skip(f"données réelles absentes : {CREANCES}")
    lecture = lire_echeances(CREANCES, {("Échéances", c.RESTE_DU): "converted_usd"}, DelaiPaiement(), None, pd.Timestamp("2020-06-30").date())  # fmt: skip
    lignes, _, avertissements = rapprocher(lecture.lignes, CLIENTS.vide())
    assert lecture.lignes[c.RAISON_SOCIALE].nunique() == 1764
    assert lignes[c.CODE_CLIENT].nunique() == 553 == len(lignes[[c.CODE_CLIENT, c.RAISON_SOCIALE]].drop_duplicates())
    assert {"CCU001", "140105686"} <= set(lignes[c.CODE_CLIENT])
    assert dire(avertissements).startswith("320 codes client dont le nom s'écrit de plusieurs façons")


CELLULES = st.sampled_from(
    [
        "", "  ", None, "C1", "411DUP", "TOTAL", "Total général", "Sous-total 411", "Tôtal\u00a0client", "À reporter", "Total Énergies", "Le Cumulus",
        "Code client", "RAISON SOCIALE", "raison-sociale", "Ville", "Vïlle", "Fichier clients", "Page 2", "Zoé", "a\0b", "ville\0", "ﬁn", "Straße",
        12.0, True, date(2026, 3, 31), "31/03/2026", CelluleErreur("#N/A"), Formule("=A1"),
    ]
)  # fmt: skip
ENTETES = ("Code client", "Raison sociale", "Ville", "الاسم")


@settings(max_examples=400, deadline=None)
@given(
    st.lists(st.lists(CELLULES, min_size=1, max_size=5), max_size=8),
    st.integers(2, 4),
    st.sampled_from(["Fichier clients", "31/03/2026", "—"]),
)
def test_les_lignes_regardees_d_un_fichier_clients_suffisent(lignes: list[list[Valeur]], largeur: int, titre: str) -> None:
    tri = Tri(ENTETES[:largeur], {c.CODE_CLIENT: 0, c.RAISON_SOCIALE: 1, c.VILLE: largeur - 1}, [[titre], ["", "Zoé"]])
    toutes = {
        i: sorte for i, ligne in enumerate(lignes) if (sorte := tri._sorte(ligne, lignes[i + 1] if i + 1 < len(lignes) else ())) is not None
    }
    assert tri.trier(lignes) == toutes
