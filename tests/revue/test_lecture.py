"""La revue relue : les coches et les choix, par clé, quoi que l'utilisateur ait fait des lignes et des colonnes."""

import zipfile
from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from functools import partial
from pathlib import Path
from random import Random
from typing import cast

import fabrique_revue
import pandas as pd
import pytest
from feuilles_lues import lire_feuilles
from lieux import RACINE

from relances_xl.domaine import tables as c
from relances_xl.domaine.erreurs import ErreurUtilisateur
from relances_xl.domaine.feuilles import CelluleErreur, Feuille, FeuilleAuFil, Formule, Valeur
from relances_xl.domaine.niveaux import PLANS_LIVRES
from relances_xl.entrees.classeurs.classeur import lire_classeur
from relances_xl.revue import schema as o
from relances_xl.revue.ecrire.classeur_de_revue import ecrire_revue
from relances_xl.revue.ecrire.contenu import Contenu
from relances_xl.revue.relire import tableau_relu
from relances_xl.revue.relire.relecture import APPROUVEE, NIVEAU_MODIFIE, ONGLETS, Approbation, relire

FICHIER = "revue.xlsx"


@pytest.fixture(scope="module")
def contenu() -> Contenu:
    """Six relances : EUR, JPY, EUR… ; les clients 1 et 4 ont un crédit."""
    return fabrique_revue.contenu(nb_clients=6, devises=("EUR", "JPY"))


@pytest.fixture(scope="module")
def ecrites(contenu: Contenu, tmp_path_factory: pytest.TempPathFactory) -> list[Feuille]:
    chemin = tmp_path_factory.mktemp("revue") / FICHIER
    ecrire_revue(chemin, contenu)
    return lire_feuilles(chemin)


class Revue:
    """Une revue en mémoire, que l'on retouche comme dans un tableur."""

    def __init__(self, feuilles: Sequence[Feuille]) -> None:
        self.feuilles = [f._replace(lignes=[[*ligne] for ligne in f.lignes]) for f in feuilles]

    def lignes(self, onglet: str) -> list[list[Valeur]]:
        return cast(list[list[Valeur]], next(f.lignes for f in self.feuilles if f.nom == onglet))

    def colonne(self, onglet: str, libelle: str) -> int:
        return self.lignes(onglet)[0].index(libelle)

    def ecrire(self, onglet: str, ligne: int, libelle: str, valeur: Valeur) -> "Revue":
        """ligne : numéro dans le fichier."""
        self.lignes(onglet)[ligne - 1][self.colonne(onglet, libelle)] = valeur
        return self

    def approuver(self, *lignes: int, valeur: Valeur = True) -> "Revue":
        for ligne in lignes:
            self.ecrire(o.LISTE, ligne, "Approuver", valeur)
        return self

    def relire(self) -> Approbation:
        return relire((FeuilleAuFil(f.nom, iter(f.lignes)) for f in self.feuilles), FICHIER, PLANS_LIVRES)

    def fautes(self) -> list[str]:
        with pytest.raises(ErreurUtilisateur) as erreur:
            self.relire()
        return [str(faute) for faute in erreur.value.fautes]


@pytest.fixture
def revue(ecrites: list[Feuille]) -> Revue:
    return Revue(ecrites)


def approuvees(approbation: Approbation) -> set[str]:
    return set(approbation.relances.loc[approbation.relances[APPROUVEE], c.RELANCE])


def id_(numero: int) -> str:
    return f"{fabrique_revue.LOT}-{numero:04d}"


def test_tout_se_relit_tel_qu_ecrit(revue: Revue, contenu: Contenu) -> None:
    lu = revue.relire()
    colonnes = [c.RELANCE, c.CODE_CLIENT, c.DEVISE, c.NIVEAU, c.SORTIE, c.MESSAGE, c.CREDITS]
    pd.testing.assert_frame_equal(lu.relances[colonnes], contenu.relances[colonnes], check_dtype=False)
    assert not lu.relances[[APPROUVEE, NIVEAU_MODIFIE]].any().any()
    attendues = contenu.lignes[contenu.lignes[c.RELANCE] != ""].set_index(c.LIGNE)
    lues = lu.lignes.set_index(c.LIGNE)
    colonnes = [
        c.RELANCE, c.CODE_CLIENT, c.PIECE, c.DATE_PIECE, c.DATE_ECHEANCE, c.DEVISE, c.RESTE_DU, c.DERNIER_NIVEAU, c.DERNIERE_RELANCE,
        c.NIVEAU_PROPOSE,
    ]  # fmt: skip
    pd.testing.assert_frame_equal(lues[colonnes].sort_index(), attendues[colonnes].sort_index(), check_dtype=False)
    assert lues[c.RETENIR].all()
    assert lu.avertissements == ()


