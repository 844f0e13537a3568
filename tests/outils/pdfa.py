"""Ce qui empêche un PDF d'être un PDF/A-2b, d'après ISO 19005-2 : les articles qui se vérifient sans dessiner les pages.

Écrit d'après la norme, non d'après le produit. Ne se vérifient pas ici : les largeurs de caractères contre leur police (6.2.11.5), le
contenu des profils ICC au-delà de leur en-tête, celui des images JPEG 2000.
"""

import io
import re
from collections.abc import Iterator

import pikepdf
from lxml import etree
from pikepdf import Dictionary, Name, Object, Stream

_FILTRES = {
    "/ASCIIHexDecode",
    "/ASCII85Decode",
    "/FlateDecode",
    "/RunLengthDecode",
    "/CCITTFaxDecode",
    "/JBIG2Decode",
    "/DCTDecode",
    "/JPXDecode",
}
_ACTIONS = {"/GoTo", "/GoToR", "/GoToE", "/Thread", "/URI", "/SubmitForm", "/Named"}
_ANNOTATIONS = {
    "/Text", "/Link", "/FreeText", "/Line", "/Square", "/Circle", "/Polygon", "/PolyLine", "/Highlight", "/Underline", "/Squiggly",
    "/StrikeOut", "/Stamp", "/Caret", "/Ink", "/Popup", "/FileAttachment", "/Widget", "/PrinterMark", "/TrapNet", "/Watermark", "/Redact",
}  # fmt: skip
_FUSIONS = {
    "/Normal", "/Compatible", "/Multiply", "/Screen", "/Overlay", "/Darken", "/Lighten", "/ColorDodge", "/ColorBurn", "/HardLight",
    "/SoftLight", "/Difference", "/Exclusion", "/Hue", "/Saturation", "/Color", "/Luminosity",
}  # fmt: skip
_OPERATEURS = set(
    "b B b* B* BDC BI BMC BT BX c cm CS cs d d0 d1 Do DP EI EMC ET EX f F f* G g gs h i ID INLINE IMAGE j J K k l m M MP n q Q re RG rg ri"
    " s S SC sc SCN scn sh T* Tc Td TD Tf Tj TJ TL Tm Tr Ts Tw Tz v w W W* y ' \"".split()
)
_RENDUS = {"/RelativeColorimetric", "/AbsoluteColorimetric", "/Perceptual", "/Saturation"}
_PDFAID = "{http://www.aiim.org/pdfa/ns/id/}"
_DC_TITRE = "{http://purl.org/dc/elements/1.1/}title"
_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"


def manquements(octets: bytes) -> list[str]:
    """Les articles auxquels ce PDF manque, et par quoi ; vide s'il tient tous ceux que l'on vérifie."""
    with pikepdf.open(io.BytesIO(octets)) as pdf:
        return [*_fichier(octets, pdf), *_couleurs(pdf), *_metadonnees(pdf), *_objets(pdf), *_pages(pdf)]


def _fichier(octets: bytes, pdf: pikepdf.Pdf) -> Iterator[str]:
    if not re.match(rb"%PDF-1\.[0-7](\r\n|\r|\n)%[\x80-\xff]{4}", octets):
        yield "6.1.2 : en-tête"
    if not re.search(rb"%%EOF(\r\n|\r|\n)?\Z", octets):
        yield "6.1.3 : octets après la fin"
    if "/ID" not in pdf.trailer or len(pdf.trailer.ID) != 2:
        yield "6.1.3 : pas d'identifiant"
    if "/Encrypt" in pdf.trailer or pdf.is_encrypted:
        yield "6.1.3 : chiffré"
    for cle in ("/AA", "/Requirements", "/Perms", "/Collection"):
        if cle in pdf.Root:
            yield f"6.5, 6.6 ou 6.11 : {cle} au catalogue"
    noms = pdf.Root.get("/Names", Dictionary())
    for cle, article in (
        ("/JavaScript", "6.5.1"),
        ("/EmbeddedFiles", "6.8"),
        ("/AlternatePresentations", "6.10"),
        ("/Renditions", "6.5.1"),
    ):
        if cle in noms:
            yield f"{article} : {cle}"
    formulaire = pdf.Root.get("/AcroForm", Dictionary())
    if "/XFA" in formulaire or formulaire.get("/NeedAppearances"):
        yield "6.4 : formulaire"


def _couleurs(pdf: pikepdf.Pdf) -> Iterator[str]:
    """6.2.3 : un profil de sortie, et un seul."""
    profils = [profil for profil in pdf.Root.get("/OutputIntents", []) if profil.get("/S") == Name.GTS_PDFA1]
    if len(profils) != 1 or "/DestOutputProfile" not in profils[0]:
        yield "6.2.3 : pas un profil de sortie"
        return
    contenu = profils[0].DestOutputProfile.read_bytes()
    if (
        contenu[36:40] != b"acsp"
        or contenu[12:16] not in (b"mntr", b"prtr")
        or contenu[8] > 4
        or int.from_bytes(contenu[:4]) != len(contenu)
    ):
        yield "6.2.3 : profil ICC"
    if {b"RGB ": 3, b"CMYK": 4, b"GRAY": 1}.get(contenu[16:20]) != int(profils[0].DestOutputProfile.N):
        yield "6.2.3 : couleurs du profil"


