"""Qui écrit et à qui : les champs `emetteur.*` et `client.*`, adresse et civilité mises en forme."""

from dataclasses import asdict
from pathlib import Path

import numpy as np
import pandas as pd

from relances_xl.domaine import tables as c
from relances_xl.domaine.ecrits.adresses import lignes_postales
from relances_xl.domaine.parametres import Emetteur, Parametres
from relances_xl.lettres.donnees.rangees import Valeurs, rangees
from relances_xl.lettres.word.champ import Ensemble

_POLITESSE = {"m": "Monsieur", "m.": "Monsieur", "mr": "Monsieur", "monsieur": "Monsieur", "mme": "Madame", "mme.": "Madame",
              "madame": "Madame", "mlle": "Madame", "mademoiselle": "Madame"}  # fmt: skip

_VIDE: Valeurs = {champ.nom: "" for champ in c.CHAMPS_CLIENT}
_DE_L_ADRESSE = (
    c.RAISON_SOCIALE, c.CIVILITE, c.CONTACT, c.ADRESSE1, c.ADRESSE2, c.ADRESSE3, c.CODE_POSTAL, c.VILLE, c.PAYS, c.TYPE_CLIENT,
)  # fmt: skip


def champs_emetteur(emetteur: Emetteur) -> Valeurs:
    """Les champs de l'émetteur ; l'IBAN par groupes de quatre ; le logo, si son fichier existe, en octets."""
    logo = Path(emetteur.logo)
    image = logo.read_bytes() if emetteur.logo and logo.is_file() else ""
    return Ensemble(asdict(emetteur), iban=_par_quatre(emetteur.iban), logo=image)


def _par_quatre(iban: str) -> str:
    if not iban:
        return ""
    from stdnum import iban as stdnum_iban  # charge de quoi parler au réseau : seulement s'il y a un IBAN

    return str(stdnum_iban.format(iban))


class Fiches:
    """Les fiches des clients, mises en forme une fois chacune."""

    def __init__(self, clients: pd.DataFrame, parametres: Parametres) -> None:
        connus = clients[[nom for nom in _VIDE if nom in clients]]
        connus = connus.assign(**{str(nom): np.where(connus[nom], "Oui", "Non") for nom in connus.select_dtypes("bool")})
        self._par_code = {str(client[c.CODE_CLIENT]): client for client in rangees(connus)}
        self._type_defaut = str(parametres.criteres.type_client_defaut or "")

    def fiche(self, code: str, raison_sociale: str) -> Valeurs:
        """Les valeurs de `client.*` ; d'un client absent du fichier clients on ne sait que le code et le nom."""
        fiche: Valeurs = Ensemble(_VIDE | self._par_code.get(code, {}))
        texte = {nom: str(fiche[nom]) for nom in _DE_L_ADRESSE}
        nom = texte[c.RAISON_SOCIALE] or raison_sociale
        adresse = lignes_postales(
            nom,
            civilite=texte[c.CIVILITE],
            contact=texte[c.CONTACT],
            voie=(texte[c.ADRESSE1], texte[c.ADRESSE2], texte[c.ADRESSE3]),
            code_postal=texte[c.CODE_POSTAL],
            ville=texte[c.VILLE],
            pays=texte[c.PAYS],
        )
        fiche |= {
            "code": code,
            c.CODE_CLIENT: code,
            c.RAISON_SOCIALE: nom,
            c.TYPE_CLIENT: texte[c.TYPE_CLIENT] or self._type_defaut,
            "adresse": "\n".join(adresse),
            "politesse": _POLITESSE.get(texte[c.CIVILITE].strip().casefold(), "Madame, Monsieur"),
        }
        return fiche
