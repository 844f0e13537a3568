"""Ce que deviennent les constructions de Word : calculées, laissées à Word, signalées ou refusées. Une seule table.

Rien n'est rendu faux en silence (contrat §6, « Modèles »). Le guide montre cette table, un test en éprouve chaque ligne.
"""

from enum import StrEnum
from typing import NamedTuple

from relances_xl.lettres.word.instruction import Instruction


class Devenir(StrEnum):
    CALCULE = "calculé"
    GARDE = "laissé à Word"
    SIGNALE = "signalé"
    REFUSE = "refusé"


class Construction(NamedTuple):
    """Une construction, son sort, ce qu'on en dit (« {} » : le détail) et le remède."""

    construction: str
    devenir: Devenir
    dit: str
    remede: str = ""


_C, _G, _S, _R = Devenir.CALCULE, Devenir.GARDE, Devenir.SIGNALE, Devenir.REFUSE
_UNE_LETTRE = "une lettre ne porte qu'un client : retirez-le"
_HORS = "retirez-le : une lettre n'a rien à aller chercher"

CONSTRUCTIONS: dict[str, Construction] = {
    # Champs de fusion
    "MERGEFIELD": Construction(r"`MERGEFIELD`, `\#` `\@` `\*` `\b` `\f`", _C, "la valeur du champ, à la française comme à l'anglaise"),
    "champ inconnu": Construction("champ inconnu", _R, "champ « {} » inconnu"),
    "commutateur": Construction(
        "commutateur ou format inconnu (`\\* CardText`…)", _S, "le commutateur « {} » n'est pas suivi", "retirez-le du champ"
    ),
    "heure": Construction(
        r"heure dans une image de date (`\@ "
        '"HH:mm"`)',
        _R,
        "l'image « {} » demande une heure, qu'une date n'a pas",
        "n'y laissez que le jour, le mois et l'année",
    ),
    "aplati": Construction(
        "« «champ» » en simple texte",
        _R,
        "ce ne sont plus des champs, un autre logiciel en a fait du texte : {}",
        "réinsérez-les (Insertion, QuickPart, Champ, MergeField), ou écrivez-les {{{{ {1} }}}}",
    ),
    "commutateurs perdus": Construction(
        "modèle à `MERGEFIELD` réenregistré par LibreOffice",
        _S,
        "LibreOffice a enregistré ce modèle : il ôte les commutateurs des champs (\\b, \\f, \\@, \\#, \\*)",
        "remettez-les dans Word, ou écrivez les champs en texte : {{ total_du }}",
    ),
    "groupe": Construction(
        "`{{ client }}`, un groupe ou une liste entière",
        _R,
        "« {} » n'est pas une valeur mais un ensemble de champs",
        "nommez-en un, par exemple {{{{ {1} }}}}",
    ),
    # Champs calculés
    "IF": Construction("`IF` à une comparaison, imbriqué, avec images et sauts", _C, "la branche qui convient, même dans une autre devise"),
    "IF sur plusieurs paragraphes": Construction(
        "`IF` à cheval sur deux paragraphes",
        _R,
        "un champ IF s'étend sur plusieurs paragraphes",
        "mettez-le dans un seul paragraphe, ou écrivez {% if … %} et {% endif %} autour des paragraphes",
    ),
    "IF incalculable": Construction(
        "`IF` dont un élément ne se calcule pas", _R, "ce champ IF ne se calcule pas", "simplifiez-le, ou écrivez {% if … %} … {% endif %}"
    ),
    "IF de page": Construction(
        "`IF` sans champ de fusion (numéro de page…)", _S, "ce champ IF dépend de la mise en page : seul Word le calcule", "retirez-le"
    ),
    "DATE": Construction("`DATE`, `TIME`, `CREATEDATE`, `SAVEDATE`, `PRINTDATE`", _C, "la Date d'édition"),
    "ADDRESSBLOCK": Construction("`ADDRESSBLOCK`", _C, "le champ client.adresse"),
    "pages": Construction("`NUMPAGES`, `SECTIONPAGES`", _C, "le nombre de pages de la lettre"),
    "autres champs": Construction("`PAGE`, `REF`, `TOC`, `HYPERLINK`…", _G, "leur valeur, calculée par Word ou le convertisseur"),
    "formule": Construction(
        "`=`, `COMPARE`, `QUOTE`, `SET` qui portent sur la lettre",
        _R,
        "le champ {} n'est pas calculé",
        "remplacez-le par un champ du catalogue, ou par {{{{ … }}}}",
    ),
    # Publipostage
    "sans effet": Construction("`NEXT`, `NEXTIF`, `SKIPIF`", _S, "le champ {} est sans effet", _UNE_LETTRE),
    "numéro": Construction("`MERGEREC`, `MERGESEQ`", _S, "le champ {} vaut 1 dans chaque lettre", "préférez le champ « relance »"),
    "question": Construction("`ASK`, `FILLIN`", _S, "le champ {} ne pose pas sa question", "remplacez-le par le champ « message »"),
    "GREETINGLINE": Construction(
        "`GREETINGLINE`", _R, "le champ {} n'est pas pris en charge", "remplacez-le par le champ client_politesse"
    ),
    "DATABASE": Construction(
        "`DATABASE`", _R, "le champ {} n'est pas pris en charge", "une ligne de tableau à champs « echeance » se répète d'elle-même"
    ),
    # Ce qui va chercher ou lance quelque chose
    "INCLUDEPICTURE": Construction(
        "`INCLUDEPICTURE`", _S, "le champ {} est remplacé par l'image qu'il montre", "insérez l'image elle-même"
    ),
    "dehors": Construction(
        "`INCLUDETEXT`, `INCLUDEPICTURE` à champ, `LINK`, `DDE`, `RD`…", _R, "le champ {} va chercher autre chose", _HORS
    ),
    "bouton": Construction("`MACROBUTTON`, `GOTOBUTTON`", _R, "le champ {} lance une action", "écrivez le texte lui-même"),
    "altChunk": Construction("document importé (`altChunk`)", _R, "le modèle importe un autre document ({})", "copiez-en le texte"),
    "sous-document": Construction("sous-document", _R, "le modèle a un sous-document ({})", "copiez-en le texte dans le modèle"),
    "image liée": Construction("image liée, non incorporée", _R, "une image est liée ({})", "incorporez-la (Fichier, Modifier les liens)"),
    "objet lié": Construction("objet lié", _R, "un objet est lié à un fichier ({})", "rompez la liaison (Fichier, Modifier les liens)"),
    "cadre": Construction("page de cadres", _R, "le modèle est une page de cadres ({})", "copiez son texte dans un document"),
    "partie externe": Construction("autre partie externe", _R, "le modèle va chercher une partie au-dehors ({})", _HORS),
    "chemin": Construction("lien vers un fichier ou un dossier", _S, "le lien vers « {} » est ôté des lettres", "retirez-le du modèle"),
    "modèle attaché": Construction("modèle attaché", _S, "le modèle attaché « {} » est ôté des lettres", "détachez-le (Développeur)"),
    "macros": Construction("macros", _S, "les macros sont ôtées des lettres", "enregistrez le modèle en .docx"),
    # Travail en cours
    "révisions": Construction("modifications suivies", _C, "acceptées : le texte supprimé n'est jamais imprimé"),
    "commentaires": Construction("commentaires", _C, "ôtés : ils ne partent pas chez le client"),
    "notes": Construction("notes de bas de page et de fin", _C, "celles de la lettre, numérotées à partir de 1"),
}

