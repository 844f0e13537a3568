"""Les exports de /shared/cas, chacun listé de bout en bout : ce qu'ATTENDU.md dit qu'il faut en comprendre (contrat §3)."""

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache, partial
from pathlib import Path

import pytest
from atelier import Atelier, executer, valeurs_de
from lieux import PARTAGE

from relances_xl.domaine.erreurs import ErreurUtilisateur
from relances_xl.domaine.motifs import Cause, Motif
from relances_xl.etapes.verifier import verifier
from relances_xl.lettres.catalogue import CATALOGUE
from relances_xl.lettres.modele import compiler

CAS = PARTAGE / "cas"
JOUR = date(2026, 3, 31)
pytestmark = pytest.mark.skipif(not CAS.is_dir(), reason="les exports de /shared/cas sont absents")

HUIT = {
    "C-07": 16681.13, "DUPÉRIER": 15050.24, "AB 12": 7748.05, "000123": 6713.32,
    "4.11E5X": 2964.53, "411001": 2330.97, "C010": 1732.63, "0102030405": 788.73,
}  # fmt: skip
"""Les huit clients du même échéancier, que bien des logiciels ont écrit : 54 009,60 en tout."""
DETTES = {f"C{n:02}" for n in (*range(2, 8), *range(13, 19), 21, 22, 23)}
CREDITS = {f"C{n:02}" for n in (1, *range(8, 13), 19, 20, *range(24, 28))}


DATES = {"paye_depuis_reference.xlsx": {"Date de référence": date(2026, 2, 28), "Date d'édition": date(2026, 3, 10)}}


@dataclass(frozen=True)
class Vu:
    """Ce qu'elle lit dans la revue : par client, par ligne de l'export."""

    chemin: Path
    nets: dict[str, float]
    alertes: dict[str, str]
    motifs: dict[int, str]
    explications: dict[int, str]
    export: dict[str, Decimal]
    hors_tableau: int
    avertissements: str


Voir = Callable[[str], Vu]


@pytest.fixture(scope="module")
def atelier(tmp_path_factory: pytest.TempPathFactory) -> Atelier:
    return Atelier(tmp_path_factory.mktemp("cas") / "dossier")


def pointer(atelier: Atelier, nom: str, criteres: Mapping[str, object]) -> None:
    chemin = CAS / nom
    clients = chemin.with_name(f"{chemin.stem}_clients.xlsx")
    lus = {"Fichier échéances": str(chemin), "Fichier clients": str(clients) if clients.exists() else None}
    atelier.criteres(**{"Date de référence": JOUR, "Date d'édition": JOUR, **lus, **criteres})


@pytest.fixture(scope="module")
def voir(atelier: Atelier) -> Voir:
    """Liste un export là où il est, par un vrai dossier, et lit la revue écrite ; une fois par export."""
    return cache(partial(_lister, atelier))


def _lister(atelier: Atelier, nom: str) -> Vu:
    pointer(atelier, nom, DATES.get(nom, {}))
    liste = atelier.lister(JOUR)
    relances = valeurs_de(liste.chemin, "Liste clients")
    ecartees = [*valeurs_de(liste.chemin, "Exclusions"), *valeurs_de(liste.chemin, "Anomalies")]
    controle = valeurs_de(liste.chemin, "Contrôle")
    assert not any(ligne["Montant"] or ligne["Lignes"] for ligne in controle if ligne["Rubrique"] == "Écart")
    return Vu(
        liste.chemin,
        {r["Code client"]: r["Net"] for r in relances},
        {r["Code client"]: str(r["Alerte"] or "").replace("\xa0", " ") for r in relances},
        {e["Ligne"]: e["Code du motif"] for e in ecartees},
        {e["Ligne"]: str(e["Explication"]).replace("\xa0", " ") for e in ecartees},
        {ligne["Devise"]: Decimal(str(ligne["Montant"])) for ligne in controle if ligne["Rubrique"] == "Export"},
        sum(ligne["Lignes"] or 0 for ligne in controle if ligne["Rubrique"] == "Hors tableau"),
        "\n".join(map(str, liste.avertissements)).replace("\xa0", " "),
    )


# --- qui doit combien, et pourquoi le reste n'est pas réclamé -----------------------------------------------------------


