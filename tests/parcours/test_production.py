"""Produire : revérifier sur des exports frais, sortir une fois, rendre compte (contrat §6)."""

from datetime import date
from pathlib import Path

import docx
import pytest
from atelier import Atelier, Muet, lignes_de, modifier, valeurs_de

from relances_xl.domaine.erreurs import ErreurUtilisateur
from relances_xl.domaine.motifs import EN_MOTS, Ecart
from relances_xl.domaine.statuts import Statut
from relances_xl.etapes.communs import passe
from relances_xl.etapes.produire import tenir_pour_sortie
from relances_xl.historique import Historique, Intention
from relances_xl.historique.garde import copie_de

JOUR = date(2026, 3, 31)
FACTURE = ("C001", "Garage Pérez & Fils", "FA1", date(2026, 1, 1), date(2026, 1, 31), 1200.00, 1200.00)
AUTRE = ("C001", "Garage Pérez & Fils", "FA2", date(2026, 2, 1), date(2026, 2, 28), 300.00, 300.00)
AVOIR = ("C001", "Garage Pérez & Fils", "AV1", date(2026, 2, 15), date(2026, 2, 15), -100.00, -100.00)


@pytest.fixture
def atelier(tmp_path: Path) -> Atelier:
    dossier = Atelier(tmp_path / "relances")
    dossier.echeances([FACTURE, AUTRE])
    return dossier


def ecartees(atelier: Atelier) -> list[tuple[str, str]]:
    lignes = valeurs_de(atelier.dossier.lots()[-1].compte_rendu, "Écartées")
    return [(ligne["Pièce"], ligne["Code du motif"]) for ligne in lignes if ligne["Pièce"]]


def texte(chemin: Path) -> str:
    document = docx.Document(str(chemin))
    cellules = [cellule.text for tableau in document.tables for rangee in tableau.rows for cellule in rangee.cells]
    return "\n".join([*(p.text for p in document.paragraphs), *cellules])


def test_la_lettre_est_fusionnee_nommee_et_journalisee(atelier: Atelier) -> None:
    liste = atelier.lister(JOUR)
    atelier.approuver(liste, Message="Merci d'appeler <avant> le 15 & de rappeler la référence.")
    bilan = atelier.produire(JOUR)
    assert bilan.code == 0
    lettre = liste.lot.lettres / "C001_n1_EUR.docx"
    assert [r.fichier for r in bilan.resultats] == ["relances/2026-03-31_1/lettres/C001_n1_EUR.docx"]
    contenu = texte(lettre)
    for attendu in ("Garage Pérez & Fils", "FA1", "FA2", "1\u00a0500,00\u00a0€", "Merci d'appeler <avant> le 15 & de"):
        assert attendu in contenu
    (compte_rendu,) = valeurs_de(liste.lot.compte_rendu, "Relances")
    assert (compte_rendu["Code client"], compte_rendu["Niveau"], compte_rendu["Statut"]) == ("C001", 1, "Émise")


def test_rien_d_approuve_se_dit_et_ne_touche_a_rien(atelier: Atelier) -> None:
    atelier.lister(JOUR)
    bilan = atelier.produire(JOUR)
    assert bilan.code == 0 and not bilan.resultats
    assert not atelier.dossier.historique.exists() and not bilan.lot.lettres.exists()


@pytest.mark.parametrize("verrou", ["~$revue-2026-03-31_1.xlsx", ".~lock.revue-2026-03-31_1.xlsx#"])
def test_une_revue_encore_ouverte_est_signalee(atelier: Atelier, verrou: str) -> None:
    liste = atelier.lister(JOUR)
    atelier.approuver(liste)
    assert not atelier.produire(JOUR, a_blanc=True).alertes
    liste.chemin.with_name(verrou).touch()
    bilan = atelier.produire(JOUR)
    assert bilan.code == 0 and "revue-2026-03-31_1.xlsx est ouverte" in bilan.alertes[0]


