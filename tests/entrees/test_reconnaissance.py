"""Les colonnes se reconnaissent par leur nom, jamais au hasard (contrat §3)."""

from itertools import combinations

import pytest

from relances_xl.domaine import tables as c
from relances_xl.domaine.ecrits.textes import cle
from relances_xl.entrees.colonnes.logiciels import EXPORTS, Export
from relances_xl.entrees.colonnes.noms_d_entete import lettre, noms_connus
from relances_xl.entrees.colonnes.reconnaissance import Appariement, apparier
from relances_xl.entrees.colonnes.synonymes import LETTRAGE, MONTANT_CREDIT, MONTANT_DEBIT, PAR_FICHIER, SOLDE

ORDINAIRE = ["Code client", "N° pièce", "Échéance", "Reste dû"]
CONTRAT = {
    "Code client": c.CODE_CLIENT,
    "Code tiers": c.CODE_CLIENT,
    "N° pièce": c.PIECE,
    "N° facture": c.PIECE,
    "Date d'échéance": c.DATE_ECHEANCE,
    "Reste dû": c.RESTE_DU,
    "Solde": c.RESTE_DU,
    "Mode de règlement": c.MODE_PAIEMENT,
    "Exclure des relances": c.EXCLURE,
}


def echeances(*entetes: str, **colonnes: str) -> Appariement:
    return apparier(entetes, "Échéances", {("Échéances", champ): entete for champ, entete in colonnes.items()})


def messages(trouve: Appariement) -> str:
    return "\n".join(map(str, trouve.fautes))


@pytest.mark.parametrize("export", EXPORTS, ids=lambda export: f"{export.logiciel}, {export.etat}")
def test_l_export_de_chaque_logiciel_se_reconnait_sans_aide(export: Export) -> None:
    trouve = apparier(list(export.colonnes), export.fichier, {})
    assert trouve.fautes == []
    assert trouve.libelles == {champ: entete for entete, champ in export.colonnes.items() if champ}


def test_les_logiciels_annonces_sont_tous_la() -> None:
    annonces = "Sage 100, EBP, Ciel, Cegid, Quadratus, ACD, Dolibarr, Odoo, ERPNext, Pennylane, Axonaut, Tiime, Oxygène, QuickBooks"
    assert {export.logiciel for export in EXPORTS} == set(annonces.split(", "))
    assert all(export.source.startswith(("documenté : ", "d'usage : ")) for export in EXPORTS)


@pytest.mark.parametrize(("entete", "champ"), CONTRAT.items())
@pytest.mark.parametrize("ecrire", [str.upper, str.lower, lambda nom: f"  {nom} : ", lambda nom: nom.replace(" ", "_")])
def test_les_noms_du_contrat_sans_casse_ni_ponctuation(entete: str, champ: str, ecrire) -> None:  # type: ignore[no-untyped-def]
    assert echeances(ecrire(entete)).champs == {champ: 0}


@pytest.mark.parametrize("fichier", ["Échéances", "Clients"])
def test_chaque_champ_se_reconnait_a_son_propre_nom(fichier: str) -> None:
    champs = [champ.nom for champ in (c.CHAMPS_ECHEANCE if fichier == "Échéances" else c.CHAMPS_CLIENT)]
    trouve = apparier(champs, fichier, {})  # type: ignore[arg-type]
    assert trouve.fautes == []
    assert trouve.champs == {champ: rang for rang, champ in enumerate(champs)}


@pytest.mark.parametrize("fichier", ["Échéances", "Clients"])
def test_un_nom_precis_ne_designe_qu_un_champ(fichier: str) -> None:
    """Au-delà du rang 1, l'ordre de la table départage : « Client » est un code, ou un nom si le code est ailleurs."""
    table = [(noms, {cle(nom) for nom in noms.noms}) for noms in PAR_FICHIER[fichier] if noms.rang == 1]
    for (un, cles), (autre, autres) in combinations(table, 2):
        assert un.champ == autre.champ or not cles & autres, (un.champ, autre.champ, cles & autres)


@pytest.mark.parametrize("paire", [("Code client", "Code tiers"), ("N° pièce", "N° facture"), ("Reste dû", "Solde"), ("Échéance", "Date d'échéance"), ("N° pièce", "N° Pièce")])  # fmt: skip
def test_deux_colonnes_candidates_se_refusent_en_nommant_les_deux(paire: tuple[str, str]) -> None:
    autres = [nom for nom in ORDINAIRE if CONTRAT.get(nom, c.DATE_ECHEANCE) != CONTRAT.get(paire[0], c.DATE_ECHEANCE)]
    trouve = echeances(*autres, *paire)
    assert len(trouve.fautes) == 1
    assert f"« {paire[0]} » (colonne D)" in messages(trouve) and f"« {paire[1]} » (colonne E)" in messages(trouve)
    assert "« Colonnes »" in messages(trouve)