def test_une_revue_relue_par_blocs_dit_la_meme_chose(revue: Revue, monkeypatch: pytest.MonkeyPatch) -> None:
    revue.approuver(3, 5).ecrire(o.DETAIL, 6, "Relance", "Total").ecrire(o.DETAIL, 9, "Retenir", "non")
    entiere = revue.relire()
    monkeypatch.setattr(tableau_relu, "_BLOC", 2)
    par_blocs = revue.relire()
    for attendue, lue in (
        (entiere.relances, par_blocs.relances),
        (entiere.lignes, par_blocs.lignes),
        (entiere.exclusions, par_blocs.exclusions),
    ):
        pd.testing.assert_frame_equal(lue, attendue)
    revue.approuver(*range(2, 8)).ecrire(o.LISTE, 5, "Sortie", "pigeon").ecrire(o.DETAIL, 12, "Reste dû", "beaucoup")
    fautes_par_blocs = revue.fautes()
    monkeypatch.undo()
    assert fautes_par_blocs == revue.fautes(), "la cellule nommée est la sienne, quel que soit son bloc"
    assert len(fautes_par_blocs) == 2


def test_l_ordre_des_onglets_ne_change_rien(revue: Revue) -> None:
    avant = revue.approuver(2, 3).relire()
    revue.feuilles.reverse()
    apres = revue.relire()
    pd.testing.assert_frame_equal(apres.relances, avant.relances)
    pd.testing.assert_frame_equal(apres.lignes, avant.lignes)
    assert apres.feuille_criteres == avant.feuille_criteres
    ordre = [onglet.nom for onglet in revue.feuilles if onglet.nom in ONGLETS]
    revue.feuilles = [onglet for onglet in revue.feuilles if onglet.nom in (o.BANQUE, o.EXCLUSIONS)]
    assert ordre.index(o.DETAIL) < ordre.index(o.LISTE)
    assert [faute.split("«")[1].split("»")[0].strip() for faute in revue.fautes()] == [o.LISTE, o.DETAIL, o.CRITERES]


def test_un_code_qui_revient_n_est_garde_qu_une_fois(revue: Revue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tableau_relu, "_BLOC", 2)
    for onglet in (o.LISTE, o.DETAIL):  # d'un bloc à l'autre, la lecture rend des textes neufs
        lignes = revue.lignes(onglet)
        lignes[1:] = [[v.encode().decode() if isinstance(v, str) else v for v in ligne] for ligne in lignes[1:]]
    lu = revue.relire()
    for champ in (c.RELANCE, c.CODE_CLIENT, c.RAISON_SOCIALE):
        textes = [*lu.relances[champ], *lu.lignes[champ]]
        assert len(textes) > len({*textes}) == len({*map(id, textes)}), champ


@pytest.mark.parametrize("coche", [True, 1, 1.0, "x", "X", "oui", "Vrai", "✓", Formule("=TRUE()"), Formule("=VRAI()"), "=VRAI()"], ids=str)
def test_chaque_facon_de_cocher(revue: Revue, coche: Valeur) -> None:
    assert approuvees(revue.approuver(3, valeur=coche).relire()) == {id_(2)}


@pytest.mark.parametrize("coche", [False, 0, None, "", "non", "FAUX", Formule("=FALSE()")], ids=str)
def test_chaque_facon_de_ne_pas_cocher(revue: Revue, coche: Valeur) -> None:
    assert approuvees(revue.approuver(3, valeur=coche).relire()) == set()


def test_une_coche_incomprise_est_dite_avec_sa_cellule(revue: Revue) -> None:
    (faute,) = revue.approuver(4, valeur="à voir").fautes()
    assert faute.startswith("revue.xlsx, onglet « Liste clients », cellule A4 : « à voir » n'est ni oui ni non")


def melanger(revue: Revue) -> None:
    for onglet in (o.LISTE, o.DETAIL):
        entete, *corps = revue.lignes(onglet)
        Random(3).shuffle(corps)
        revue.lignes(onglet)[:] = [entete, *corps]


