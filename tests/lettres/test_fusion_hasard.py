"""Des modèles tirés au hasard : quoi que l'on combine, la lettre reste un document que Word ouvre."""

import io
import random
from functools import partial
from pathlib import Path

import docx
import pytest
from fabrique_word import VALEURS, W, champ, compiler_xml, p, parties_de, t, tableau
from lxml import etree

from relances_xl.domaine.ecrits.montants import Montant

VIDES = VALEURS | {"echeances": [], "credits": []}
PLEINES = VALEURS | {"message": "m", "penalites": Montant(1, "EUR")}


def _run(hasard: random.Random) -> str:
    return hasard.choice(
        [
            t("texte "), t("{{ message }}"), t("{% if mes") + t("sage %}{{ client.ville }}", "<w:b/>") + t("{% endif %}"),
            champ("MERGEFIELD client_ville", decoupe=2), champ("MERGEFIELD client_note"), champ("NUMPAGES"), champ('IF 1 = 2 "a" "b"'),
        ]
    )  # fmt: skip


def _paragraphe(hasard: random.Random) -> str:
    return p(*(_run(hasard) for _ in range(hasard.randint(0, 3))))


def _cellule(hasard: random.Random, profondeur: int) -> str:
    return "".join(_bloc(hasard, profondeur) for _ in range(hasard.randint(0, 2))) + _paragraphe(hasard)


def _bloc(hasard: random.Random, profondeur: int = 0) -> str:
    tirage = hasard.random()
    if tirage < 0.25 and profondeur < 2:
        cellule = partial(_cellule, hasard, profondeur + 1)
        return tableau(*((cellule(), cellule()) for _ in range(hasard.randint(1, 3)))) + (p("") if profondeur else "")
    if tirage < 0.35:
        return tableau((p("{{ echeance.piece }}"), _paragraphe(hasard)))
    if tirage < 0.5:
        return p("{% if message %}") + _bloc(hasard, profondeur + 1) + p("{% endif %}")
    return _paragraphe(hasard)


@pytest.mark.parametrize("graine", range(40))
def test_une_lettre_reste_un_document_que_word_ouvre(tmp_path: Path, graine: int) -> None:
    hasard = random.Random(graine)
    corps = "".join(_bloc(hasard) for _ in range(hasard.randint(1, 5)))
    modele = compiler_xml(tmp_path, corps, entete=_paragraphe(hasard), pied=_paragraphe(hasard))
    for document in (modele.fusionner(VIDES), modele.fusionner(PLEINES), modele.assembler([VIDES, PLEINES], ["a", "b"])):
        docx.Document(io.BytesIO(document))
        for nom, octets in parties_de(document).items():
            assert "\ufdd0".encode() not in octets and b"<?rx" not in octets, nom
        _verifier(etree.fromstring(parties_de(document)["word/document.xml"]))


def _verifier(racine: etree._Element) -> None:
    """Une cellule finit par un paragraphe, un tableau a une ligne, aucun code de champ de fusion ne reste."""
    assert all(cellule[-1].tag == f"{{{W}}}p" for cellule in racine.iter(f"{{{W}}}tc"))
    assert all(table.find(f"{{{W}}}tr") is not None for table in racine.iter(f"{{{W}}}tbl"))
    assert "MERGEFIELD" not in "".join(racine.itertext())