def test_des_criteres_encore_ouverts_sont_signales(atelier: Atelier) -> None:
    atelier.approuver(atelier.lister(JOUR))
    atelier.dossier.criteres.with_name("~$criteres.xlsx").touch()
    assert "criteres.xlsx est ouvert dans Excel ou LibreOffice" in atelier.produire(JOUR, a_blanc=True).alertes[0]


def test_produire_deux_fois_vaut_une_fois(atelier: Atelier) -> None:
    liste = atelier.lister(JOUR)
    atelier.approuver(liste)
    atelier.produire(JOUR)
    lettre = liste.lot.lettres / "C001_n1_EUR.docx"
    avant, journal = lettre.stat().st_mtime_ns, atelier.journal()
    bilan = atelier.produire(JOUR)
    assert [r.statut for r in bilan.resultats] == [Statut.EMISE] and bilan.code == 0
    assert lettre.stat().st_mtime_ns == avant and atelier.journal() == journal


def test_une_relance_annulee_depuis_est_a_refaire(atelier: Atelier) -> None:
    liste = atelier.lister(JOUR)
    atelier.approuver(liste)
    (relance,) = [r.relance for r in atelier.produire(JOUR).resultats]
    atelier.annuler(relance)
    assert [r.statut for r in atelier.produire(JOUR).resultats] == [Statut.EMISE]
    assert atelier.journal() == [(relance, 1, "Émise")]


def test_un_lot_entier_s_annule(atelier: Atelier) -> None:
    atelier.relancer(JOUR)
    assert len(atelier.annuler(lot="2026-03-31_1")) == 1
    with pytest.raises(ErreurUtilisateur, match="aucune relance à annuler"):
        atelier.annuler(lot="2026-03-31_1")


@pytest.mark.parametrize(
    ("apres", "motif"),
    [
        ([AUTRE], "SOLDEE_DEPUIS"),
        ([(*FACTURE[:6], 0.0), AUTRE], "SOLDEE_DEPUIS"),
        ([(*FACTURE[:6], 800.0), AUTRE], "MODIFIEE_DEPUIS"),
    ],
    ids=["disparue", "soldée", "montant changé"],
)
def test_ce_qui_a_change_depuis_la_liste_est_ecarte_et_la_lettre_part_avec_le_reste(
    atelier: Atelier, apres: list[tuple[object, ...]], motif: str
) -> None:
    liste = atelier.lister(JOUR)
    atelier.approuver(liste)
    atelier.echeances(apres)
    bilan = atelier.produire(JOUR)
    assert bilan.code == 1
    assert [r.statut for r in bilan.resultats] == [Statut.EMISE]
    assert ecartees(atelier) == [("FA1", motif)]
    compte_rendu = atelier.dossier.lots()[-1].compte_rendu
    avant = valeurs_de(compte_rendu, "Écartées")
    assert atelier.produire(JOUR).code == 0
    assert valeurs_de(compte_rendu, "Écartées") == avant, "une production de plus n'oublie pas ce que la première a écarté"
    (relance,) = valeurs_de(compte_rendu, "Relances")
    assert relance["Motif"].startswith("déjà faite le 31/03/2026 · FA1 écartée (")
    contenu = texte(liste.lot.lettres / "C001_n1_EUR.docx")
    assert "300,00\u00a0€" in contenu and "1\u00a0500" not in contenu


