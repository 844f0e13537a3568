"""Un modèle du dehors s'ouvre dans un processus borné : ce qui le fait tomber là est une phrase ici."""

import zipfile
from pathlib import Path

import pytest
from fabrique_word import VALEURS, champ, modele_word, p, t
from lieux import RACINE

from relances_xl.domaine.erreurs import ErreurUtilisateur
from relances_xl.fichiers.enfant import VARIABLE_DELAI, VARIABLE_MEMOIRE
from relances_xl.lettres.catalogue import CATALOGUE
from relances_xl.lettres.modele import compiler
from relances_xl.lettres.ouverture_a_part import ORDINAIRE, compiler_a_part


def _enorme(dossier: Path, octets: int) -> Path:
    paragraphe = p(t("Bonjour"))
    return modele_word(dossier / "énorme.docx", paragraphe * (octets // len(paragraphe)))


def test_le_modele_est_celui_que_l_on_compile_ici(tmp_path: Path) -> None:
    chemin = modele_word(tmp_path / "a.docx", p(t("À "), champ("MERGEFIELD client.ville")))
    a_part, ici = compiler_a_part(chemin), compiler(chemin, CATALOGUE)
    assert a_part.fusionner(VALEURS) == ici.fusionner(VALEURS)
    assert (a_part.champs, a_part.langue, a_part.avertissements) == (ici.champs, ici.langue, ici.avertissements)


def test_les_fautes_du_modele_reviennent_de_l_enfant(tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_bytes(b"PK\x03\x04 rien")
    with pytest.raises(ErreurUtilisateur, match="pas un document Word lisible"):
        compiler_a_part(tmp_path / "a.docx")
    with pytest.raises(ErreurUtilisateur, match="introuvable"):
        compiler_a_part(tmp_path / "absent.docx")
    with zipfile.ZipFile(RACINE / "modeles" / "relance-1.docx") as source, zipfile.ZipFile(tmp_path / "b.docx", "w") as cible:
        for nom in source.namelist():
            cible.writestr(nom, source.read(nom)[:-20] if nom == "word/styles.xml" else source.read(nom))
    with pytest.raises(ErreurUtilisateur, match="abîmé"):
        compiler_a_part(tmp_path / "b.docx")


def test_un_modele_qui_prend_trop_de_memoire_est_refuse_d_une_phrase(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE_MEMOIRE, "260")
    with pytest.raises(ErreurUtilisateur, match=rf"énorme.docx : le lire demande plus de 260 Mo .* allégez son texte.* {VARIABLE_MEMOIRE}"):
        compiler_a_part(_enorme(tmp_path, 19_000_000))


def test_un_modele_qui_prend_trop_de_temps_est_refuse_d_une_phrase(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE_DELAI, "1")
    with pytest.raises(ErreurUtilisateur, match=rf"énorme.docx : le lire demande plus de 1 s de calcul.* {VARIABLE_DELAI}"):
        compiler_a_part(_enorme(tmp_path, 8 * ORDINAIRE))


def test_un_gros_modele_honnete_se_compile(tmp_path: Path) -> None:
    assert compiler_a_part(_enorme(tmp_path, 2 * ORDINAIRE)).nom == "énorme.docx"
