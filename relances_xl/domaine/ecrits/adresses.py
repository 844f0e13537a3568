"""Adresse postale : lignes NF Z10-011, six de 38 caractères au plus, une septième pour le pays."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import count, pairwise

from relances_xl.domaine.ecrits.textes import cle, sans_accents, une_ligne

LARGEUR = 38
LIGNES = 6  # une de plus à l'étranger, pour le pays
_PONCTUATION = re.compile(r"[^\w/]|_")
_FRANCE = frozenset({"", "france", "fr", "fra", "250", "francemetropolitaine", "republiquefrancaise"})  # 250 : ISO 3166-1


def lignes_postales(
    nom: str,
    *,
    civilite: str = "",
    contact: str = "",
    voie: Iterable[str] = (),
    code_postal: str = "",
    ville: str = "",
    pays: str = "",
) -> tuple[str, ...]:
    """Les lignes d'une adresse, du nom au pays, prêtes pour une enveloppe à fenêtre.

    nom : la raison sociale ; civilite : celle du contact, à défaut du nom ; voie : les lignes saisies, dans l'ordre.
    Le nom garde sa casse ; tout ce qui est sous lui est en capitales sans accents ni ponctuation. Rien ne se perd :
    une ligne trop longue se coupe entre deux mots, et s'il y a trop de lignes les plus courtes se joignent. Une
    adresse qui ne tient pas en 6 × 38 garde ses six lignes, plus longues. Source : NF Z10-011 (2013) et les « règles
    d'or » de La Poste.

    >>> lignes_postales("SARL Léo", contact="Anne Roy", voie=["3, rue de l'Église"], code_postal="75001", ville="Paris")
    ('SARL Léo', 'Anne Roy', '3 RUE DE L EGLISE', '75001 PARIS')
    """
    localite = _localite(code_postal, ville)
    haut = _destinataire(une_ligne(nom), une_ligne(civilite), une_ligne(contact))
    deja = {frozenset(localite.split()), *map(_mots, (*haut, nom, contact))}
    bas = []
    for ligne in filter(None, map(capitales, voie)):
        mots = frozenset(ligne.split())
        if mots not in deja:
            deja.add(mots)
            bas.append(ligne)
    queue = [localite] if localite else []
    lignes = [*_tenir(haut, bas, LIGNES - len(queue)), *queue]
    if not en_france(pays):
        lignes.append(capitales(pays))
    return tuple(lignes)


def en_france(pays: str) -> bool:
    """L'adresse est française : le pays le dit, ou n'est pas dit."""
    return cle(pays) in _FRANCE


@lru_cache(maxsize=1024)
def capitales(ligne: str) -> str:
    """La ligne en capitales non accentuées, sans ponctuation : « 12, rue de l'Église » → « 12 RUE DE L EGLISE »."""
    return une_ligne(_PONCTUATION.sub(" ", sans_accents(ligne)).upper())


def couper(ligne: str, largeur: int = LARGEUR) -> list[str]:
    """La ligne en morceaux d'au plus `largeur` caractères, coupée entre deux mots quand c'est possible.

    >>> couper("Établissement public de coopération intercommunale")
    ['Établissement public de coopération', 'intercommunale']
    """
    mots = ligne.split()
    if mots and len(ligne) <= largeur:
        return [" ".join(mots)]
    morceaux: list[str] = []
    for mot in mots:
        if morceaux and len(morceaux[-1]) + 1 + len(mot) <= largeur:
            morceaux[-1] += f" {mot}"
        else:
            morceaux += [mot[debut : debut + largeur] for debut in range(0, len(mot), largeur)]
    return morceaux


@lru_cache(maxsize=1024)
def _mots(ligne: str) -> frozenset[str]:
    """Les mots d'une ligne, pour reconnaître « DURAND Paul » sous « Paul Durand »."""
    return frozenset(capitales(ligne).split())


def _localite(code_postal: str, ville: str) -> str:
    """« 75001 PARIS », même si la ville est saisie avec son code."""
    code, commune = capitales(code_postal), capitales(ville)
    return commune if commune.startswith(code) else f"{code} {commune}".strip()


def _destinataire(nom: str, civilite: str, contact: str) -> list[str]:
    """Le nom et la ligne du contact ; une seule ligne quand c'est la même personne."""
    if not contact or _mots(contact) == _mots(nom):
        deja_dite = bool(civilite) and _mots(civilite) <= _mots(nom)
        return [ligne for ligne in [nom if deja_dite else f"{civilite} {nom}".strip()] if nom]
    personne = contact if _mots(civilite) <= _mots(contact) else f"{civilite} {contact}"
    return [ligne for ligne in (nom, personne) if ligne]


def _tenir(haut: Sequence[str], bas: Sequence[str], place: int) -> list[str]:
    """Le nom et la voie ramenés à `place` lignes, du moins au plus dérangeant."""
    en_haut = [morceau for ligne in haut for morceau in couper(ligne)]
    en_bas = [morceau for ligne in bas for morceau in couper(ligne)]
    while len(en_haut) + len(en_bas) > place:
        jointes = [(len(f"{a} {b}"), i) for i, (a, b) in enumerate(pairwise(en_bas))]
        longueur, i = min(jointes, default=(LARGEUR + 1, 0))
        if longueur > LARGEUR:
            break
        en_bas[i : i + 2] = [f"{en_bas[i]} {en_bas[i + 1]}"]
    if len(en_haut) + len(en_bas) <= place:
        return [*en_haut, *en_bas]
    for largeur in count(LARGEUR):
        lignes = couper(" ".join(haut), largeur) + couper(" ".join(bas), largeur)
        if len(lignes) <= place:
            return lignes
    raise AssertionError("une largeur suffisante existe toujours")