def test_le_compte_rendu_a_les_colonnes_du_contrat_et_dit_pourquoi_il_manque_une_echeance(atelier: Atelier) -> None:
    atelier.approuver(atelier.lister(JOUR))
    atelier.echeances([FACTURE])
    atelier.produire(JOUR)
    compte_rendu = atelier.dossier.lots()[-1].compte_rendu
    (relance,), (ecartee,) = valeurs_de(compte_rendu, "Relances"), valeurs_de(compte_rendu, "Écartées")
    assert list(relance) == ["Relance", "Code client", "Raison sociale", "Niveau", "Sortie", "Statut", "Total réclamé", "Fichier", "Motif"]
    assert list(ecartee) == ["Relance", "Code client", "Raison sociale", "Pièce", "Échéance", "Reste dû", "Motif", "Code du motif"]
    assert (relance["Raison sociale"], relance["Sortie"], relance["Total réclamé"]) == ("Garage Pérez & Fils", "Word", 1200)
    assert (ecartee["Raison sociale"], ecartee["Reste dû"]) == ("Garage Pérez & Fils", 300)
    assert ecartee["Motif"] == "soldée ou disparue depuis : ne figure plus à l'export" and ecartee["Code du motif"] == "SOLDEE_DEPUIS"
    assert relance["Statut"] == "Émise" and relance["Motif"] == f"{ecartee['Pièce']} écartée (ne figure plus à l'export)"


def test_un_client_disparu_de_l_export_garde_son_nom_au_compte_rendu(atelier: Atelier) -> None:
    atelier.echeances([FACTURE, ("C900", "Parti SARL", "FA9", *FACTURE[3:])])
    atelier.approuver(atelier.lister(JOUR))
    atelier.echeances([FACTURE])
    atelier.produire(JOUR)
    for onglet in ("Relances", "Écartées"):
        lignes = valeurs_de(atelier.dossier.lots()[-1].compte_rendu, onglet)
        assert [ligne["Raison sociale"] for ligne in lignes if ligne["Code client"] == "C900"] == ["Parti SARL"]


def test_un_litige_note_depuis_la_liste_ecarte_l_echeance(atelier: Atelier) -> None:
    atelier.approuver(atelier.lister(JOUR))
    atelier.ajouter("Suivi", ("C001", "FA1", JOUR, "Litige", None, None, "marchandise abîmée"))
    assert atelier.produire(JOUR).code == 1
    assert ecartees(atelier) == [("FA1", "EXCLUE_DEPUIS")]


@pytest.mark.parametrize("campagnes", [passe.CAMPAGNES, 0], ids=["journal entier", "journal par pièces"])
def test_une_echeance_relancee_entretemps_est_ecartee(atelier: Atelier, monkeypatch: pytest.MonkeyPatch, campagnes: int) -> None:
    """Un long journal ne se lit que pour les pièces en cause : la production en juge de même."""
    monkeypatch.setattr(passe, "CAMPAGNES", campagnes)
    premiere = atelier.lister(JOUR)
    atelier.approuver(premiere)
    seconde = atelier.lister(JOUR)
    atelier.approuver(seconde)
    atelier.produire(JOUR, revue=premiere.chemin)
    bilan = atelier.produire(JOUR, revue=seconde.chemin)
    assert [r.statut for r in bilan.resultats] == [Statut.ECARTEE]
    assert {motif for _, motif in ecartees(atelier)} == {"RELANCEE_DEPUIS"}


def test_un_avoir_apparu_ecarte_toute_la_relance(atelier: Atelier) -> None:
    atelier.approuver(atelier.lister(JOUR))
    atelier.echeances([FACTURE, AUTRE, AVOIR])
    bilan = atelier.produire(JOUR)
    assert bilan.code == 1
    assert [(r.statut, r.motif.startswith(EN_MOTS[Ecart.CREDIT_DEPUIS])) for r in bilan.resultats] == [(Statut.ECARTEE, True)]
    assert atelier.journal() == []


def test_les_credits_connus_sont_deduits(atelier: Atelier) -> None:
    atelier.echeances([FACTURE, AUTRE, AVOIR])
    liste = atelier.lister(JOUR)
    atelier.approuver(liste)
    assert atelier.produire(JOUR).code == 0
    assert "1\u00a0400,00\u00a0€" in texte(liste.lot.lettres / "C001_n1_EUR.docx")


def test_un_credit_ecarte_de_la_liste_reste_connu_meme_nomme_comme_un_total(atelier: Atelier) -> None:
    atelier.criteres(Regroupement="Facture")
    atelier.echeances([FACTURE, (*AVOIR[:2], "TOTAL-AV", *AVOIR[3:])])
    atelier.approuver(atelier.lister(JOUR))
    assert atelier.produire(JOUR).code == 0


