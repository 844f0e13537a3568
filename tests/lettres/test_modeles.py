"""Les modèles livrés : reconstruits à l'identique, compilés sans faute, justes en droit, beaux une fois imprimés."""

import io
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any

import docx
import fabrique
import lettres_de_reference
import pandas as pd
import pytest
from fabrique_lettres import EMETTEUR, lignes_decidees, relances_decidees
from lieux import RACINE

from relances_xl.domaine import tables as c
from relances_xl.domaine.ecrits.montants import Montant
from relances_xl.domaine.niveaux import LIVRES
from relances_xl.domaine.parametres import Parametres
from relances_xl.lettres.catalogue import CATALOGUE
from relances_xl.lettres.compile.gabarit.texte_a_champs import compiler_texte
from relances_xl.lettres.donnees.rangees import Valeurs
from relances_xl.lettres.donnees.valeurs_de_lettre import valeurs_des_relances, valeurs_des_releves, valeurs_liste
from relances_xl.lettres.modele import Modele, compiler

DOSSIER = RACINE / "modeles"
WORD = sorted(DOSSIER.glob("*.docx"))
COURRIELS = sorted(DOSSIER.glob("courriel-*.txt"))
NBSP = "\u00a0"


def _tables(
    n: int = 2, type_client: str = "Professionnel", niveau: int = 3, **client: object
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, Parametres]:
    """Les quatre arguments de `valeurs_*` : n échéances de 100 €, un crédit de 50 €, deux autres échéances échues."""
    frais = niveau == 3 and type_client in ("Professionnel", "Public")
    penalites, indemnite = (1198, 4000 * n) if frais else (0, 0)
    lignes = lignes_decidees(
        *(
            {
                "piece": f"F{i:03d}",
                "date_echeance": "31/01/2026",
                "reste_du": "100",
                "relance": "R-0001",
                "niveau_propose": niveau,
                "derniere_relance": date(2026, 3, 12) if niveau > 1 else None,
            }
            for i in range(n)
        ),
        {"piece": "AVOIR", "date_echeance": "01/03/2026", "reste_du": "-50", "relance": "R-0001"},
        {"piece": "AUTRE1", "date_echeance": "20/03/2026", "reste_du": "80", "autre": True, "dernier_niveau": 1},
        {"piece": "AUTRE2", "date_echeance": "21/03/2026", "reste_du": "70", "autre": True, "dernier_niveau": 1},
    )
    net = 10000 * n - 5000
    relances = relances_decidees(
        {
            c.NIVEAU: niveau, c.NB_ECHEANCES: n, c.RETARD: 10000 * n, c.CREDITS: 5000, c.NET: net, c.PENALITES: penalites,
            c.INDEMNITE: indemnite, c.TOTAL_RECLAME: net + penalites + indemnite, c.TAUX: "12,15 %" if frais else "",
            c.DERNIERE_RELANCE: date(2026, 3, 12) if niveau > 1 else None, c.MESSAGE: "Merci de votre appel.\nÀ bientôt.",
        }
    )  # fmt: skip
    clients = fabrique.clients({"type_client": type_client, "raison_sociale": "Établissements Lefèvre & Fils", **client})
    return relances, lignes, clients, replace(Parametres(fabrique.parametres().criteres), emetteur=EMETTEUR)


def _valeurs(**options: Any) -> Valeurs:
    [(_, valeurs)] = valeurs_des_relances(*_tables(**options))
    return valeurs


def _texte(document: bytes) -> str:
    """Tout le texte du corps, tableaux compris, espaces insécables ramenées à des espaces."""
    corps = docx.Document(io.BytesIO(document)).element.body
    paragraphes = ("".join(t.text or "" for t in p.iter("{*}t")) for p in corps.iter("{*}p"))
    return re.sub(r"[\s\u00a0]+", " ", "\n".join(paragraphes))


@pytest.fixture(scope="module")
def modeles() -> dict[str, Modele]:
    return {chemin.name: compiler(chemin, CATALOGUE) for chemin in WORD}


