"""Ce qu'un paquet a de mal formé : jamais moins exigeant que python-docx, qui tranche alors."""

import zipfile
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path

import docx
import pytest

from relances_xl.lettres.catalogue import CATALOGUE
from relances_xl.lettres.compile.essai import valeurs_exemple
from relances_xl.lettres.modele import compiler
from relances_xl.lettres.paquet.paquet_entier import est_entier

MODELES = Path(__file__).parents[2] / "modeles"
LETTRE = compiler(MODELES / "relance-1.docx", CATALOGUE).fusionner(valeurs_exemple(CATALOGUE))


def _parties() -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(LETTRE)) as archive:
        return {nom: archive.read(nom) for nom in archive.namelist()}


def _zip(parties: Mapping[str, bytes]) -> bytes:
    tampon = BytesIO()
    with zipfile.ZipFile(tampon, "w") as archive:
        for nom, octets in parties.items():
            archive.writestr(nom, octets)
    return tampon.getvalue()


def _abimes() -> Iterator[tuple[str, bytes]]:
    """La lettre, abîmée d'autant de façons qu'elle a de parties, de relations et de types."""
    parties = _parties()
    for nom, octets in parties.items():
        yield f"sans {nom}", _zip({autre: contenu for autre, contenu in parties.items() if autre != nom})
        yield f"{nom} coupée", _zip(parties | {nom: octets[:-20]})
        yield f"{nom} vide", _zip(parties | {nom: b""})
        yield f"{nom} d'une autre racine", _zip(parties | {nom: b"<autre/>"})
    for relations in (nom for nom in parties if nom.endswith(".rels")):
        for mot in (b"Target=", b"Id=", b"Type=", b'Relationships xmlns="', b"officeDocument/2006/relationships/"):
            yield f"{relations} sans {mot!r}", _zip(parties | {relations: parties[relations].replace(mot, b"x" + mot)})
            yield f"{relations} : {mot!r} double", _zip(parties | {relations: parties[relations].replace(mot, mot + mot, 1)})
    types = parties["[Content_Types].xml"]
    for mot in (b"PartName=", b"Extension=", b"ContentType=", b"document.main+xml", b"styles+xml", b"/word/document.xml", b"<Override"):
        yield f"types sans {mot!r}", _zip(parties | {"[Content_Types].xml": types.replace(mot, b"x")})
    yield "coupée", LETTRE[:-50]
    yield "un octet changé", LETTRE[:3000] + bytes([LETTRE[3000] ^ 1]) + LETTRE[3001:]
    yield "rien", b""


@pytest.mark.parametrize("modele", sorted(MODELES.glob("*.docx")), ids=lambda chemin: str(chemin.name))
def test_un_modele_livre_est_entier(modele: Path) -> None:
    """Sa lettre d'essai n'attend donc pas python-docx."""
    assert est_entier(compiler(modele, CATALOGUE).fusionner(valeurs_exemple(CATALOGUE)))


def test_ce_que_python_docx_n_ouvre_pas_n_est_jamais_entier() -> None:
    refuses = 0
    for nom, octets in _abimes():
        try:
            docx.Document(BytesIO(octets))
        except Exception:
            refuses += 1
            assert not est_entier(octets), nom
    assert refuses > 30


def test_une_relation_vers_dehors_ou_vers_une_partie_deja_vue_ne_fait_pas_douter() -> None:
    parties = _parties()
    nom = "word/_rels/document.xml.rels"
    de_plus = (
        b'<Relationship Id="d" Type="http://x/hyperlink" Target="https://exemple.fr/" TargetMode="External"/>'
        b'<Relationship Id="e" Type="http://x/retour" Target="document.xml"/></Relationships>'
    )
    assert est_entier(_zip(parties | {nom: parties[nom].replace(b"</Relationships>", de_plus)}))