def test_une_ligne_decochee_ou_supprimee_du_detail_ne_part_pas(atelier: Atelier) -> None:
    liste = atelier.lister(JOUR)
    atelier.approuver(liste)
    with modifier(liste.chemin) as classeur:
        (ligne,) = [ligne for ligne in lignes_de(classeur["Détail"]) if ligne["Pièce"].value == "FA1"]
        ligne["Retenir"].value = False
    atelier.produire(JOUR)
    assert "FA1" not in texte(liste.lot.lettres / "C001_n1_EUR.docx")
    assert [piece for piece, *_ in atelier_echeances(atelier)] == ["FA2"]


def atelier_echeances(atelier: Atelier) -> list[tuple[str, int]]:
    from relances_xl.historique import Historique

    with Historique.consulter(atelier.dossier.historique) as historique:
        journal = historique.journal()
    return list(zip(journal["piece"], journal["niveau"], strict=True))


def test_le_niveau_change_dans_la_revue_vaut_pour_toutes_ses_echeances(atelier: Atelier) -> None:
    liste = atelier.lister(JOUR)
    atelier.approuver(liste, Niveau=3)
    bilan = atelier.produire(JOUR)
    assert [r.fichier.rpartition("/")[2] for r in bilan.resultats] == ["C001_n3_EUR.docx"]
    assert atelier_echeances(atelier) == [("FA1", 3), ("FA2", 3)]


def test_un_niveau_inconnu_dans_la_revue_est_refuse_en_nommant_la_cellule(atelier: Atelier) -> None:
    atelier.approuver(atelier.lister(JOUR), Niveau=7)
    with pytest.raises(ErreurUtilisateur, match=r"revue-2026-03-31_1\.xlsx, onglet « Liste clients », cellule F2.*7"):
        atelier.produire(JOUR)
    assert not atelier.dossier.historique.exists()


def test_une_relance_inconnue_est_signalee_et_le_reste_part(atelier: Atelier) -> None:
    liste = atelier.lister(JOUR)
    atelier.approuver(liste)
    with modifier(liste.chemin) as classeur:
        feuille = classeur["Liste clients"]
        modele = [cellule.value for cellule in feuille[2]]
        modele[1] = "2020-01-01_1-0099"
        for colonne, valeur in enumerate(modele, start=1):
            feuille.cell(feuille.max_row + (colonne == 1), colonne).value = valeur
    bilan = atelier.produire(JOUR)
    assert bilan.code == 1
    assert sorted(r.statut for r in bilan.resultats) == [Statut.ECARTEE, Statut.EMISE]


def test_a_blanc_montre_et_ne_fait_rien(atelier: Atelier) -> None:
    liste = atelier.lister(JOUR)
    atelier.approuver(liste)
    ecran = Muet()
    bilan = atelier.produire(JOUR, a_blanc=True, dialogue=ecran)
    assert bilan.a_blanc and any("C001" in dit for dit in ecran.dits)
    assert not liste.lot.lettres.exists() and not atelier.dossier.historique.exists()


def test_au_terminal_on_demande_et_un_non_ne_produit_rien(atelier: Atelier) -> None:
    liste = atelier.lister(JOUR)
    atelier.approuver(liste)
    bilan = atelier.produire(JOUR, oui=False, dialogue=Muet(interactif=True, reponse=False))
    assert bilan.abandon and bilan.code == 0 and not liste.lot.lettres.exists()


def test_sans_terminal_l_imprimante_exige_oui(atelier: Atelier) -> None:
    atelier.approuver(atelier.lister(JOUR), Sortie="Imprimante")
    with pytest.raises(ErreurUtilisateur, match="--oui"):
        atelier.produire(JOUR, oui=False)
    assert not atelier.dossier.historique.exists()