def test_les_modeles_livres_sont_ceux_que_le_script_construit() -> None:
    sys.path.insert(0, str(DOSSIER))
    try:
        construire = import_module("construire")
    finally:
        sys.path.remove(str(DOSSIER))
    faits = construire.modeles()
    assert set(faits) == {chemin.name for chemin in WORD}
    for nom, contenu in faits.items():
        assert _parties(contenu) == _parties((DOSSIER / nom).read_bytes()), f"{nom} : relancez python modeles/construire.py"


def _parties(document: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        return {nom: archive.read(nom) for nom in archive.namelist()}


def test_chaque_niveau_livre_a_son_modele_et_son_courriel_dans_les_deux_langues() -> None:
    for niveau in LIVRES:
        base = Path(niveau.modele).stem
        for nom in (f"{base}.docx", f"{base}.en.docx", f"courriel-{niveau.numero}.txt", f"courriel-{niveau.numero}.en.txt"):
            assert (DOSSIER / nom).is_file(), nom


def test_ils_se_compilent_sans_faute_ni_reserve(modeles: dict[str, Modele]) -> None:
    for nom, modele in modeles.items():
        assert (modele.avertissements, modele.reserves) == ((), ()), nom
        assert modele.langue == ("en" if ".en." in nom else "fr")
        assert modele.utilise_nombre_de_pages


def test_l_anglais_emploie_les_memes_champs_que_le_francais(modeles: dict[str, Modele]) -> None:
    for nom in ("prevenance", "relance-1", "relance-2", "relance-3"):
        francais, anglais = modeles[f"{nom}.docx"].champs, modeles[f"{nom}.en.docx"].champs
        # L'anglais a sa propre formule d'appel et son propre objet : ceux des critères sont en français.
        assert francais - anglais == {"objet", "client.politesse"}
        assert anglais <= francais


@pytest.mark.parametrize("chemin", COURRIELS, ids=lambda chemin: chemin.name)
def test_les_courriels_disent_la_somme_et_ou_la_payer(chemin: Path) -> None:
    langue = "en" if ".en." in chemin.name else "fr"
    texte, fautes = compiler_texte(chemin.read_text(encoding="utf-8"), chemin.name, langue)
    assert texte and not fautes
    rendu = texte.rendre(_valeurs(niveau=int(chemin.name[9]) or 1))
    assert ("€" in rendu) and "FR76 3000 6000 0112 3456 7890 189" in rendu and "C1" in rendu
    assert "Merci de votre appel.\nÀ bientôt." in rendu
    assert not re.search(r"[{}]|\n\n\n", rendu)


ARTICLES = {
    "Professionnel": {"L. 441-10", "D. 441-5"},
    "Public": {"L. 2192-13", "R. 2192-31", "D. 2192-35"},
    "Particulier": {"1344", "1231-6", "1344-1"},
    "": {"1344"},  # ni réclamation, ni renonciation
}


@pytest.mark.parametrize("type_client", ARTICLES)
@pytest.mark.parametrize("langue", ["", ".en"])
def test_la_mise_en_demeure_cite_les_textes_du_client_et_eux_seuls(modeles: dict[str, Modele], type_client: str, langue: str) -> None:
    texte = _texte(modeles[f"relance-3{langue}.docx"].fusionner(_valeurs(type_client=type_client)))
    cites = set(re.findall(r"[LRD]\. \d+-\d+|\b1344-1|\b1344(?!-)|\b1231-6", texte))
    assert cites == ARTICLES[type_client]
    assert not re.search(r"prescription|interrompt|limitation|L\. ?441-6|1153\b", texte, re.IGNORECASE)


@pytest.mark.parametrize(("type_client", "frais"), [("Professionnel", True), ("Public", True), ("Particulier", False), ("", False)])
def test_penalites_et_indemnite_ne_se_montrent_que_reclamees(modeles: dict[str, Modele], type_client: str, frais: bool) -> None:
    texte = _texte(modeles["relance-3.docx"].fusionner(_valeurs(type_client=type_client)))
    assert ("Total à régler" in texte) is frais
    assert ("Indemnité forfaitaire" in texte) is frais
    assert ("Intérêts moratoires au taux annuel de 12,15 %" in texte) is (type_client == "Public")
    assert ("Pénalités de retard au taux annuel de 12,15 %" in texte) is (type_client == "Professionnel")
    assert ("Reste dû Pénalités" in texte) is frais
    assert ("241,98 €" if frais else "150,00 €") in texte
    assert ("Aucuns frais de recouvrement ne vous sont demandés" in texte) is (type_client == "Particulier")


def test_un_niveau_sans_frais_met_en_demeure_un_professionnel_sans_en_parler(modeles: dict[str, Modele]) -> None:
    zero = Montant(0, "EUR")
    texte = _texte(modeles["relance-3.docx"].fusionner(_valeurs() | {"penalites": zero, "indemnite": zero}))
    assert "article 1344 du code civil" in texte and "mettons en demeure" in texte
    for absent in ("L. 441-10", "40 €", "Total à régler"):
        assert absent not in texte


def _melees(*dernieres: date | None, frais: bool = True, niveau: int = 3) -> Valeurs:
    """Une petite échéance au niveau 3, déjà relancée à ces dates, et une grosse jamais relancée, avec un avoir sur la petite."""
    anciennes = [
        {"piece": f"VIEILLE{i}", "date_echeance": "31/01/2026", "reste_du": "214,92", "relance": "R-0001", "niveau_propose": niveau,
         "dernier_niveau": niveau - 1, "derniere_relance": jour, "penalites": 430 if frais else 0, "indemnite": 4000 if frais else 0,
         "net_penalisable": 20000 if i == 0 else 21492}
        for i, jour in enumerate(dernieres)
    ]  # fmt: skip
    lignes = lignes_decidees(
        *anciennes,
        {"piece": "NEUVE", "date_echeance": "20/03/2026", "reste_du": "14162,07", "relance": "R-0001", "niveau_propose": 1},
        {"piece": "AVOIR", "date_echeance": "01/03/2026", "reste_du": "-14,92", "relance": "R-0001", "net_penalisable": 0},
    )
    retard, n = 21492 * len(anciennes) + 1416207, len(anciennes)
    penalites, indemnite = (430 * n, 4000 * n) if frais else (0, 0)
    relances = relances_decidees(
        {c.NIVEAU: niveau, c.NB_ECHEANCES: n + 1, c.RETARD: retard, c.CREDITS: 1492, c.NET: retard - 1492, c.PENALITES: penalites,
         c.INDEMNITE: indemnite, c.TOTAL_RECLAME: retard - 1492 + penalites + indemnite, c.DERNIERE_RELANCE: max(filter(None, dernieres))}
    )  # fmt: skip
    [(_, valeurs)] = valeurs_des_relances(
        relances, lignes, fabrique.clients({}), replace(Parametres(fabrique.parametres().criteres), emetteur=EMETTEUR)
    )
    return valeurs


LE_12, LE_14 = date(2026, 3, 12), date(2026, 3, 14)


def test_la_mise_en_demeure_ne_porte_que_sur_les_echeances_de_son_niveau(modeles: dict[str, Modele]) -> None:
    texte = _texte(modeles["relance-3.docx"].fusionner(_melees(LE_12)))
    assert "Notre relance du 12 mars 2026 est restée sans effet." in texte
    assert "mettons en demeure de nous régler, dans un délai de huit jours à compter de la première présentation de cette lettre" in texte
    assert "la somme de 244,30 €. D'autres échéances, également échues, sont à régler dès réception, pour 14 162,07 €." in texte
    vieille, annonce, neuve = (texte.index(mot) for mot in ("VIEILLE0", "Également échues, à régler dès réception", "NEUVE"))
    assert texte.index("Objet de cette mise en demeure") < vieille < texte.index("AVOIR") < annonce < neuve
    assert "dont mis en demeure 200,00 € dont également échu 14 162,07 €" in texte
    assert "Total à régler 14 406,37 €" in texte
    assert "VIEILLE0 01/01/2026 31/01/2026 59 j 214,92 € 214,92 € 4,30 €" in texte


def test_sans_niveaux_meles_rien_n_est_partage(modeles: dict[str, Modele]) -> None:
    texte = _texte(modeles["relance-3.docx"].fusionner(_valeurs()))
    assert "la somme de 241,98 €, qui se décompose ainsi" in texte
    for absent in ("galement échu", "Objet de cette", "dont"):
        assert absent not in texte


@pytest.mark.parametrize(
    ("dernieres", "francais", "anglais"),
    [
        ((LE_12, LE_12), "Notre relance du 12 mars 2026 est restée sans effet", "Our reminder of 12 March 2026 has had no effect"),
        ((LE_12, LE_14), "Nos relances, dont la dernière du 14 mars 2026, sont restées sans effet", "the last of them dated 14 March 2026"),
    ],
)
def test_la_relance_precedente_est_celle_des_echeances_exigees(
    modeles: dict[str, Modele], dernieres: tuple[date, ...], francais: str, anglais: str
) -> None:
    valeurs = _melees(*dernieres)
    assert francais in _texte(modeles["relance-3.docx"].fusionner(valeurs))
    assert anglais in _texte(modeles["relance-3.en.docx"].fusionner(valeurs))


def test_restee_sans_effet_ne_se_dit_pas_d_une_echeance_jamais_relancee(modeles: dict[str, Modele]) -> None:
    valeurs = _melees(LE_12, None)
    for nom in ("relance-3.docx", "relance-3.en.docx", "relance-2.docx", "relance-2.en.docx"):
        texte = _texte(modeles[nom].fusionner(valeurs))
        assert not re.search(r"sans effet|no effect|Malgré|Despite", texte), nom


def test_la_deuxieme_relance_compte_huit_jours_de_sa_date_et_pour_ses_echeances(modeles: dict[str, Modele]) -> None:
    texte = _texte(modeles["relance-2.docx"].fusionner(_melees(LE_12, frais=False, niveau=2)))
    assert "des échéances restent impayées pour un total de 200,00 €. D'autres, également échues, s'y ajoutent pour 14 162,07 € :" in texte
    assert "la somme de 200,00 € sous huit jours à compter de la date de cette lettre" in texte


def _courriel(niveau: int, langue: str, valeurs: Valeurs) -> str:
    """Le texte du courriel livré pour ce niveau."""
    nom = f"courriel-{niveau}{'' if langue == 'fr' else '.en'}.txt"
    texte, _ = compiler_texte((DOSSIER / nom).read_text(encoding="utf-8"), nom, langue)
    assert texte
    return texte.rendre(valeurs).replace(NBSP, " ")


@pytest.mark.parametrize("numero", [2, 3])
@pytest.mark.parametrize("langue", ["fr", "en"])
def test_le_courriel_ne_met_en_demeure_que_de_la_part_exigee(numero: int, langue: str) -> None:
    rendu = _courriel(numero, langue, _melees(LE_12))
    assert "244,30" in rendu or "244.30" in rendu
    assert re.search(r"également échues|also overdue", rendu) and re.search(r"14.162[,.]07", rendu)


def _couvertes(niveau: int, type_client: str = "Professionnel") -> Valeurs:
    """Une échéance de 100 € au niveau de la lettre, qu'un avoir couvre, et une de 80 € au niveau 1 : rien n'est dû à ce niveau."""
    relancee = {"niveau_propose": niveau, "dernier_niveau": niveau - 1, "derniere_relance": LE_12, "net_penalisable": 0}
    lignes = lignes_decidees(
        {**relancee, "piece": "VIEILLE", "date_echeance": "31/01/2026", "reste_du": "100", "relance": "R-0001"},
        {"piece": "NEUVE", "date_echeance": "20/03/2026", "reste_du": "80", "relance": "R-0001", "niveau_propose": 1},
        {"piece": "AVOIR", "date_echeance": "01/03/2026", "reste_du": "-100", "relance": "R-0001", "net_penalisable": 0},
    )
    relances = relances_decidees(
        {c.NIVEAU: niveau, c.RETARD: 18000, c.CREDITS: 10000, c.NET: 8000, c.PENALITES: 0, c.INDEMNITE: 0, c.TOTAL_RECLAME: 8000,
         c.TAUX: "", c.DERNIERE_RELANCE: LE_12}
    )  # fmt: skip
    clients = fabrique.clients({"type_client": type_client})
    parametres = replace(Parametres(fabrique.parametres().criteres), emetteur=EMETTEUR)
    [(_, valeurs)] = valeurs_des_relances(relances, lignes, clients, parametres)
    assert valeurs["total_exige"] == Montant(0, "EUR")
    return valeurs


RECLAME = re.compile(
    r"\b0[,.]00|mise? en demeure|mettons|sans effet|Malgré|délai|huit jours|juridiction|cette somme"
    r"|formal notice|had no effect|Despite|eight days|within|court|this sum",
    re.IGNORECASE,
)


@pytest.mark.parametrize("type_client", ["Professionnel", "Particulier", "Public", ""])
@pytest.mark.parametrize("niveau", [2, 3])
@pytest.mark.parametrize(("langue", "couvertes"), [("", "Couvertes par les crédits"), (".en", "Covered by the credits")])
def test_un_niveau_que_les_credits_couvrent_n_est_pas_reclame(
    modeles: dict[str, Modele], type_client: str, niveau: int, langue: str, couvertes: str
) -> None:
    texte = _texte(modeles[f"relance-{niveau}{langue}.docx"].fusionner(_couvertes(niveau, type_client)))
    assert not RECLAME.search(texte), RECLAME.findall(texte)
    annonce, vieille, avoir, neuve = (texte.index(mot) for mot in (couvertes, "VIEILLE", "AVOIR", "NEUVE"))
    assert annonce < vieille < avoir < neuve
    assert re.search(r"un total de 80,00 €, que nous vous remercions|a total of €80.00 remained due", texte)
    assert re.search(r"Total dû au 31/03/2026 80,00 €|Total due on 31/03/2026 €80.00", texte)


@pytest.mark.parametrize("niveau", [2, 3])
@pytest.mark.parametrize("langue", ["fr", "en"])
def test_le_courriel_ne_reclame_pas_un_niveau_que_les_credits_couvrent(niveau: int, langue: str) -> None:
    rendu = _courriel(niveau, langue, _couvertes(niveau))
    assert not RECLAME.search(rendu), rendu
    assert ("80,00 €" if langue == "fr" else "€80.00") in rendu and not re.search(r"\n\n\n|  ", rendu)


@pytest.mark.parametrize("niveau", [2, 3])
def test_son_objet_est_celui_du_niveau_de_ce_qui_reste_du(niveau: int) -> None:
    assert _couvertes(niveau)["objet"] == "Rappel : factures échues – Client Un"


def test_une_promesse_non_tenue_est_rappelee(modeles: dict[str, Modele]) -> None:
    valeurs = _valeurs() | {"promesse_non_tenue": date(2026, 3, 20)}
    assert "annoncé un règlement pour le 20 mars 2026" in _texte(modeles["relance-3.docx"].fusionner(valeurs))


def test_la_prevenance_n_accuse_personne(modeles: dict[str, Modele]) -> None:
    for nom in ("prevenance.docx", "prevenance.en.docx"):
        texte = _texte(modeles[nom].fusionner(_valeurs(niveau=1)))
        assert not re.search(
            r"retard|overdue|impayé|relance|reminder|mise en demeure|AUTRE1",
            texte.replace("Deuxième relance", "").replace("R-0001", ""),
            re.IGNORECASE,
        ), nom
        assert "F000" in texte and "150" in texte


def test_un_modele_d_avant_avec_echeance_marche_encore(modeles: dict[str, Modele]) -> None:
    valeurs = _melees(LE_12)
    assert [e["piece"] for e in valeurs["echeances"]] == ["VIEILLE0", "NEUVE"]  # type: ignore[attr-defined]


def test_la_lettre_dit_tout_ce_que_le_client_doit_savoir(modeles: dict[str, Modele]) -> None:
    texte = _texte(modeles["relance-2.docx"].fusionner(_valeurs(niveau=2)))
    for attendu in (
        "Établissements Lefèvre & Fils", "44000 NANTES", "Objet : Deuxième relance – Établissements Lefèvre & Fils",
        "F000 01/01/2026 31/01/2026 59 j 100,00 € 100,00 €", "AVOIR", "-50,00 €", "Total dû au 31/03/2026 150,00 €",
        "relance du 12 mars 2026", "Merci de votre appel.", "AUTRE1", "Total 150,00 €", "IBAN : FR76 3000 6000 0112 3456 7890 189",
    ):  # fmt: skip
        assert attendu in texte, attendu


def test_sans_autre_echeance_ni_relance_precedente_rien_n_en_parle(modeles: dict[str, Modele]) -> None:
    valeurs = _valeurs(niveau=2) | {"autres": [], "derniere_relance": "", "relance_commune": "", "message": "", "qr_paiement": ""}
    texte = _texte(modeles["relance-2.docx"].fusionner(valeurs))
    assert "Nous n'avons pas reçu" in texte
    for absent in ("Malgré", "Pour information", "Scannez"):
        assert absent not in texte


def test_le_recommande_est_ecrit_sur_la_lettre_et_elle_seule(modeles: dict[str, Modele]) -> None:
    mention = "LETTRE RECOMMANDÉE AVEC ACCUSÉ DE RÉCEPTION"
    assert mention in _texte(modeles["relance-3.docx"].fusionner(_valeurs()))
    assert mention not in _texte(modeles["relance-1.docx"].fusionner(_valeurs(niveau=1)))


def test_le_releve_et_la_liste_se_fusionnent(modeles: dict[str, Modele]) -> None:
    [(_, releve)] = valeurs_des_releves(*_tables())
    texte = _texte(modeles["releve.docx"].fusionner(releve))
    assert "AUTRE2" in texte and "Solde 0,00 € 150,00 € 200,00 € 0,00 € 0,00 € 50,00 € 300,00 €" in texte
    liste = valeurs_liste(*_tables())
    texte = _texte(modeles["liste-clients.docx"].fusionner(liste))
    assert "Total EUR 1 relance(s) 200,00 € 50,00 € 150,00 € 241,98 €" in texte and "Détail" not in texte
    relances, lignes, clients, parametres = _tables()
    detaille = fabrique.parametres(parametres, detaille=True)
    texte = _texte(modeles["liste-clients.docx"].fusionner(valeurs_liste(relances, lignes, clients, detaille)))
    assert "Détail des échéances" in texte and "F001" in texte and "AVOIR" in texte


@pytest.fixture(scope="module")
def pages(
    modeles: dict[str, Modele], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, list[dict[str, tuple[float, float]]]]]:
    """Document → pages → mot → (x, y) en millimètres de son coin haut gauche, imprimés par LibreOffice."""
    if not shutil.which("soffice") or not shutil.which("pdftotext"):
        pytest.skip("LibreOffice (soffice) et pdftotext sont nécessaires pour regarder les lettres imprimées")
    dossier = tmp_path_factory.mktemp("imprime")
    etranger = {"pays": "Allemagne", "contact": "Anne Roy", "adresse2": "Bâtiment C", "adresse3": "ZA Nord"}
    seule = {"autres": [], "message": ""}
    (dossier / "courte.docx").write_bytes(modeles["relance-3.docx"].fusionner(_valeurs(n=4, **etranger) | seule))
    for n in range(30, 37):
        (dossier / f"longue-{n}.docx").write_bytes(modeles["relance-3.docx"].fusionner(_valeurs(n=n)))
    (dossier / "soixante.docx").write_bytes(modeles["relance-1.docx"].fusionner(_valeurs(n=60, niveau=1)))
    profil = f"-env:UserInstallation={(dossier / 'profil').as_uri()}"
    fichiers = [str(chemin) for chemin in dossier.glob("*.docx")]
    subprocess.run(["soffice", profil, "--headless", "--convert-to", "pdf", "--outdir", str(dossier), *fichiers], capture_output=True, timeout=180, check=True)  # fmt: skip
    yield {pdf.stem: _mots(pdf) for pdf in dossier.glob("*.pdf")}