@pytest.mark.parametrize(
    ("nom", "nets", "motifs", "alertes"),
    [
        ("solde_et_sens.xlsx", {"411DUP": 100}, {}, {}),
        ("avoir_sans_signe_odoo.xlsx", {"Dupon": 600}, {}, {}),
        ("une_ligne_par_paiement.xlsx", {"12": 400, "13": 500}, {3: Cause.PIECE_REPETEE}, {"12": "1 ligne en anomalie : 400,00 €"}),
        ("totaux_repetes.xlsx", {}, dict.fromkeys((2, 3, 4), Cause.PIECE_REPETEE), {}),
        ("monnaie_de_tenue_odoo.xlsx", {"13": 600}, {2: Cause.DEVISE_INCERTAINE}, {}),
        ("ligne_debordante.csv", {"C2": 90}, {2: Cause.LIGNE_DECALEE}, {}),
        ("fec_tabulation.txt", {}, {**dict.fromkeys((2, 3, 4), Cause.LIGNE_DECALEE), 5: Motif.NON_ECHUE}, {}),
        ("fec_devise.txt", {"GLOB": 920}, {3: Motif.NON_ECHUE}, {"GLOB": "tenu en EUR au FEC, facturé en USD (1000,00)"}),
        ("brouillons_et_annulees.xlsx", {"Dupon": 1000}, dict.fromkeys((3, 4, 5, 6), Motif.NON_COMPTABILISEE), {}),
        (
            "fec_retenue_garantie.txt",
            {},
            {2: Motif.SOLDEE, 3: Motif.RETENUE_GARANTIE, 4: Motif.SOLDEE, 5: Motif.NON_ECHUE},
            {},
        ),
        ("fec_impaye.txt", {"DUPON": 1220}, {2: Motif.SOLDEE, 3: Motif.SOLDEE, 6: Motif.NON_ECHUE}, {}),
        ("fec_acompte_4191.txt", {"DUPON": 3000}, {4: Motif.NON_ECHUE}, {"DUPON": "acompte de 3 000,00 € au 4191"}),
        ("tiers_payeur.xlsx", {"CENT": 50}, {}, {}),
        ("deux_codes.xlsx", {"D01": 1000}, {3: Motif.CREDITEUR}, {"D01": "1 000,00 € de crédit sous D01B (même SIREN)"}),
        ("cedees.xlsx", {"C2": 100, "C3": 50}, {2: Motif.CEDEE}, {}),
        ("groupe_client.xlsx", {"411DUPON": 1000, "411MARTI": 650.5}, {}, {}),
        ("code_premiere_ligne.xlsx", {"C001": 1500, "C002": 660.5}, {}, {}),
        ("total_sous_le_compte.xlsx", {"411DUP": 1200}, {}, {}),
        (
            "sans_reference.xlsx",
            {"Dupon SARL, Service Compta": 100},
            dict.fromkeys((3, 4), Motif.CREDITEUR),
            {"Dupon SARL, Service Compta": "50,00 € de crédit sous Dupon SARL (même nom et code postal)"},
        ),
        (
            "fec_separateur_dans_libelle.txt",
            {"MARTIN": 2400, "DURAND": 500},
            {4: Cause.LIGNE_DECALEE},
            {"MARTIN": "1 ligne en anomalie"},
        ),
        ("credits_incomplets.xlsx", {"C001": 300}, dict.fromkeys(range(4, 11), Motif.CREDITEUR), {}),
        ("code_scientifique.csv", {"C1": 50}, dict.fromkeys((2, 3, 4), Cause.CLIENT_MANQUANT), {}),
        *(
            (nom, HUIT, {}, {})
            for nom in (
                "devise_par_format.xlsx", "code_egal_guillemets.csv", "total_sans_libelle.xlsx", "dimension_geante.xlsx", "ctrl_z.csv",
                "sheetjs.ods", "sheetjs.xlsb",
            )
        ),
    ],
)  # fmt: skip
def test_ce_que_l_export_fait_reclamer(
    voir: Voir, nom: str, nets: dict[str, float], motifs: dict[int, str], alertes: dict[str, str]
) -> None:
    vu = voir(nom)
    assert vu.nets == nets
    assert vu.motifs == motifs
    assert {code: alerte for code, alerte in vu.alertes.items() if alerte} == alertes


def test_les_vingt_sept_natures(voir: Voir) -> None:
    vu = voir("natures.xlsx")
    assert vu.nets == dict.fromkeys(DETTES, 100)
    assert {f"C{ligne - 1:02}": motif for ligne, motif in vu.motifs.items()} == dict.fromkeys(CREDITS, Motif.CREDITEUR)
    incomprises = {"C13": "Escompte", "C14": "OD", "C18": "RG", "C21": "2", "C22": "3"}
    assert {code: alerte for code, alerte in vu.alertes.items() if alerte} == {
        code: f"nature « {nature} » incomprise, tenue pour une dette" for code, nature in incomprises.items()
    }
    assert "5 natures incomprises" in vu.avertissements
    assert "« Acompte » au montant positif, compté en crédit : lignes 2, 20" in vu.avertissements


def test_un_reglement_posterieur_a_la_reference_est_rappele(voir: Voir) -> None:
    vu = voir("paye_depuis_reference.xlsx")
    assert vu.nets == {"C1": 1200} and vu.motifs == {3: Motif.NON_ECHUE}
    assert vu.alertes["C1"] == "règlement de 1 200,00 € du 05/03/2026, après la date de référence"