def inserer_une_colonne(revue: Revue) -> None:
    for onglet in (o.LISTE, o.DETAIL):
        for i, ligne in enumerate(revue.lignes(onglet)):
            ligne.insert(1, "Mon avis" if i == 0 else "appeler d'abord")


def inserer_un_titre(revue: Revue) -> None:
    for onglet in (o.LISTE, o.DETAIL):
        revue.lignes(onglet)[:0] = [["Relances du mois"], []]


def ajouter_des_totaux(revue: Revue) -> None:
    liste, detail = revue.lignes(o.LISTE), revue.lignes(o.DETAIL)
    liste += [["Total", *[None] * 8, 123.45], [], [True, "Total 2026-03-31_1-0002"], [None, "Sous-total"]]
    detail.append([None, "Total général", *[None] * 10, 999])


def retrecir_les_lignes(revue: Revue) -> None:
    """Certains lecteurs ne rendent pas les cellules vides de la fin."""
    for ligne in revue.lignes(o.LISTE):
        while ligne and ligne[-1] in (None, ""):
            ligne.pop()


def renommer_a_la_casse_pres(revue: Revue) -> None:
    revue.lignes(o.LISTE)[0] = [str(libelle).upper().replace("É", "E") for libelle in revue.lignes(o.LISTE)[0]]


@pytest.mark.parametrize(
    "retouche", [melanger, inserer_une_colonne, inserer_un_titre, ajouter_des_totaux, retrecir_les_lignes, renommer_a_la_casse_pres]
)
def test_ce_que_l_utilisateur_fait_autour_ne_change_rien(revue: Revue, retouche: Callable[[Revue], None]) -> None:
    revue.approuver(2, 5).ecrire(o.LISTE, 5, "Message", "Bonjour").ecrire(o.DETAIL, 3, "Retenir", False)
    avant = revue.relire()
    retouche(revue)
    apres = revue.relire()

    def triees(table: pd.DataFrame, par: str) -> pd.DataFrame:
        return table.drop(columns=["position", "place_du_niveau"], errors="ignore").sort_values(par).reset_index(drop=True)

    pd.testing.assert_frame_equal(triees(avant.relances, c.RELANCE), triees(apres.relances, c.RELANCE))
    pd.testing.assert_frame_equal(triees(avant.lignes, c.LIGNE), triees(apres.lignes, c.LIGNE))


def test_l_ordre_de_la_liste_triee_est_celui_des_lettres(revue: Revue) -> None:
    entete, *corps = revue.lignes(o.LISTE)
    revue.lignes(o.LISTE)[:] = [entete, *reversed(corps)]
    assert list(revue.relire().relances[c.RELANCE]) == [id_(n) for n in (6, 5, 4, 3, 2, 1)]


def test_ligne_supprimee_n_est_ni_approuvee_ni_retenue(revue: Revue) -> None:
    revue.approuver(2, 3)
    del revue.lignes(o.LISTE)[1]
    piece = revue.lignes(o.DETAIL)[5][revue.colonne(o.DETAIL, "Pièce")]
    del revue.lignes(o.DETAIL)[5]
    lu = revue.relire()
    assert approuvees(lu) == {id_(2)}
    assert piece not in set(lu.lignes[c.PIECE])


def test_relance_en_double_compte_une_fois_la_copie_approuvee_l_emporte(revue: Revue) -> None:
    copie = [*revue.lignes(o.LISTE)[1]]
    revue.lignes(o.LISTE).append(copie)
    revue.approuver(8).ecrire(o.LISTE, 8, "Sortie", "Word").ecrire(o.LISTE, 2, "Niveau", "illisible, mais non approuvée")
    lu = revue.relire()
    (relance,) = lu.relances[lu.relances[c.RELANCE] == id_(1)].itertuples()
    assert (relance.approuvee, relance.sortie) == (True, "Word")


def test_deux_copies_approuvees_qui_se_contredisent_sont_refusees(revue: Revue) -> None:
    revue.approuver(2)
    revue.lignes(o.LISTE).append([*revue.lignes(o.LISTE)[1]])
    assert approuvees(revue.relire()) == {id_(1)}
    revue.ecrire(o.LISTE, 8, "Sortie", "Word")
    (faute,) = revue.fautes()
    assert "cellule R8" in faute and "contredit R2" in faute


def test_ligne_de_detail_en_double_compte_une_fois(revue: Revue) -> None:
    nombre = len(revue.relire().lignes)
    revue.lignes(o.DETAIL).append([*revue.lignes(o.DETAIL)[1]])
    assert len(revue.relire().lignes) == nombre
    derniere = len(revue.lignes(o.DETAIL))
    revue.approuver(2).ecrire(o.DETAIL, derniere, "Retenir", False)
    (faute,) = revue.fautes()
    assert f"cellule A{derniere}" in faute and "contredit A2" in faute