def test_un_modele_manquant_arrete_tout_avant_la_premiere_lettre(atelier: Atelier) -> None:
    liste = atelier.lister(JOUR)
    atelier.approuver(liste)
    (atelier.dossier.modeles / "relance-1.docx").unlink()
    with pytest.raises(ErreurUtilisateur, match=r"relance-1\.docx.*introuvable.*modeles"):
        atelier.produire(JOUR)
    assert not liste.lot.lettres.exists() and not atelier.dossier.historique.exists()


def test_un_champ_inconnu_nomme_le_modele_le_champ_et_le_plus_proche(atelier: Atelier) -> None:
    chemin = atelier.dossier.modeles / "relance-1.docx"
    document = docx.Document(str(chemin))
    document.add_paragraph("{{ client.raison_social }}")
    document.save(str(chemin))
    atelier.approuver(atelier.lister(JOUR))
    with pytest.raises(ErreurUtilisateur, match=r"relance-1\.docx.*client\.raison_social.*client\.raison_sociale"):
        atelier.produire(JOUR)


def test_le_taux_d_un_semestre_absent_n_arrete_que_sa_lettre(atelier: Atelier) -> None:
    atelier.clients([("C001", "Garage Pérez & Fils", "", "", "", "", "Professionnel"), ("C002", "Durand", "", "", "", "", "Particulier")])
    durand = ("C002", "Durand", "FB1", date(2026, 1, 1), date(2026, 1, 31), 50.0, 50.0)
    atelier.echeances([FACTURE, durand])
    jour = date(2027, 1, 31)  # le premier semestre 2027 n'est pas connu
    liste = atelier.lister(jour)
    atelier.approuver(liste, Niveau=3)
    bilan = atelier.produire(jour)
    resultats = {r.code_client: (r.statut, r.motif) for r in bilan.resultats}
    assert resultats["C002"][0] is Statut.EMISE
    assert resultats["C001"][0] is Statut.ECHEC
    assert "TAUX_MANQUANT" in resultats["C001"][1] and "2027-S1" in resultats["C001"][1]
    assert bilan.code == 1


def test_une_revue_deplacee_se_produit_par_son_chemin(atelier: Atelier, tmp_path: Path) -> None:
    ailleurs = tmp_path / "bureau" / "ma revue.xlsx"
    liste = atelier.lister(JOUR, revue=ailleurs)
    assert liste.chemin == ailleurs and ailleurs.exists()
    with pytest.raises(ErreurUtilisateur, match="--revue"):
        atelier.produire(JOUR)
    atelier.approuver(liste)
    assert [r.statut for r in atelier.produire(JOUR, revue=ailleurs).resultats] == [Statut.EMISE]


def test_une_liste_coupee_avant_sa_revue_n_empeche_pas_de_produire_la_precedente(atelier: Atelier) -> None:
    liste = atelier.lister(JOUR)
    atelier.approuver(liste)
    atelier.dossier.creer_lot(JOUR)  # ce qu'un `lister` tué net laisse : un lot vide
    bilan = atelier.produire(JOUR)
    assert bilan.lot == liste.lot and [r.statut for r in bilan.resultats] == [Statut.EMISE]


def test_la_revue_d_un_autre_dossier_est_refusee(atelier: Atelier, tmp_path: Path) -> None:
    autre = Atelier(tmp_path / "autre")
    autre.echeances([FACTURE])
    ailleurs = autre.lister(date(2026, 4, 2))
    autre.approuver(ailleurs)
    with pytest.raises(ErreurUtilisateur, match="que ce dossier n'a pas"):
        atelier.produire(JOUR, revue=ailleurs.chemin)
    assert atelier.journal() == []