def _metadonnees(pdf: pikepdf.Pdf) -> Iterator[str]:
    if "/Metadata" not in pdf.Root:
        yield "6.6.2.1 : pas de métadonnées"
        return
    flux = pdf.Root.Metadata
    if "/Filter" in flux or (flux.get("/Type"), flux.get("/Subtype")) != (Name.Metadata, Name.XML):
        yield "6.6.2.1 : flux de métadonnées"
    texte = flux.read_bytes()
    if re.search(rb"<\?xpacket[^>]*\b(bytes|encoding)=", texte):
        yield "6.6.2.1 : paquet XMP"
    racine = etree.fromstring(texte)
    dits = {(element.tag, (element.text or "").strip()) for element in racine.iter() if isinstance(element.tag, str)}
    dits |= {(str(nom), str(valeur)) for element in racine.iter(f"{_RDF}Description") for nom, valeur in element.attrib.items()}
    if (f"{_PDFAID}part", "2") not in dits or not {(f"{_PDFAID}conformance", niveau) for niveau in "ABU"} & dits:
        yield "6.6.4 : ne se déclare pas PDF/A-2"
    titres = ["".join(element.itertext()).strip() for element in racine.iter(_DC_TITRE)]
    if "/Title" in pdf.docinfo and titres != [str(pdf.docinfo["/Title"])]:
        yield f"6.6.3 : titre {pdf.docinfo['/Title']}, et {titres} dans les métadonnées"
    connus = ("/Title", "/Producer", "/Creator", "/Author", "/Subject", "/Keywords", "/CreationDate", "/ModDate")
    muets = {"/Producer": "Producer", "/Creator": "CreatorTool", "/Author": "creator", "/Subject": "description", "/Keywords": "Keywords",
             "/CreationDate": "CreateDate", "/ModDate": "ModifyDate"}  # fmt: skip
    noms = {etree.QName(nom).localname for nom, _ in dits}
    for cle in map(str, pdf.docinfo.keys()):
        if cle not in connus or (cle in muets and muets[cle] not in noms):
            yield f"6.6.3 : {cle} manque aux métadonnées"


def _objets(pdf: pikepdf.Pdf) -> Iterator[str]:
    """Ce qui vaut pour tout objet, où qu'il soit."""
    for objet in pdf.objects:
        for noeud in _parties(objet):
            if isinstance(noeud, Stream):
                yield from _flux(noeud)
            if isinstance(noeud, Dictionary | Stream):
                yield from _dictionnaire(noeud)


def _parties(objet: Object, profondeur: int = 0) -> Iterator[Object]:
    """L'objet et ce qu'il contient, sans suivre les renvois : `pdf.objects` les donne tous."""
    if profondeur and getattr(objet, "is_indirect", False):
        return
    yield objet
    if isinstance(objet, Dictionary | Stream):
        for cle in list(objet.keys()):
            yield from _parties(objet[cle], profondeur + 1) if isinstance(objet[cle], Object) else ()
    elif isinstance(objet, pikepdf.Array):
        for valeur in objet:
            yield from _parties(valeur, profondeur + 1) if isinstance(valeur, Object) else ()


def _flux(flux: Object) -> Iterator[str]:
    filtres = flux.get("/Filter", pikepdf.Array())
    for filtre in filtres if isinstance(filtres, pikepdf.Array) else [filtres]:
        if str(filtre) not in _FILTRES and flux.get("/Type") != Name.XRef:
            yield f"6.1.7.2 : filtre {filtre}"
    if {"/F", "/FFilter", "/FDecodeParms"} & set(flux.keys()):
        yield "6.1.7.1 : contenu hors du fichier"
    if flux.get("/Subtype") == Name.Image:
        if {"/Alternates", "/OPI"} & set(flux.keys()) or flux.get("/Interpolate"):
            yield "6.2.8 : image"
        if str(flux.get("/Intent", "/Perceptual")) not in _RENDUS:
            yield "6.2.6 : intention de rendu"
    if flux.get("/Subtype") == Name.PS or (flux.get("/Subtype") == Name.Form and {"/OPI", "/PS", "/Subtype2", "/Ref"} & set(flux.keys())):
        yield "6.2.9 : formulaire XObject"