@pytest.mark.parametrize("ecrit", [2, 2.0, "2", "2,0", " Deuxième relance ", "DEUXIEME RELANCE", "niveau 2"])
def test_un_niveau_s_ecrit_de_plusieurs_facons(revue: Revue, ecrit: Valeur) -> None:
    lu = revue.approuver(2).ecrire(o.LISTE, 2, "Niveau", ecrit).relire()
    assert lu.relances[c.NIVEAU].iloc[0] == 2


@pytest.mark.parametrize("ecrit", [0, 4, -1, 1.5, "trois", None, True, CelluleErreur("#N/A"), Formule("=A1")], ids=str)
def test_un_niveau_incorrect_est_refuse_en_nommant_la_cellule(revue: Revue, ecrit: Valeur) -> None:
    (faute,) = revue.approuver(3).ecrire(o.LISTE, 3, "Niveau", ecrit).fautes()
    assert faute.startswith("revue.xlsx, onglet « Liste clients », cellule F3 : niveau")
    assert "3 (Troisième relance, mise en demeure)" in faute


def test_toutes_les_fautes_d_un_coup_et_rien_sur_ce_qui_n_est_pas_approuve(revue: Revue) -> None:
    for ligne in (2, 3, 4):
        revue.ecrire(o.LISTE, ligne, "Niveau", 9).ecrire(o.LISTE, ligne, "Sortie", "Pigeon")
    fautes = revue.approuver(2, 4).fautes()
    assert [cellule for faute in fautes for cellule in ("F2", "R2", "F3", "R3", "F4", "R4") if f"cellule {cellule} " in faute] == [
        "F2", "R2", "F4", "R4",
    ]  # fmt: skip


def test_sortie_reconnue_a_la_casse_et_aux_accents_pres(revue: Revue) -> None:
    revue.approuver(2, 3, 4)
    for ligne, ecrite in ((2, "pdf"), (3, " E-mail "), (4, "IMPRIMANTE")):
        revue.ecrire(o.LISTE, ligne, "Sortie", ecrite)
    assert list(revue.relire().relances[c.SORTIE].iloc[:3]) == ["PDF", "Email", "Imprimante"]


def test_niveau_modifie_seulement_si_l_utilisateur_l_a_change(revue: Revue, contenu: Contenu) -> None:
    propose = int(contenu.relances[c.NIVEAU].iloc[1])
    autre = 1 if propose != 1 else 2
    revue.approuver(2, 3).ecrire(o.LISTE, 3, "Niveau", autre)
    assert list(revue.relire().relances[NIVEAU_MODIFIE].iloc[:2]) == [False, True]


def test_decocher_ou_supprimer_la_ligne_la_plus_avancee_ne_modifie_pas_le_niveau(revue: Revue) -> None:
    relance = id_(1)
    detail = revue.lignes(o.DETAIL)
    niveaux = {i: int(str(ligne[revue.colonne(o.DETAIL, "Niveau proposé")])) for i, ligne in enumerate(detail) if ligne[1] == relance}
    hautes = [i for i, niveau in niveaux.items() if niveau == max(niveaux.values())]
    assert len(hautes) < len(niveaux), "l'exemple doit mêler les niveaux"
    for i in hautes:
        revue.ecrire(o.DETAIL, i + 1, "Retenir", "non")
    assert not revue.approuver(2).relire().relances[NIVEAU_MODIFIE].iloc[0]
    for i in reversed(hautes):
        del detail[i]
    assert not revue.relire().relances[NIVEAU_MODIFIE].iloc[0]


@pytest.mark.parametrize("niveau", [1, 2, 3])
def test_supprimer_ou_decocher_les_plus_avancees_dit_la_meme_chose_du_niveau(ecrites: list[Feuille], niveau: int) -> None:
    """Le niveau proposé est gardé dans la revue : « changé à la main » se compare, ne se devine pas."""
    decochee, supprimee = Revue(ecrites), Revue(ecrites)
    j = decochee.colonne(o.DETAIL, "Niveau proposé")
    siennes = [i for i, ligne in enumerate(decochee.lignes(o.DETAIL)) if ligne[1] == id_(1)]
    plus_haut = max(int(str(decochee.lignes(o.DETAIL)[i][j])) for i in siennes)
    hautes = [i for i in siennes if decochee.lignes(o.DETAIL)[i][j] == plus_haut]
    for i in reversed(hautes):
        decochee.ecrire(o.DETAIL, i + 1, "Retenir", False)
        del supprimee.lignes(o.DETAIL)[i]
    relues = [revue.approuver(2).ecrire(o.LISTE, 2, "Niveau", niveau).relire() for revue in (decochee, supprimee)]
    pd.testing.assert_frame_equal(relues[0].relances, relues[1].relances)
    assert relues[0].relances[NIVEAU_MODIFIE].iloc[0] == (niveau != plus_haut)


