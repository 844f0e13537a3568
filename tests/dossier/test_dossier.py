"""Le dossier : lots numérotés, noms de fichiers sûrs, verrou, écritures d'un coup."""

import os
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from filelock import SoftFileLock
from hypothesis import given
from hypothesis import strategies as st

from relances_xl.domaine.erreurs import ErreurUtilisateur
from relances_xl.dossier import Dossier, lot_de
from relances_xl.etapes.lanceurs import lanceurs
from relances_xl.etapes.nouveau import nouveau
from relances_xl.etapes.production.noms_de_lettres import NomDeLettre, noms_de_lettres
from relances_xl.fichiers.ecriture_sure import _provisoire, ecrire_octets, ecriture
from relances_xl.fichiers.ressources import ressources

JOUR = date(2026, 3, 31)


def test_les_lots_du_jour_se_suivent_et_un_numero_ne_ressert_jamais(tmp_path: Path) -> None:
    dossier = Dossier(tmp_path)
    assert [dossier.creer_lot(JOUR).nom for _ in range(2)] == ["2026-03-31_1", "2026-03-31_2"]
    assert dossier.creer_lot(JOUR, connus=["2026-03-31_7", "2026-03-30_9"]).nom == "2026-03-31_8"
    assert dossier.creer_lot(date(2026, 4, 1)).nom == "2026-04-01_1"


def test_le_dixieme_lot_vient_apres_le_neuvieme(tmp_path: Path) -> None:
    dossier = Dossier(tmp_path)
    for _ in range(10):
        dossier.creer_lot(JOUR)
    (dossier.relances / "brouillon").mkdir()
    assert dossier.lots()[-1].nom == "2026-03-31_10"


def test_le_lot_d_une_relance_est_dans_son_nom() -> None:
    assert lot_de("2026-03-31_12-0042") == "2026-03-31_12"


@pytest.mark.parametrize(
    ("code", "attendu"),
    [
        ("C001", "C001_n1_EUR"),
        ("a/b\\c:d", "a-b-c-d_n1_EUR"),
        ("..", "sans-nom_n1_EUR"),
        ("Société « Été »", "Société « Été »_n1_EUR"),
        (" x ", "x_n1_EUR"),
        ("CON", "CON_n1_EUR"),
        ("nul.txt", "nul_.txt_n1_EUR"),
        ("a\u202eb", "ab_n1_EUR"),
    ],
)
def test_le_nom_d_une_lettre_est_lisible_et_sur(code: str, attendu: str) -> None:
    assert noms_de_lettres([NomDeLettre("r", code, 1, "EUR")], {}) == {"r": attendu}


@given(st.lists(st.text(min_size=1, max_size=300), min_size=1, max_size=12, unique=True))
def test_des_codes_differents_ont_des_fichiers_differents_meme_sans_la_casse(codes: list[str]) -> None:
    noms = noms_de_lettres([NomDeLettre(str(i), code, 1, "EUR", code) for i, code in enumerate(codes)], {})
    assert len({nom.casefold() for nom in noms.values()}) == len(codes)
    for nom in noms.values():
        assert len(nom) < 130
        assert not set(nom) & set('<>:"/\\|?*') and nom.strip(" .") == nom
        assert nom.split("_")[0].upper() not in {"CON", "PRN", "AUX", "NUL", "COM1", "LPT1"} or "_n1" in nom


def test_un_accent_en_un_ou_deux_caracteres_fait_deux_fichiers_meme_pour_macos() -> None:
    noms = noms_de_lettres([NomDeLettre("a", "\u00e9t\u00e9", 1, "EUR"), NomDeLettre("b", "e\u0301te\u0301", 1, "EUR")], {})
    assert noms == {"a": "été_n1_EUR", "b": "été_n1_EUR_2"}


def test_une_lettre_deja_faite_garde_son_nom() -> None:
    noms = noms_de_lettres([NomDeLettre("a", "C1", 1, "EUR"), NomDeLettre("b", "c1", 1, "EUR")], {"b": "C1_n1_EUR"})
    assert noms == {"b": "C1_n1_EUR", "a": "C1_n1_EUR_2"}


