"""Le catalogue des champs de fusion est complet, sans ambiguïté, et montrable."""

from dataclasses import fields

from relances_xl.domaine import tables as c
from relances_xl.domaine.ecrits.adresses import lignes_postales
from relances_xl.domaine.parametres import Emetteur
from relances_xl.lettres.catalogue import CATALOGUE, LISTES, TypeChamp, lignes_source

DU_CONTRAT = """
client.code client.raison_sociale client.adresse date_lettre date_reference niveau libelle_niveau devise total_retard
total_credits total_du penalites indemnite total_reclame taux_penalites message derniere_relance qr_paiement
echeance.piece echeance.date_piece echeance.date_echeance echeance.montant echeance.reste_du echeance.jours_retard
echeance.penalites echeance.reference echeance.niveau autre.piece autre.date_piece autre.date_echeance autre.montant
autre.reste_du autre.jours_retard autre.penalites autre.reference autre.niveau
"""


def test_tous_les_champs_du_contrat_y_sont() -> None:
    attendus = {*DU_CONTRAT.split(), *(f"client.{champ.nom}" for champ in c.CHAMPS_CLIENT)}
    attendus |= {f"emetteur.{champ.name}" for champ in fields(Emetteur)}
    assert attendus <= set(CATALOGUE)


def test_un_mergefield_ne_designe_qu_un_champ() -> None:
    noms = [champ.mergefield for champ in CATALOGUE.values()]
    assert len({nom.casefold() for nom in noms}) == len(noms)


def test_chaque_champ_a_une_aide_et_un_exemple() -> None:
    sans_exemple = {champ.nom for champ in CATALOGUE.values() if not champ.exemple}
    assert sans_exemple == {"emetteur.adresse_2"}  # l'entreprise d'exemple n'en a pas
    assert all(champ.aide for champ in CATALOGUE.values())


def test_les_images_disent_leur_cadre() -> None:
    assert {champ.nom for champ in CATALOGUE.values() if champ.type is TypeChamp.IMAGE} == {"qr_paiement", "emetteur.logo"}
    assert all((champ.cadre_mm is not None) == (champ.type is TypeChamp.IMAGE) for champ in CATALOGUE.values())


def test_les_lignes_de_tableau_ont_des_champs() -> None:
    prefixes = {nom.split(".")[0] for nom in CATALOGUE if "." in nom}
    assert set(LISTES) <= prefixes


def test_la_source_de_publipostage_est_un_tableau_a_deux_lignes() -> None:
    entetes, exemples = lignes_source()
    assert len(entetes) == len(exemples) == len(set(entetes))
    assert "client_raison_sociale" in entetes and "qr_paiement" not in entetes
    assert exemples[entetes.index("total_reclame")] == "4\u00a0186,58\u00a0€"


def test_l_adresse_d_exemple_est_celle_des_champs_d_exemple() -> None:
    exemple = {champ.nom: CATALOGUE[f"client.{champ.nom}"].exemple for champ in c.CHAMPS_CLIENT}
    lignes = lignes_postales(
        exemple[c.RAISON_SOCIALE],
        civilite=exemple[c.CIVILITE],
        contact=exemple[c.CONTACT],
        voie=(exemple[c.ADRESSE1], exemple[c.ADRESSE2], exemple[c.ADRESSE3]),
        code_postal=exemple[c.CODE_POSTAL],
        ville=exemple[c.VILLE],
        pays=exemple[c.PAYS],
    )
    assert CATALOGUE["client.adresse"].exemple == "\n".join(lignes)
