"""Préparer le corps d'un modèle à être répété dans un même document : une section par lettre, identifiants distincts.

Le gabarit du corps lit, en plus des valeurs : `rx_suite` (vrai dans un document de plusieurs lettres), `rx_lettre` (le rang
de la lettre, 0 pour une lettre seule), `rx_signet` et `rx_section` (XML placés en tête et en fin de lettre), `rx_relations`
(en-têtes et pieds propres à la lettre) : des noms qu'un modèle ne peut pas prendre. Ordre des éléments d'une section : ECMA-376 partie 1, §17.6.
"""

from collections.abc import Iterable
from copy import deepcopy

from lxml import etree

from relances_xl.lettres.compile.contexte import Atelier
from relances_xl.lettres.word.jetons import Jetons
from relances_xl.lettres.word.ooxml import WP, Noeud, elements, est_element, r, w

COUPE = "<?rx-coupe ici?>"
_ORDRE = tuple(
    map(
        w,
        ("headerReference", "footerReference", "footnotePr", "endnotePr", "type", "pgSz", "pgMar", "paperSrc",
         "pgBorders", "lnNumType", "pgNumType", "cols"),
    )
)  # fmt: skip
_FIN_DE_SECTION = (
    '<w:p><w:pPr><w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/>'
    '<w:rPr><w:sz w:val="2"/></w:rPr>{{ rx_section }}</w:pPr></w:p>'
)
_PAS = 10_000  # écart entre les identifiants de deux lettres
RELATIONS_VIDES = {("header", "hdr"): "rIdEnteteVide", ("footer", "ftr"): "rIdPiedVide"}
"""(genre, racine) d'un en-tête et d'un pied vides → leur relation, ajoutée quand une section l'emploie."""

_REFERENCES = (w("headerReference"), w("footerReference"))


def preparer_corps(atelier: Atelier, racine: Noeud, propres: Iterable[str]) -> None:
    """Pose dans le corps les jetons de l'assemblage, et trois coupes : avant le corps, la section finale, sa variante.

    propres : relations des en-têtes et pieds qui portent des champs, donc propres à chaque lettre.
    """
    corps = racine.find(w("body"))
    assert corps is not None
    finale = corps.find(w("sectPr"))
    if finale is None:
        finale = etree.SubElement(corps, w("sectPr"))
    sections = [*corps.iterfind(f".//{w('pPr')}/{w('sectPr')}"), finale]
    variantes = [_variante(atelier.jetons, section, section is sections[0], set(propres)) for section in sections]
    _completer_references(sections, variantes[0])
    for section, variante in zip(sections[:-1], variantes, strict=False):
        _alterner(atelier.jetons, section, variante)
    _fin_de_lettre(atelier.jetons, finale)
    _poser_signet(atelier.jetons, corps)
    corps.insert(0, _coupe())
    finale.addprevious(_coupe())
    finale.addnext(variantes[-1])
    variantes[-1].addprevious(_coupe())
    variantes[-1].addnext(_coupe())
    distinguer_identifiants(atelier.jetons, racine)


def preparer_notes(jetons: Jetons, racine: Noeud) -> None:
    """Les notes que Word se réserve (séparateurs), une coupe, puis celles du texte, numérotées par lettre."""
    notes = list(elements(racine))
    reservees = [note for note in notes if note.get(w("type")) not in (None, "normal")]
    for rang, note in enumerate(reservees):
        racine.insert(rang, note)
    racine.insert(len(reservees), _coupe())
    racine.append(_coupe())
    du_texte = [note for note in notes if note not in reservees]
    _distinguer(jetons, du_texte, w("id"))


def distinguer_identifiants(jetons: Jetons, racine: Noeud) -> None:
    """Rend propres à chaque lettre les identifiants de dessins, de signets et d'appels de note."""
    _distinguer(jetons, racine.iter(f"{{{WP}}}docPr"), "id")
    for appel in ("footnoteReference", "endnoteReference"):
        _distinguer(jetons, racine.iter(w(appel)), w("id"))
    marques = list(racine.iter(w("bookmarkStart"), w("bookmarkEnd")))
    _distinguer(jetons, marques, w("id"))
    _renommer_signets(jetons, racine, [marque for marque in marques if marque.tag == w("bookmarkStart")])


def alleger(racine: Noeud) -> None:
    """Ôte les marques de révision d'un arbre (`w:rsid*`, `w14:paraId`) : sans effet, et une ligne répétée les doublerait."""
    for noeud in racine.iter(etree.Element):
        for nom in noeud.attrib:
            local = etree.QName(nom).localname
            if local.startswith("rsid") or local in ("paraId", "textId"):
                del noeud.attrib[nom]


def _coupe() -> Noeud:
    return etree.ProcessingInstruction("rx-coupe", "ici")


def _distinguer(jetons: Jetons, noeuds: Iterable[Noeud], attribut: str) -> None:
    """Décale un identifiant entier selon le rang de la lettre."""
    for noeud in noeuds:
        identifiant = noeud.get(attribut, "")
        if identifiant.isdigit():
            noeud.set(attribut, jetons.texte(f"{{{{ {int(identifiant)} + {_PAS} * rx_lettre }}}}"))