def test_l_onglet_colonnes_tranche_entre_deux_candidates() -> None:
    trouve = echeances(*ORDINAIRE, "N° facture", piece="n° FACTURE")
    assert trouve.fautes == []
    assert trouve.champs[c.PIECE] == 4


def test_l_ecriture_exacte_departage_deux_en_tetes_presque_identiques() -> None:
    entetes = [*ORDINAIRE[:3], "Solde", "SOLDE", "Solde (EUR)"]
    assert len(echeances(*entetes).fautes) == 1
    assert [echeances(*entetes, reste_du=voulu).champs[c.RESTE_DU] for voulu in entetes[3:]] == [3, 4, 5]


def test_l_onglet_colonnes_l_emporte_sur_le_nom() -> None:
    trouve = echeances(*ORDINAIRE, "converted_usd", reste_du="converted_usd")
    assert trouve.fautes == []
    assert trouve.libelles[c.RESTE_DU] == "converted_usd"


def test_une_case_vide_de_l_onglet_colonnes_laisse_reconnaitre() -> None:
    assert echeances(*ORDINAIRE, reste_du="  ").champs == echeances(*ORDINAIRE).champs


def test_une_colonne_demandee_mais_absente_dit_la_plus_proche() -> None:
    trouve = echeances(*ORDINAIRE, "Montant dû TTC", reste_du="Montant du TC")
    assert "« Montant du TC »" in messages(trouve) and "« Montant dû TTC »" in messages(trouve)
    assert trouve.fautes[0].onglet == "Colonnes"
    assert len(trouve.fautes) == 1, "le champ mal nommé n'est pas, en plus, introuvable"


def test_une_colonne_demandee_mais_en_double_se_refuse() -> None:
    trouve = echeances(*ORDINAIRE, "X", "X", commercial="X")
    assert "2 colonnes (E, F)" in messages(trouve)


def test_un_champ_indispensable_introuvable_montre_les_en_tetes_et_le_plus_proche() -> None:
    trouve = echeances("Code client", "N° pièce", "Dte écheance", "Reste dû")
    assert len(trouve.fautes) == 1
    assert "date_echeance" in messages(trouve)
    assert all(f"« {entete} »" in messages(trouve) for entete in trouve.entetes)
    assert "la plus proche : « Dte écheance » pour date_echeance" in messages(trouve)


def test_toutes_les_fautes_d_un_coup() -> None:
    trouve = echeances("Nom", "Adresse")
    assert [champ for champ in (c.PIECE, c.DATE_ECHEANCE, c.RESTE_DU) if champ in messages(trouve)] == [c.PIECE, c.DATE_ECHEANCE, c.RESTE_DU]  # fmt: skip


def test_la_date_de_piece_remplace_l_echeance_et_le_montant_le_reste_du() -> None:
    trouve = echeances("Code client", "N° pièce", "Date facture", "Montant", "Réglé")
    assert trouve.fautes == []
    assert {c.DATE_PIECE, c.MONTANT, c.REGLE} <= set(trouve.champs)


def test_debit_et_credit_font_le_reste_du() -> None:
    trouve = echeances("Compte", "Pièce", "Échéance", "Débit", "Crédit", "Lettrage")
    assert trouve.fautes == []
    assert (trouve.champs[MONTANT_DEBIT], trouve.champs[MONTANT_CREDIT], trouve.champs[LETTRAGE]) == (3, 4, 5)


def test_un_solde_a_cote_de_debit_et_credit_est_a_verifier_jamais_pris_pour_le_reste_du() -> None:
    trouve = echeances("Compte", "Pièce", "Échéance", "Débit", "Crédit", "Solde")
    assert (trouve.champs[SOLDE], c.RESTE_DU in trouve.champs) == (5, False)
    assert echeances(*trouve.entetes, reste_du="Solde").fautes == []
    choisi = echeances(*trouve.entetes, reste_du="Débit - Crédit")
    assert choisi.fautes == [] and c.RESTE_DU not in choisi.champs
    assert (choisi.champs[MONTANT_DEBIT], choisi.champs[MONTANT_CREDIT]) == (3, 4)


def test_un_solde_progressif_n_est_jamais_un_reste_du() -> None:
    assert "reste_du" in messages(echeances("Code client", "N° pièce", "Échéance", "Solde progressif"))