def test_le_niveau_de_la_liste_reste_bon_meme_s_il_n_est_pas_un_degre(revue: Revue) -> None:
    """Une prévenance est de niveau 0."""
    revue.approuver(2).ecrire(o.LISTE, 2, "Niveau", 0).ecrire(o.LISTE, 2, "Niveau proposé", 0)
    lu = revue.relire()
    assert (lu.relances[c.NIVEAU].iloc[0], lu.relances[NIVEAU_MODIFIE].iloc[0]) == (0, False)


def test_deux_messages_contraires_pour_une_relance_sont_refuses(revue: Revue) -> None:
    revue.approuver(2).lignes(o.LISTE).append([*revue.lignes(o.LISTE)[1]])
    revue.ecrire(o.LISTE, 8, "Message", "Merci de rappeler")
    (faute,) = revue.fautes()
    assert "cellule S8" in faute and "contredit S2" in faute


def test_une_derniere_relance_illisible_est_refusee_si_elle_part(revue: Revue) -> None:
    revue.ecrire(o.DETAIL, 2, "Dernière relance", "l'an dernier")
    revue.relire()
    (faute,) = revue.approuver(2).fautes()
    assert "onglet « Détail », cellule O2 : date illisible : « l'an dernier »" in faute


def test_sans_la_colonne_du_code_les_mots_du_motif_le_redonnent(revue: Revue) -> None:
    revue.ecrire(o.EXCLUSIONS, 2, "Reste dû", -120.5).ecrire(o.EXCLUSIONS, 2, "Motif", "Client créditeur")
    j = revue.colonne(o.EXCLUSIONS, "Code du motif")
    for ligne in revue.lignes(o.EXCLUSIONS):
        del ligne[j]
    assert list(revue.relire().exclusions[c.MOTIF]) == ["CREDITEUR"]


@pytest.mark.parametrize("lot", ["2026-02-20_1", "2026-03-31_1"])
def test_une_revue_ecrite_par_la_0_1_0_se_relit(tmp_path: Path, lot: str) -> None:
    with zipfile.ZipFile(RACINE / "tests" / "historique" / "dossier-0.1.0.zip") as archive:
        chemin = Path(archive.extract(f"relances/{lot}/revue.xlsx", tmp_path))
    lu = lire_classeur(chemin, ONGLETS, partial(relire, fichier=chemin.name, plans=PLANS_LIVRES))
    assert approuvees(lu) == {f"{lot}-000{n}" for n in (1, 2, 3)}
    assert not lu.relances[NIVEAU_MODIFIE].any() and list(lu.relances[c.SORTIE]) == ["Word"] * 3
    assert lu.lignes[c.RESTE_DU].sum() == 159_050 and lu.lignes[c.RETENIR].all()


def test_codes_montants_et_dates_revenus_sous_une_autre_forme(revue: Revue) -> None:
    avant = revue.approuver(2).relire()
    detail = revue.lignes(o.DETAIL)
    for ligne in detail[1:]:
        for libelle in ("Échéance", "Date pièce", "Dernière relance"):
            j = revue.colonne(o.DETAIL, libelle)
            jour = ligne[j]
            if isinstance(jour, date):
                formes: list[Valeur] = [f"{jour:%d/%m/%Y}", datetime.combine(jour, time.min), (jour - date(1899, 12, 30)).days]
                ligne[j] = Random(str(ligne)).choice(formes)
        j = revue.colonne(o.DETAIL, "Reste dû")
        montant = float(str(ligne[j]).removesuffix(" JPY"))  # la devise du format se lit avec le montant
        ligne[j] = f"{montant:,.2f}".replace(",", " ").replace(".", ",")
    pd.testing.assert_frame_equal(revue.relire().lignes, avant.lignes)