def _mots(pdf: Path) -> list[dict[str, tuple[float, float]]]:
    sortie = subprocess.run(["pdftotext", "-bbox", str(pdf), "-"], capture_output=True, text=True, encoding="utf-8", check=True).stdout
    mots = r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="[\d.]+" yMax="[\d.]+">(.*?)</word>'
    return [
        {mot: (float(x) * 25.4 / 72, float(y) * 25.4 / 72) for x, y, mot in reversed(re.findall(mots, page))}
        for page in sortie.split("<page ")[1:]
    ]


def test_l_adresse_est_dans_la_fenetre(pages: dict[str, list[dict[str, tuple[float, float]]]]) -> None:
    page = pages["courte"][0]
    x, y = page["Établissements"]
    assert abs(x - 105) <= 2 and abs(y - 50) <= 2
    assert abs(page["ALLEMAGNE"][0] - 105) <= 2
    assert page["ALLEMAGNE"][1] + 4 <= 79  # septième ligne : encore visible, lettre au plus bas dans l'enveloppe
    assert page["Objet"][1] >= 90 - 1  # rien d'autre ne se montre, lettre au plus haut


def test_une_mise_en_demeure_ordinaire_tient_sur_une_page(pages: dict[str, list[dict[str, tuple[float, float]]]]) -> None:
    assert len(pages["courte"]) == 1