def test_debit_seul_ne_suffit_pas() -> None:
    trouve = echeances("Code client", "N° pièce", "Échéance", "Débit", "Lettrage")
    assert "reste_du" in messages(trouve)
    assert not {MONTANT_DEBIT, LETTRAGE} & set(trouve.champs)


@pytest.mark.parametrize(
    ("entetes", "attendu"),
    [
        (("Client",), {c.CODE_CLIENT: "Client"}),
        (("Client", "Code client"), {c.CODE_CLIENT: "Code client", c.RAISON_SOCIALE: "Client"}),
        (("Client", "Nom"), {c.CODE_CLIENT: "Client", c.RAISON_SOCIALE: "Nom"}),
        (("Code", "Tiers"), {c.CODE_CLIENT: "Code", c.RAISON_SOCIALE: "Tiers"}),
        (("Nom",), {c.CODE_CLIENT: "Nom"}),
        (("Code client", "Raison sociale", "Nom"), {c.CODE_CLIENT: "Code client", c.RAISON_SOCIALE: "Raison sociale"}),
    ],
)
def test_un_mot_vague_ne_vaut_qu_a_defaut(entetes: tuple[str, ...], attendu: dict[str, str]) -> None:
    assert echeances(*entetes).libelles == attendu


def test_un_compte_a_cote_d_un_tiers_ne_se_devine_pas() -> None:
    assert "« Compte »" in messages(echeances("Compte", "Tiers", "N° pièce", "Échéance", "Reste dû"))


@pytest.mark.parametrize("nom", ["No pièce", "Num. pièce", "Numéro de pièce", "Numéro de la pièce", "N° de pièce", "Nº pièce", "Pièce n°"])
def test_un_numero_s_ecrit_de_plusieurs_facons(nom: str) -> None:
    assert echeances(nom).champs == {c.PIECE: 0}


@pytest.mark.parametrize("nom", ["Solde (EUR)", "Reste dû (€)", "Reste dû [TTC]", "Solde ( euros ) "])
def test_une_unite_entre_parentheses_ne_compte_pas(nom: str) -> None:
    assert echeances(nom).champs == {c.RESTE_DU: 0}
    assert echeances("Solde (HT)").champs == {}


def test_les_libelles_de_l_outil_lui_meme_se_reconnaissent() -> None:
    """Les en-têtes des fichiers d'exemple et de la revue : ce qu'un utilisateur recopie d'abord."""
    libelles = ["Code client", "Raison sociale", "Civilité", "Contact", "Adresse 1", "Adresse 2", "Adresse 3", "Code postal", "Ville", "Pays", "Email", "Email relance", "Téléphone", "Langue", "Type de client", "Exclure des relances", "Envoi", "Délai de paiement", "Commercial", "SIREN", "Procédure collective", "Note"]  # fmt: skip
    assert list(apparier(libelles, "Clients", {}).libelles.values()) == libelles


def test_les_creances_b2b_sauf_ce_qui_ne_se_devine_pas() -> None:
    """`converted_usd` ne dit ni que c'est un montant, ni que c'est le reste dû : il faut le dire."""
    entetes = ["", "business_code", "cust_number", "name_customer", "clear_date", "buisness_year", "doc_id", "posting_date", "due_in_date", "baseline_create_date", "cust_payment_terms", "converted_usd"]  # fmt: skip
    seul = echeances(*entetes)
    assert len(seul.fautes) == 1 and "indispensable reste_du" in messages(seul)
    trouve = echeances(*entetes, reste_du="converted_usd")
    assert trouve.fautes == []
    assert trouve.libelles == {
        c.CODE_CLIENT: "cust_number",
        c.RAISON_SOCIALE: "name_customer",
        c.PIECE: "doc_id",
        c.DATE_PIECE: "posting_date",
        c.DATE_ECHEANCE: "due_in_date",
        c.RESTE_DU: "converted_usd",
    }


def test_un_en_tete_sans_lettre_ne_designe_rien() -> None:
    assert echeances("", "  ", "---", *ORDINAIRE).champs == {c.CODE_CLIENT: 3, c.PIECE: 4, c.DATE_ECHEANCE: 5, c.RESTE_DU: 6}


def test_les_noms_connus_servent_a_trouver_l_en_tete() -> None:
    assert {cle(nom) for nom in CONTRAT} <= noms_connus("Échéances")
    assert "" not in noms_connus("Échéances") | noms_connus("Clients")


def test_les_colonnes_portent_le_nom_qu_excel_leur_donne() -> None:
    assert [lettre(i) for i in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]