def test_une_relance_collee_d_une_autre_liste_est_ecartee(atelier: Atelier) -> None:
    atelier.echeances([FACTURE, AUTRE, ("C002", "Durand", "FB1", date(2026, 1, 1), date(2026, 1, 31), 50.0, 50.0)])
    liste = atelier.lister(JOUR)
    with modifier(liste.chemin) as classeur:
        for onglet in ("Liste clients", "Détail"):
            for ligne in lignes_de(classeur[onglet]):
                if ligne["Code client"].value == "C002":
                    ligne["Relance"].value = "2025-01-01_1-0001"
    atelier.approuver(liste)
    bilan = atelier.produire(JOUR)
    assert {(r.code_client, r.statut, r.motif) for r in bilan.resultats} == {
        ("C001", Statut.EMISE, ""),
        ("C002", Statut.ECARTEE, "relance inconnue : elle n'est pas de cette liste"),
    }


def test_une_revue_plus_ancienne_se_dit(atelier: Atelier) -> None:
    ancienne = atelier.lister(JOUR)
    atelier.lister(JOUR)
    atelier.approuver(ancienne)
    dialogue = Muet()
    atelier.produire(JOUR, revue=ancienne.chemin, dialogue=dialogue)
    assert any("une liste plus récente existe" in dit for dit in dialogue.dits)


def test_ce_qui_est_fait_garde_son_statut_et_dit_quand(atelier: Atelier) -> None:
    atelier.relancer(JOUR)
    bilan = atelier.produire(JOUR)
    assert [(r.statut, r.motif, r.raison_sociale, r.total_reclame) for r in bilan.resultats] == [
        (Statut.EMISE, "déjà faite le 31/03/2026", "Garage Pérez & Fils", 150000)
    ]
    (ligne,) = valeurs_de(bilan.lot.compte_rendu, "Relances")
    assert (ligne["Statut"], ligne["Motif"]) == ("Émise", "déjà faite le 31/03/2026")


def test_le_recapitulatif_dit_ce_qui_sort_et_ce_qui_ne_sort_plus(atelier: Atelier) -> None:
    autre = ("C002", "Durand", "FB1", date(2026, 1, 1), date(2026, 1, 31), 50.0, 50.0)
    atelier.echeances([FACTURE, AUTRE, autre])
    atelier.approuver(atelier.lister(JOUR))
    atelier.echeances([FACTURE, AUTRE])
    dialogue = Muet()
    atelier.produire(JOUR, dialogue=dialogue)
    (phrase,) = [dit.replace("\u00a0", " ") for dit in dialogue.dits if "cochées" in dit]
    assert "2 cochées, 1 à sortir pour 1 500,00 €, 1 écartée depuis la liste : 1 soldée ou disparue" in phrase


def test_la_production_copie_le_journal_avant_d_y_ecrire(atelier: Atelier) -> None:
    atelier.relancer(JOUR)
    avant = atelier.dossier.historique.read_bytes()
    atelier.relancer(date(2026, 4, 20))
    assert copie_de(atelier.dossier.historique).read_bytes() == avant


def test_lister_n_ecrit_jamais_au_journal(atelier: Atelier) -> None:
    atelier.relancer(JOUR)
    avant = atelier.dossier.historique.read_bytes()
    atelier.lister(JOUR)
    atelier.lister(date(2026, 6, 30))
    assert atelier.dossier.historique.read_bytes() == avant


def test_deux_revues_du_jour_ont_des_relances_distinctes(atelier: Atelier) -> None:
    identifiants = [atelier.lister(JOUR).decision.relances["relance"].iloc[0] for _ in range(2)]
    assert identifiants == ["2026-03-31_1-0001", "2026-03-31_2-0001"]