def _dictionnaire(objet: Object) -> Iterator[str]:
    if "/S" in objet and objet.get("/Type", Name.Action) == Name.Action and (str(objet.S) in _INTERDITES):
        yield f"6.5.1 : action {objet.S}"
    if objet.get("/Type") == Name.Font:
        yield from _police(objet)
    if objet.get("/Type") == Name.ExtGState or ({"/CA", "/ca", "/BM", "/SMask"} & set(objet.keys()) and "/Subtype" not in objet):
        if "/TR" in objet or objet.get("/TR2", Name.Default) != Name.Default or "/HTP" in objet:
            yield "6.2.5 : état graphique"
        fusions = objet.get("/BM", Name.Normal)
        for fusion in fusions if isinstance(fusions, pikepdf.Array) else [fusions]:
            if str(fusion) not in _FUSIONS:
                yield f"6.2.10 : fusion {fusion}"
    if objet.get("/Type") == Name.Filespec and "/EF" in objet:
        yield "6.8 : fichier joint"


_INTERDITES = {
    "/Launch", "/Sound", "/Movie", "/ResetForm", "/ImportData", "/Hide", "/SetOCGState", "/Rendition", "/Trans", "/GoTo3DView", "/JavaScript",
}  # fmt: skip


def _police(police: Object) -> Iterator[str]:
    nom = police.get("/BaseFont", "")
    if police.Subtype == Name.Type0:
        (descendante,) = police.DescendantFonts
        if descendante.Subtype == Name.CIDFontType2 and "/CIDToGIDMap" not in descendante:
            yield f"6.2.11.3.2 : {nom} sans CIDToGIDMap"
        if str(police.Encoding) not in ("/Identity-H", "/Identity-V") and not isinstance(police.Encoding, Stream):
            yield f"6.2.11.3.3 : table de caractères de {nom}"
        return
    if police.Subtype == Name.Type3:
        return
    descripteur = police.get("/FontDescriptor", Dictionary())
    if not {"/FontFile", "/FontFile2", "/FontFile3"} & set(descripteur.keys()):
        yield f"6.2.11.4 : {nom} n'est pas dans le fichier"
    if police.Subtype in (Name.TrueType, Name.Type1):
        if len(police.get("/Widths", [])) != int(police.get("/LastChar", -1)) - int(police.get("/FirstChar", 0)) + 1:
            yield f"6.2.11.2 : largeurs de {nom}"
        symbolique = bool(int(descripteur.get("/Flags", 4)) & 4)
        if police.Subtype == Name.TrueType and symbolique == ("/Encoding" in police):
            yield f"6.2.11.6 : codage de {nom}"


def _pages(pdf: pikepdf.Pdf) -> Iterator[str]:
    profil = next(iter(pdf.Root.get("/OutputIntents", [])), Dictionary())
    composantes = int(profil.DestOutputProfile.N) if "/DestOutputProfile" in profil else 0
    for rang, page in enumerate(pdf.pages, start=1):
        if "/AA" in page.obj or "/PresSteps" in page.obj:
            yield f"6.5.2 ou 6.10 : page {rang}"
        if any(not 3 <= float(cote) <= 14400 for cote in (page.mediabox[2] - page.mediabox[0], page.mediabox[3] - page.mediabox[1])):
            yield f"6.1.13 : taille de la page {rang}"
        for annotation in page.obj.get("/Annots", []):
            yield from _annotation(annotation, rang)
        formes = [forme for forme in page.resources.get("/XObject", Dictionary()).values() if forme.get("/Subtype") == Name.Form]
        contenus: list[pikepdf.Page | Object] = [page, *formes]
        yield from (f"{faute}, page {rang}" for contenu in contenus for faute in _instructions(contenu, composantes))


def _annotation(annotation: Object, rang: int) -> Iterator[str]:
    genre, drapeaux = str(annotation.Subtype), int(annotation.get("/F", 0))
    if genre not in _ANNOTATIONS:
        yield f"6.3.1 : annotation {genre}, page {rang}"
    if genre != "/Popup" and (not drapeaux & 4 or drapeaux & 0b100100011):
        yield f"6.3.2 : annotation {genre} qui peut ne pas s'imprimer, page {rang}"
    if "/AA" in annotation or ("/A" in annotation and str(annotation.A.S) not in _ACTIONS):
        yield f"6.5 : action d'une annotation, page {rang}"
    if genre not in ("/Popup", "/Link") and "/AP" not in annotation:
        yield f"6.3.3 : annotation {genre} sans apparence, page {rang}"


def _instructions(contenu: pikepdf.Page | Object, composantes: int) -> Iterator[str]:
    profondeur = 0
    for instruction in pikepdf.parse_content_stream(contenu):
        operateur = str(instruction.operator)
        if operateur not in _OPERATEURS:
            yield f"6.2.2 : opérateur {operateur}"
        profondeur += {"q": 1, "Q": -1}.get(operateur, 0)
        if profondeur > 28:
            yield "6.1.13 : trop d'états empilés"
        if (operateur in ("rg", "RG") and composantes != 3) or (operateur in ("k", "K") and composantes != 4):
            yield f"6.2.4.3 : couleur sans profil ({operateur})"
        if operateur == "ri" and str(instruction.operands[0]) not in _RENDUS:
            yield "6.2.6 : intention de rendu"