def test_une_ecriture_ratee_laisse_le_fichier_d_avant(tmp_path: Path) -> None:
    fichier = tmp_path / "revue.xlsx"
    fichier.write_bytes(b"avant")
    with pytest.raises(ValueError), ecriture(fichier) as provisoire:
        provisoire.write_bytes(b"a moitie")
        raise ValueError
    assert fichier.read_bytes() == b"avant"
    assert list(tmp_path.iterdir()) == [fichier]


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="sans objet : les droits ne s'opposent ni à root ni sous Windows")
def test_un_fichier_interdit_d_ecriture_se_dit_avec_son_remede(tmp_path: Path) -> None:
    tmp_path.chmod(0o555)
    try:
        with pytest.raises(ErreurUtilisateur, match="fermez-le"), ecriture(tmp_path / "x.xlsx"):
            pass
    finally:
        tmp_path.chmod(0o755)


def test_un_seul_produire_a_la_fois(tmp_path: Path) -> None:
    programme = (
        "import sys\nfrom pathlib import Path\nfrom relances_xl.dossier import Dossier\n"
        "try:\n with Dossier(Path(sys.argv[1])).verrou(): print('pris')\n"
        "except Exception as e: print(e)"
    )

    def autre() -> str:
        commande = [sys.executable, "-X", "utf8", "-c", programme, str(tmp_path)]
        return subprocess.run(commande, capture_output=True, text=True, encoding="utf-8", check=True).stdout

    with Dossier(tmp_path).verrou():
        assert "une autre production est en cours" in autre()
    assert autre() == "pris\n"


def test_le_verrou_dit_qui_le_tient_et_depuis_quand(tmp_path: Path) -> None:
    with Dossier(tmp_path).verrou():
        with pytest.raises(ErreurUtilisateur, match=r"lancée par \S.* sur \S.* le \d\d/\d\d/\d{4} à \d\d:\d\d"), Dossier(tmp_path).verrou():
            pass
        assert (tmp_path / ".verrou-qui").is_file()
    assert not (tmp_path / ".verrou-qui").exists()
    with Dossier(tmp_path).verrou():
        pass