def test_un_code_devenu_nombre_garde_sa_forme_de_code(revue: Revue) -> None:
    revue.ecrire(o.LISTE, 2, "Code client", 411001.0).ecrire(o.DETAIL, 2, "Pièce", 202600012)
    lu = revue.relire()
    assert lu.relances[c.CODE_CLIENT].iloc[0] == "411001"
    assert lu.lignes[c.PIECE].iloc[0] == "202600012"


def test_montant_ou_date_illisibles_seulement_la_ou_ils_comptent(revue: Revue) -> None:
    revue.ecrire(o.DETAIL, 2, "Reste dû", "beaucoup").ecrire(o.DETAIL, 3, "Échéance", "bientôt")
    revue.relire()
    fautes = revue.approuver(2).fautes()
    assert len(fautes) == 2
    assert "cellule M2 : montant illisible" in fautes[0] and "cellule H3 : date illisible" in fautes[1]


def test_les_credits_exclus_sont_rendus(ecrites: list[Feuille]) -> None:
    revue = Revue(ecrites)
    revue.ecrire(o.EXCLUSIONS, 2, "Reste dû", -120.5).ecrire(o.EXCLUSIONS, 2, "Code du motif", "CREDITEUR")
    (credit,) = revue.relire().exclusions.itertuples(index=False)
    assert (credit.reste_du, credit.devise, credit.motif) == (-12_050, "EUR", "CREDITEUR")


def test_relance_approuvee_sans_aucune_ligne_est_signalee(revue: Revue) -> None:
    revue.lignes(o.LISTE).append([True, "2025-01-01_1-0001", "C9", "Inconnu", None, 1, 1, 10, 0, 10, *[None] * 7, "PDF"])
    (avertissement,) = revue.relire().avertissements
    assert "2025-01-01_1-0001" in str(avertissement)


@pytest.mark.parametrize("onglet", [o.LISTE, o.DETAIL, o.EXCLUSIONS, o.CRITERES])
def test_un_onglet_supprime_est_nomme(revue: Revue, onglet: str) -> None:
    revue.feuilles = [f for f in revue.feuilles if f.nom != onglet]
    assert revue.fautes() == [f"revue.xlsx : l'onglet « {onglet} » manque → {faute_remede(onglet)}"]


def faute_remede(onglet: str) -> str:
    return "relancez « lister »" if onglet == o.CRITERES else "relancez « lister » : la revue doit garder ses onglets"


def test_une_colonne_renommee_est_nommee_avec_la_plus_proche(revue: Revue) -> None:
    revue.lignes(o.LISTE)[0][5] = "Niveaux ?"
    revue.lignes(o.DETAIL)[0][0] = "zut"
    fautes = revue.fautes()
    assert "« Niveau » est introuvable → renommez « Niveaux ? » en « Niveau »" in fautes[0]
    assert "« Retenir » est introuvable" in fautes[1]


def test_sans_la_colonne_relance_on_ne_propose_pas_la_derniere_relance(revue: Revue) -> None:
    entetes = revue.lignes(o.LISTE)[0]
    entetes[entetes.index("Relance")] = None
    assert "« Relance » est introuvable → remettez l'en-tête « Relance »" in revue.fautes()[0]


def test_une_colonne_supprimee_ne_se_remplace_pas_par_une_autre_du_tableau(revue: Revue) -> None:
    entetes = revue.lignes(o.DETAIL)[0]
    entetes[entetes.index("Pièce")] = None
    assert revue.fautes() == [
        "revue.xlsx, onglet « Détail », ligne d'en-tête : la colonne « Pièce » est introuvable → remettez l'en-tête « Pièce », ou relancez « lister »"
    ]


def test_l_onglet_criteres_est_rendu_tel_quel(revue: Revue) -> None:
    assert revue.relire().feuille_criteres.lignes[1][0] == "Codes clients"


def test_une_prevenance_ne_devient_pas_une_relance(revue: Revue) -> None:
    propose = next(colonne.libelle for colonne in o.COLONNES_LISTE if colonne.champ == c.NIVEAU_PROPOSE)
    revue.approuver(3).ecrire(o.LISTE, 3, propose, 0)
    (faute,) = revue.ecrire(o.LISTE, 3, "Niveau", 2).fautes()
    assert "cellule F3" in faute and "une prévenance ne devient pas une relance" in faute
    relances = revue.ecrire(o.LISTE, 3, "Niveau", 0).relire().relances
    assert relances.loc[relances["approuvee"], c.NIVEAU].tolist() == [0]
