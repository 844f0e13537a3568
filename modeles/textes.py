"""De quoi écrire les mots des modèles, que `francais.py` et `anglais.py` disent. Le ton monte : courtois, ferme, formel.

Textes cités, en vigueur : C. com. L441-10 II et D441-5 (professionnels) ; code de la commande publique L2192-13, R2192-31
et D2192-35 (personnes publiques) ; C. civ. 1344, 1344-1 et 1231-6 (les autres : intérêt légal, sans frais, CPCE L111-8).
Une mise en demeure par lettre n'interrompt pas la prescription : aucune ne le prétend.
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Lettre:
    """Le corps d'une relance : ce qui précède le tableau des échéances, ce qui le suit, et le salut.

    parts : quand les niveaux sont mêlés, ce qui annonce dans le tableau les échéances au niveau de la lettre, et ce qui
    reprend leur total ; vide si la lettre n'en mêle jamais.
    """

    titre: str
    objet: str
    avant: tuple[str, ...]
    apres: tuple[str, ...]
    salut: str
    parts: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True)
class Langue:
    """Tout ce qui s'écrit dans une langue."""

    code: str  # du modèle : relance-1.en.docx
    etiquette: str  # de Word
    appel: str
    lieu_et_date: str
    recommande: str
    references: tuple[str, ...]
    colonnes: tuple[str, ...]
    colonne_penalites: str
    total: str
    total_a_venir: str
    jointes: tuple[str, str]  # l'annonce des échéances d'un niveau inférieur, et leur total
    couvertes: str  # l'annonce de celles du niveau de la lettre quand les crédits les couvrent toutes
    promesse: str
    penalites: str
    interets: str
    indemnite: str
    total_reclame: str
    autres: str
    total_autre: str
    paiement: tuple[str, ...]
    scanner: str
    page: str
    lettres: tuple[Lettre, ...]  # la prévenance, puis les niveaux 1 à 3
    releve: tuple[str, ...]  # titre, phrase, intertitre des totaux
    colonnes_sommes: tuple[str, ...]


def typographie(texte: str) -> str:
    """Les espaces insécables du français : devant « : ; ! ? » et « % », dedans les guillemets, dans « L. 441-10 »."""
    texte = re.sub(r" (?=[:;!?»%€](?:\s|$))", "\u00a0", texte)
    return re.sub(r"(?<=«) |(?<=\bL\.) (?=\d)|(?<=\b[DR]\.) (?=\d)", "\u00a0", texte)


def phrases(*textes: str) -> tuple[str, ...]:
    return tuple(typographie(phrase) for phrase in textes)


DATE = r'\@ "d MMMM yyyy"'
SI_PRO = '{% if client.type_client == "Professionnel" %}'
SI_PUBLIC = '{% if client.type_client == "Public" %}'
SI_PARTICULIER = '{% if client.type_client == "Particulier" %}'
SI_RIEN = '{% if client.type_client not in ("Public", "Particulier") and not penalites and not indemnite %}'
SI_EXIGE = "{% if total_exige %}"  # sinon les crédits couvrent tout ce que le niveau réclame : la lettre ne le réclame pas
SINON = "{% else %}"
FIN = "{% endif %}"