def test_relister_garde_coches_niveaux_messages_et_dit_ce_qui_change(atelier: Atelier) -> None:
    atelier.approuver(atelier.lister(JOUR), Niveau=2, Message="Bonjour", Sortie="PDF")
    assert any("--reprendre" in message for message in atelier.lister(JOUR, revue=atelier.racine / "x.xlsx").messages)
    nouveau = ("C009", "Nouvelle", "FN1", date(2026, 1, 1), date(2026, 1, 31), 10.0, 10.0)
    atelier.echeances([FACTURE, (*AUTRE[:6], 200.0), nouveau])
    liste = atelier.lister(JOUR, reprendre=True)
    lignes = {v["Code client"]: v for v in valeurs_de(liste.chemin, "Liste clients") if v["Relance"]}
    reprise = lignes["C001"]
    assert (reprise["Approuver"], reprise["Niveau"], reprise["Message"], reprise["Sortie"]) == (True, 2, "Bonjour", "PDF")
    assert lignes["C009"]["Approuver"] is False
    dits = "\n".join(liste.messages).replace("\u00a0", " ")
    assert "nouvelle : C009" in dits and "1 500,00 € → 1 400,00 €" in dits


def test_un_compte_rendu_impossible_a_ecrire_n_empeche_pas_de_sortir(atelier: Atelier) -> None:
    liste = atelier.lister(JOUR)
    atelier.approuver(liste)
    liste.lot.compte_rendu.mkdir()  # aucun fichier ne peut y être mis en place
    ecran = Muet()
    bilan = atelier.produire(JOUR, dialogue=ecran)
    assert [r.statut for r in bilan.resultats] == [Statut.EMISE]
    assert any("compte-rendu.xlsx" in dit for dit in ecran.dits)


def test_ce_qui_fut_ecarte_dans_une_autre_devise_garde_son_montant(atelier: Atelier) -> None:
    entetes = ("Code client", "Raison sociale", "N° pièce", "Date pièce", "Date d'échéance", "Montant", "Reste dû", "Devise")
    atelier.echeances([(*FACTURE[:5], 12.345, 12.345, "TND"), (*AUTRE[:5], 1500, 1500, "TND")], entetes)
    atelier.approuver(atelier.lister(JOUR))
    atelier.echeances([(*AUTRE[:5], 1500, 1500, "TND")], entetes)
    for _ in range(3):
        atelier.produire(JOUR)
    (ecartee,) = valeurs_de(atelier.dossier.lots()[-1].compte_rendu, "Écartées")
    assert (ecartee["Pièce"], ecartee["Reste dû"], ecartee["Code du motif"]) == ("FA1", 12.345, "SOLDEE_DEPUIS")


def test_un_compte_rendu_illisible_se_dit_et_la_production_se_fait(atelier: Atelier) -> None:
    liste = atelier.lister(JOUR)
    atelier.approuver(liste)
    liste.lot.compte_rendu.write_bytes(b"PK abime")
    bilan = atelier.produire(JOUR)
    assert bilan.code == 0 and any("ne sont pas reprises" in alerte for alerte in bilan.alertes)


def test_le_recapitulatif_dit_en_mots_qu_une_relance_n_a_plus_d_echeance(atelier: Atelier) -> None:
    liste = atelier.lister(JOUR)
    atelier.approuver(liste)
    with modifier(liste.chemin) as classeur:
        for ligne in lignes_de(classeur["Détail"]):
            ligne["Retenir"].value = False
    ecran = Muet()
    atelier.produire(JOUR, dialogue=ecran)
    assert any("1 écartée depuis la liste : 1 sans échéance retenue" in dit for dit in ecran.dits)


@pytest.mark.parametrize(("mode", "statut"), [("Outlook", Statut.BROUILLON), ("Envoi", Statut.ENVOYEE)])
def test_une_douteuse_tenue_pour_sortie_dit_si_c_est_un_brouillon(atelier: Atelier, mode: str, statut: Statut) -> None:
    atelier.criteres("Messagerie", Mode=mode, **{"Serveur SMTP": "localhost", "Expéditeur": "a@b.example"})
    intention = Intention("L-1", "L", JOUR, "C001", "Pérez", "EUR", 1, False, "Email", True, 100, "lettres/a.docx", ())
    with Historique.ouvrir(atelier.dossier.historique) as historique:
        historique.annoncer(intention)
    assert tenir_pour_sortie(atelier.dossier, "L-1", JOUR) is statut
    assert atelier.journal() == [("L-1", 1, statut.value)]