def _renommer_signets(jetons: Jetons, racine: Noeud, signets: list[Noeud]) -> None:
    """Le nom d'un signet, et les renvois qui y mènent, prennent le rang de la lettre."""
    noms = {signet.get(w("name"), "") for signet in signets}
    suffixe = "{% if rx_suite %}_{{ rx_lettre }}{% endif %}"
    for signet in signets:
        signet.set(w("name"), signet.get(w("name"), "") + jetons.texte(suffixe))
    for lien in racine.iter(w("hyperlink")):
        if lien.get(w("anchor")) in noms:
            lien.set(w("anchor"), lien.get(w("anchor"), "") + jetons.texte(suffixe))
    for instruction in racine.iter(w("instrText")):
        mots = (instruction.text or "").split(" ")
        instruction.text = " ".join(mot + jetons.texte(suffixe) if mot in noms else mot for mot in mots)


def _variante(jetons: Jetons, section: Noeud, premiere: bool, propres: set[str]) -> Noeud:
    """La section telle qu'elle est dans un document de plusieurs lettres : la première recommence à la page 1."""
    variante = deepcopy(section)
    variante.tail = None
    for reference in variante.iterchildren(*_REFERENCES):
        relation = reference.get(r("id"), "")
        if relation in propres:
            reference.set(r("id"), jetons.texte(f"{{{{ rx_relations['{relation}'] }}}}"))
    if premiere:
        type_de_section = variante.find(w("type"))
        if type_de_section is not None:
            variante.remove(type_de_section)
        numeros = _enfant(variante, "pgNumType")
        if numeros.get(w("start")) is None:
            numeros.set(w("start"), "1")
        notes = _enfant(variante, "footnotePr")
        if notes.find(w("numRestart")) is None:
            etree.SubElement(notes, w("numRestart")).set(w("val"), "eachSect")
    return variante


def _enfant(section: Noeud, nom: str) -> Noeud:
    """L'enfant de ce nom, créé à sa place s'il n'y est pas."""
    trouve = section.find(w(nom))
    if trouve is not None:
        return trouve
    enfant = section.makeelement(w(nom))
    avant = _ORDRE[: _ORDRE.index(w(nom))]
    place = max((rang + 1 for rang, voisin in enumerate(section) if voisin.tag in avant), default=0)
    section.insert(place, enfant)
    return enfant


def _completer_references(sections: list[Noeud], premiere: Noeud) -> None:
    """Dans la première section, un en-tête qu'une section suivante pose doit être vide, et non celui de la lettre d'avant.

    Une section sans référence hérite de la précédente : elle désigne donc un en-tête vide, que l'assemblage ajoute.
    """
    for reference in (ref for section in sections[1:] for ref in section.iterchildren(*_REFERENCES)):
        genre = reference.get(w("type"))
        if not any(ref.tag == reference.tag and ref.get(w("type")) == genre for ref in premiere.iterchildren(*_REFERENCES)):
            relation = RELATIONS_VIDES["header", "hdr"] if reference.tag == w("headerReference") else RELATIONS_VIDES["footer", "ftr"]
            premiere.insert(0, etree.Element(reference.tag, {w("type"): genre or "default", r("id"): relation}))


def _alterner(jetons: Jetons, section: Noeud, variante: Noeud) -> None:
    """La section d'un paragraphe : la sienne dans une lettre seule, sa variante dans un document de plusieurs."""
    section.addprevious(jetons.noeud("{% if rx_suite %}"))
    section.addprevious(variante)
    section.addprevious(jetons.noeud("{% else %}"))
    section.addnext(jetons.noeud("{% endif %}"))


def _poser_signet(jetons: Jetons, corps: Noeud) -> None:
    """Place `signet` dans le premier paragraphe toujours là : hors d'un paragraphe, tous les convertisseurs ne le voient pas."""
    profondeur = 0
    for noeud in corps.iter():
        code = jetons.code(noeud)
        profondeur += code.startswith(("{% if", "{% for", "{% filter")) - code.startswith("{% end")
        if noeud.tag == w("p") and profondeur == 0 and next(noeud.iterancestors(w("txbxContent")), None) is None:
            place = 1 if len(noeud) and noeud[0].tag == w("pPr") else 0
            noeud.insert(place, jetons.noeud("{{ rx_signet }}"))
            return
    corps.insert(0, jetons.noeud("{{ rx_signet }}"))


def _fin_de_lettre(jetons: Jetons, finale: Noeud) -> None:
    """Place `section` dans le dernier paragraphe s'il est toujours là, sinon dans un paragraphe d'un vingtième de point."""
    precedent = finale.getprevious()
    if precedent is not None and precedent.tag == w("p") and precedent.find(f"{w('pPr')}/{w('sectPr')}") is None:
        proprietes = precedent.find(w("pPr"))
        if proprietes is None:
            proprietes = precedent.makeelement(w("pPr"))
            precedent.insert(0, proprietes)
        place = len(proprietes)
        while place and est_element(proprietes[place - 1]) and proprietes[place - 1].tag == w("pPrChange"):
            place -= 1
        proprietes.insert(place, jetons.noeud("{{ rx_section }}"))
    else:
        finale.addprevious(jetons.noeud(f"{{% if rx_section %}}{_FIN_DE_SECTION}{{% endif %}}"))