CHAMPS: dict[str, str] = {
    **dict.fromkeys(("DATE", "TIME", "CREATEDATE", "SAVEDATE", "PRINTDATE"), "DATE"),
    **dict.fromkeys(("NUMPAGES", "SECTIONPAGES"), "pages"),
    **dict.fromkeys(("=", "FORMULA", "COMPARE", "QUOTE", "SET"), "formule"),
    **dict.fromkeys(("NEXT", "NEXTIF", "SKIPIF"), "sans effet"),
    **dict.fromkeys(("MERGEREC", "MERGESEQ"), "numéro"),
    **dict.fromkeys(("ASK", "FILLIN"), "question"),
    **dict.fromkeys(("INCLUDETEXT", "LINK", "DDE", "DDEAUTO", "RD", "IMPORT", "INCLUDE", "EMBED"), "dehors"),
    **dict.fromkeys(("MACROBUTTON", "GOTOBUTTON"), "bouton"),
    **{nom: nom for nom in ("MERGEFIELD", "IF", "ADDRESSBLOCK", "GREETINGLINE", "DATABASE", "INCLUDEPICTURE")},
}
"""Nom d'un champ de Word → sa règle ; ceux qui n'y sont pas sont laissés à Word."""

_EQUIVALENTS = {"DATE": "date_lettre", "ADDRESSBLOCK": "client_adresse"}
COMMUTATEURS = frozenset("bfmv*#@")
FORMATS = frozenset({"upper", "lower", "firstcap", "caps", "mergeformat", "mergeformatinet", "charformat"})


def en_mergefield(instruction: Instruction) -> Instruction | None:
    """L'instruction `MERGEFIELD` qui vaut ce champ (une date, un bloc d'adresse, lui-même) ; None s'il n'y en a pas."""
    if instruction.nom == "MERGEFIELD":
        return instruction
    sujet = _EQUIVALENTS.get(CHAMPS.get(instruction.nom, ""))
    if sujet is None:
        return None
    commutateurs = instruction.commutateurs if sujet == "date_lettre" else ()
    return Instruction("MERGEFIELD", (sujet,), tuple((lettre, texte) for lettre, texte in commutateurs if lettre != "l"))