def test_l_en_tete_du_tableau_se_repete_et_les_pages_sont_numerotees(pages: dict[str, list[dict[str, tuple[float, float]]]]) -> None:
    lettre = pages["soixante"]
    assert len(lettre) > 1
    for page in lettre:
        assert page["Page"][1] > 270 and page[str(len(lettre))][1] > 270
    suites = [page for page in lettre[1:] if any(mot.startswith("F0") for mot in page)]
    assert suites and all(page["Pièce"][1] < 30 for page in suites)


def test_un_total_n_est_jamais_seul_en_haut_d_une_page(pages: dict[str, list[dict[str, tuple[float, float]]]]) -> None:
    longues = {nom: lettre for nom, lettre in pages.items() if nom.startswith("longue")}
    assert any("AVOIR" in lettre[1] for lettre in longues.values()), "les cas n'encadrent plus la fin de la page"
    for nom, lettre in longues.items():
        if "Indemnité" in lettre[1]:
            assert "AVOIR" in lettre[1], nom


@pytest.mark.parametrize(
    ("taux", "attendu"),
    [
        ("13,15 % puis 12,15 %", "13.15 % then 12.15 %"),
        ("13,15 % et 12,15 % selon l'échéance", "13.15 % and 12.15 % depending on the item"),
        ("10,00 % à 14,50 % selon le semestre", "10.00 % to 14.50 % depending on the half-year"),
    ],
)
def test_le_taux_s_ecrit_en_anglais_dans_la_lettre_anglaise(modeles: dict[str, Modele], taux: str, attendu: str) -> None:
    valeurs = _valeurs() | {"taux_penalites": taux}
    assert attendu in _texte(modeles["relance-3.en.docx"].fusionner(valeurs))


def test_les_lettres_sont_celles_de_reference() -> None:
    """`python tests/outils/lettres_de_reference.py` les renouvelle ; relisez la différence."""
    assert lettres_de_reference.decrire() == lettres_de_reference.REFERENCE.read_text(encoding="utf-8")