def test_sans_verrou_du_systeme_un_fichier_en_tient_lieu_et_dit_comment_l_oter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Un partage réseau ne connaît pas toujours `flock` ; une coupure y laisse alors le fichier."""
    import filelock

    class SansVerrou(SoftFileLock):
        def _acquire(self) -> None:
            raise NotImplementedError

    monkeypatch.setattr(filelock, "FileLock", SansVerrou)
    with Dossier(tmp_path).verrou(), pytest.raises(ErreurUtilisateur, match="supprimez d'abord le fichier"), Dossier(tmp_path).verrou():
        pass
    with Dossier(tmp_path).verrou():
        pass


@pytest.mark.skipif(os.name != "posix", reason="sans objet : sous Windows, on ne juge pas du processus d'un autre")
def test_ce_qu_une_commande_tuee_a_laisse_est_balaye_et_rien_d_autre(tmp_path: Path) -> None:
    fini = subprocess.Popen([sys.executable, "-c", ""])
    fini.wait()
    poste = _provisoire(tmp_path / "x.docx").name.split("-")[1]
    laisse = tmp_path / f"~relances-{poste}-{fini.pid}-3.docx"
    gardes = [
        tmp_path / "~$revue.xlsx",  # le verrou d'Excel
        tmp_path / f"~relances-{poste}-{os.getpid()}-4.docx",  # d'un processus en vie
        tmp_path / f"~relances-un_autre-{fini.pid}-4.docx",  # d'un autre poste
        tmp_path / "~relances à faire.docx",  # d'un humain
    ]
    for chemin in (laisse, *gardes):
        chemin.write_bytes(b"x")
    Dossier(tmp_path).balayer()
    assert sorted(tmp_path.iterdir()) == sorted(gardes)


@pytest.mark.skipif(os.name != "posix", reason="sans objet : pas de droits à la façon d'Unix")
def test_ce_qui_est_ecrit_n_est_pas_lisible_par_les_autres_mais_garde_les_droits_choisis(tmp_path: Path) -> None:
    ecrire_octets(tmp_path / "lettres" / "a.docx", b"x")
    with ecriture(tmp_path / "revue.xlsx") as provisoire:
        provisoire.write_bytes(b"x")
    assert [(tmp_path / nom).stat().st_mode & 0o007 for nom in ("lettres/a.docx", "revue.xlsx")] == [0, 0]
    (tmp_path / "revue.xlsx").chmod(0o644)
    with ecriture(tmp_path / "revue.xlsx") as provisoire:
        provisoire.write_bytes(b"y")
    assert (tmp_path / "revue.xlsx").stat().st_mode & 0o777 == 0o644


def test_les_ressources_livrees_sont_trouvees() -> None:
    assert ressources("modeles").is_dir() and ressources("exemples").is_dir()


def test_quatre_lanceurs_appellent_ce_python() -> None:
    textes = lanceurs()
    assert [nom.split(".")[0] for nom in textes] == ["1-actualiser", "2-lister", "3-produire", "menu"]
    assert all(sys.executable in contenu for contenu, _ in textes.values())


def test_un_fichier_a_la_place_d_un_dossier_se_dit_avec_son_remede(tmp_path: Path) -> None:
    (tmp_path / "lettres").write_text("")
    with pytest.raises(ErreurUtilisateur, match="à la place d'un dossier → déplacez-le"), ecriture(tmp_path / "lettres" / "x.docx"):
        pass


@pytest.mark.skipif(os.name != "posix", reason="sans objet : les lanceurs de Windows sont des .cmd")
@pytest.mark.parametrize(("systeme", "extension"), [("linux", ".sh"), ("darwin", ".command")])
def test_un_lanceur_marche_quels_que_soient_les_chemins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, systeme: str, extension: str
) -> None:
    monkeypatch.setattr(sys, "platform", systeme)
    dossier, python = tmp_path / "-d'été & $HOME `x`", tmp_path / 'le "python" de $USER' / "python"
    for chemin in (dossier, python.parent):
        chemin.mkdir()
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n', encoding="utf-8")
    python.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(python))
    nom, (contenu, _) = next(iter(lanceurs().items()))
    assert nom == f"1-actualiser{extension}"
    (dossier / nom).write_text(contenu, encoding="utf-8")
    fin = subprocess.run(["sh", nom], cwd=dossier, capture_output=True, encoding="utf-8", stdin=subprocess.DEVNULL, check=False)
    assert fin.returncode == 2 and "criteres.xlsx : le classeur de critères est introuvable" in fin.stderr


@pytest.mark.skipif(os.name != "posix", reason="sans objet : les lanceurs de Windows sont des .cmd")
def test_sous_macos_nouveau_depose_des_lanceurs_que_le_finder_ouvre(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    nouveau(Dossier(tmp_path / "r"), exemple=False)
    deposes = sorted((tmp_path / "r").glob("*.command"))
    assert [chemin.stem for chemin in deposes] == ["1-actualiser", "2-lister", "3-produire", "menu"]
    assert all(chemin.stat().st_mode & 0o100 for chemin in deposes)


def test_le_lanceur_de_windows_garde_les_pourcents_et_va_sur_un_partage(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(sys, "executable", r"C:\100% pur (x86)\python.exe")
    contenu, fin_de_ligne = lanceurs()["2-lister.cmd"]
    assert r'"C:\100%% pur (x86)\python.exe" -m relances_xl lister .' in contenu and fin_de_ligne == "\r\n"
    assert 'pushd "%~dp0"' in contenu and "exit /b %code%" in contenu


def wine() -> list[str] | None:
    """De quoi lancer un programme de Windows : rien à ajouter, si l'on y est ; None si l'on ne peut pas."""
    if sys.platform == "win32":
        return []
    return [str(chemin) for chemin in (shutil.which("wine64"), "/usr/lib/wine/wine64") if chemin and Path(chemin).exists()][:1] or None


@pytest.mark.skipif(wine() is None, reason="sans objet : Wine n'est pas installé")
def test_le_lanceur_de_windows_va_au_bout_sous_wine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Il lance sa commande au lieu d'aller droit à `pause`."""
    lanceur = wine() or []
    disque = "" if sys.platform == "win32" else "Z:"
    monkeypatch.setattr(sys, "platform", "win32")
    programme = tmp_path / "programme (x86)" / "faux.cmd"
    dossier = tmp_path / "été & cie"
    for chemin in (programme.parent, dossier):
        chemin.mkdir()
    programme.write_text("@echo %* > vu.txt\r\n", encoding="utf-8")
    monkeypatch.setattr(sys, "executable", python := disque + str(programme).replace("/", "\\"))
    contenu, fin_de_ligne = lanceurs()["2-lister.cmd"]
    (dossier / "2-lister.cmd").write_text(
        contenu.replace(f'("{python[:2]}', f'(call "{python[:2]}'), encoding="utf-8", newline=fin_de_ligne
    )
    environnement = {**os.environ, "WINEPREFIX": str(tmp_path / "wine"), "WINEDEBUG": "-all"}
    subprocess.run(
        [*lanceur, "cmd", "/c", "2-lister.cmd"],
        cwd=dossier, env=environnement, capture_output=True, stdin=subprocess.DEVNULL, check=False, timeout=120,
    )  # fmt: skip
    assert (dossier / "vu.txt").read_text(encoding="utf-8").strip() == "-m relances_xl lister . --ouvrir"
