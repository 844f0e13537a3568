"""Un .docx est-il entier ? Chaque relation mène à une partie présente, typée, dont le XML se lit (ECMA-376 partie 2, §6 et §7)."""

import zipfile
from collections.abc import Mapping
from io import BytesIO

from relances_xl.lettres.paquet.zip_docx import CONTENUS, RELATIONS_OFFICE, TYPE_DOCUMENT, lire_relations, nom_des_relations
from relances_xl.lettres.word.ooxml import REL, TYPES, lire_xml


def est_entier(docx: bytes) -> bool:
    """Faux au moindre doute : qui veut savoir pourquoi ouvre le fichier avec python-docx, qu'un fichier entier n'attend pas."""
    try:
        with zipfile.ZipFile(BytesIO(docx)) as archive:  # rien de commun avec ce qui l'a écrit ; chaque somme de contrôle est vérifiée
            parties = {nom: archive.read(nom) for nom in archive.namelist()}
        return _se_lit(parties)
    except Exception:  # de zipfile, de zlib ou de lxml : un fichier mal formé en lève de toutes sortes
        return False


def _se_lit(parties: Mapping[str, bytes]) -> bool:
    par_extension, par_partie = _types(parties[CONTENUS])
    principales = [lien.cible for lien in lire_relations(parties, "") if lien.type == f"{RELATIONS_OFFICE}officeDocument"]
    if [par_partie.get(f"/{nom}") for nom in principales] != [TYPE_DOCUMENT]:
        return False
    a_voir, vues = [""], {""}
    while a_voir:
        partie = a_voir.pop()
        liens = parties.get(nom_des_relations(partie))
        if liens is not None and lire_xml(liens).tag != f"{{{REL}}}Relationships":
            return False
        cibles = {lien.cible for lien in lire_relations(parties, partie) if not lien.externe} - vues
        for nom in cibles:
            genre = par_partie.get(f"/{nom}") or par_extension.get(nom.rpartition(".")[2].casefold())
            if genre is None or nom not in parties:
                return False
            if genre.endswith("xml"):
                lire_xml(parties[nom])
        vues |= cibles
        a_voir += cibles
    return True


def _types(contenus: bytes) -> tuple[dict[str, str], dict[str, str]]:
    """Le type de chaque extension, et de chaque partie qui a le sien."""
    racine = lire_xml(contenus)
    extensions = {noeud.attrib["Extension"].casefold(): noeud.attrib["ContentType"] for noeud in racine.iterchildren(f"{{{TYPES}}}Default")}
    parties = {noeud.attrib["PartName"]: noeud.attrib["ContentType"] for noeud in racine.iterchildren(f"{{{TYPES}}}Override")}
    return extensions, parties