@pytest.mark.parametrize(
    ("nom", "ligne", "dit"),
    [
        ("totaux_repetes.xlsx", 2, "exportez le reste dû de chaque échéance, ou une ligne par pièce"),
        ("une_ligne_par_paiement.xlsx", 3, "redit la pièce de la ligne 2"),
        ("monnaie_de_tenue_odoo.xlsx", 2, "« Montant dû signé » est en monnaie de tenue, la pièce en USD"),
        ("ligne_debordante.csv", 2, "la ligne 2 a plus de cellules que l'en-tête"),
        ("fec_tabulation.txt", 4, "la ligne 4 a plus de colonnes que l'en-tête"),
        ("fec_retenue_garantie.txt", 3, "retenue de garantie (compte 4117)"),
        ("code_scientifique.csv", 3, "code client écrasé par Excel : « 4,11E+05 » (« Code client », cellule A3) : réexportez cette colonne en texte"),
    ],
)  # fmt: skip
def test_ce_qui_n_est_pas_reclame_dit_pourquoi(voir: Voir, nom: str, ligne: int, dit: str) -> None:
    assert dit in voir(nom).explications[ligne]


@pytest.mark.parametrize(
    ("nom", "export", "hors_tableau"),
    [
        ("devise_par_format.xlsx", {"USD": "54009.6"}, 0),
        ("total_sans_libelle.xlsx", {"EUR": "54009.6"}, 1),
        ("dimension_geante.xlsx", {"EUR": "54009.6"}, 0),
        ("sheetjs.ods", {"EUR": "54009.6"}, 0),
        ("sheetjs.xlsb", {"EUR": "54009.6"}, 0),
        ("total_sous_le_compte.xlsx", {"EUR": "1200"}, 1),
        ("groupe_client.xlsx", {"EUR": "1650.5"}, 8),
        ("monnaie_de_tenue_odoo.xlsx", {"EUR": "600", "USD": "0"}, 0),
    ],
)
def test_le_controle_dit_l_export_et_ce_qui_est_hors_tableau(voir: Voir, nom: str, export: dict[str, str], hors_tableau: int) -> None:
    vu = voir(nom)
    assert vu.export == {devise: Decimal(montant) for devise, montant in export.items()}
    assert vu.hors_tableau == hors_tableau


def test_un_cheque_rejete_reprend_la_piece_qu_il_payait_et_ses_frais_sont_dus_a_leur_date(voir: Voir) -> None:
    vu = voir("fec_impaye.txt")
    detail = {(r["Pièce"], r["Échéance"].date()): r["Reste dû"] for r in valeurs_de(vu.chemin, "Détail")}
    assert detail == {("F1001", date(2025, 12, 15)): 1200, ("IMP55", date(2026, 3, 15)): 20}


@pytest.mark.parametrize(
    ("nom", "code", "email"),
    [
        ("tiers_payeur.xlsx", "CENT", "compta@centrale.example"),
        ("sans_reference.xlsx", "Dupon SARL, Service Compta", "c@d.example"),
        ("deux_codes.xlsx", "D01", "c@dupon.example"),
    ],
)
def test_la_relance_va_a_l_adresse_du_fichier_clients(voir: Voir, nom: str, code: str, email: str) -> None:
    relances = valeurs_de(voir(nom).chemin, "Liste clients")
    assert {r["Code client"]: r["Email"] for r in relances} == {code: email}


# --- ce qui se refuse : code 2, une phrase ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("nom", "dit"),
    [
        ("balance_agee.xlsx", ("c'est une balance âgée", "exportez les échéances, pièce par pièce")),
        ("ole_en_boucle.xls", ("le classeur est abîmé", "réenregistrez-le, ou refaites l'export")),
    ],
)
def test_ce_qui_ne_dit_pas_les_echeances_est_refuse(atelier: Atelier, nom: str, dit: tuple[str, str]) -> None:
    pointer(atelier, nom, {})
    fait = executer("lister", atelier.racine)
    assert fait.returncode == 2 and "Traceback" not in fait.stderr
    assert nom in fait.stderr + fait.stdout
    assert all(phrase in fait.stderr + fait.stdout for phrase in dit)


# --- les modèles Word ---------------------------------------------------------------------------------------------------


def test_un_champ_dans_un_controle_de_contenu_et_une_note_de_fin_se_compilent_sans_reserve() -> None:
    for nom in ("controle_de_contenu.docx", "note_de_fin.docx"):
        assert not compiler(CAS / "word" / nom, CATALOGUE).reserves


def test_verifier_dit_avant_ce_que_le_convertisseur_integre_rend_mal(tmp_path: Path) -> None:
    atelier = Atelier(tmp_path)
    pointer(atelier, "cedees.xlsx", {"Sortie sur": "PDF", "Convertisseur PDF": "Intégré"})
    for nom, modele in (("rectangle_arrondi.docx", "relance-1.docx"), ("objet_ole.docx", "relance-2.docx")):
        shutil.copy(CAS / "word" / nom, atelier.dossier.modeles / modele)
    dit = "\n".join(str(constat) for constat in verifier(atelier.dossier, JOUR))
    assert "forme à coins arrondis" in dit and "objet incorporé (OLE)" in dit


def test_des_champs_devenus_texte_sont_nommes() -> None:
    with pytest.raises(ErreurUtilisateur) as erreur:
        compiler(CAS / "word" / "champs_aplatis_par_odt.docx", CATALOGUE)
    (faute,) = erreur.value.fautes
    assert faute.fichier == "champs_aplatis_par_odt.docx"
    assert "ce ne sont plus des champs" in str(faute) and "« «total_reclame» »" in str(faute)
