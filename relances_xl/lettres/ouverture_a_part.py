"""Compiler un modèle venu du dehors : son paquet est d'abord ouvert, et son XML lu, dans un processus borné (`fichiers.enfant`).

Ce qui fait tomber la décompression ou l'analyse du XML ne fait tomber que l'enfant. Un texte d'une taille ordinaire se compile ensuite
ici : ses balises et ses blocs sont comptés, et il ne coûte pas plus que sa taille. Un texte plus gros est d'abord compilé dans l'enfant.
"""

from collections.abc import Iterator
from pathlib import Path

from relances_xl.fichiers.enfant import lire_a_part
from relances_xl.lettres.catalogue import CATALOGUE
from relances_xl.lettres.modele import Modele, compiler

_LECTEUR = "relances_xl.lettres.paquet.document:parties_lisibles"
_EPREUVE = "relances_xl.lettres.ouverture_a_part:eprouver"
ORDINAIRE = 2**20
"""Octets de XML d'un modèle que l'on compile sans l'éprouver : ceux que l'on livre en ont cent mille."""


def compiler_a_part(chemin: Path) -> Modele:
    """Comme `modele.compiler`, contre les champs du projet. Erreurs (ErreurUtilisateur) : les siennes, trop de mémoire ou de temps, une lecture arrêtée net."""
    parties = dict(lire_a_part(_LECTEUR, chemin))
    if sum(len(octets) for nom, octets in parties.items() if nom.endswith(".xml")) > ORDINAIRE:
        for _ in lire_a_part(_EPREUVE, chemin):
            pass
    return compiler(chemin, CATALOGUE, parties)


def eprouver(chemin: Path) -> Iterator[None]:
    """Dans l'enfant : le modèle se compile, ou ses fautes sont levées. Ne rend rien."""
    compiler(chemin, CATALOGUE)
    yield from ()
