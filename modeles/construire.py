"""Construit les modèles Word livrés : `python modeles/construire.py` les réécrit, à l'octet près, dans ce dossier.

Les mots sont dans `francais.py` et `anglais.py`, le papier à lettres dans `papier.py`. Un utilisateur ne se sert pas de ce script : il
retouche ses modèles dans Word, dans le dossier `modeles/` de son dossier de relance.
"""

import io
import zipfile
from datetime import UTC, datetime
from pathlib import Path

from anglais import ANGLAIS
from docx.document import Document as TypeDocument
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.section import _Footer, _Header
from docx.shared import Pt
from docx.table import Table
from docx.text.paragraph import Paragraph
from francais import DETAIL_COLONNES, FRANCAIS, LISTE_COLONNES, LISTE_TITRE
from papier import (
    FENETRE_GAUCHE,
    FENETRE_HAUT,
    FENETRE_HAUTEUR,
    FENETRE_LARGEUR,
    FOND,
    GRIS,
    HAUT,
    MARGE,
    MARGE_PAYSAGE,
    UTILE,
    champ_word,
    ecrire,
    habiller,
    hauteur_exacte,
    insecable,
    nouveau_document,
    remplir,
    tableau,
    taquet_droit,
    titre_repete,
)
from textes import FIN, SI_EXIGE, SINON, Langue, Lettre

DOSSIER = Path(__file__).parent
_DATE_FIXE = datetime(2026, 1, 1, tzinfo=UTC)
# mm ; somme : UTILE. À 8,5 points, « -1 234 567,89 USD » prend 26 mm et « -1 234 567,890 TND » 27,2 : plus étroite, la cellule les coupe.
_COLONNES_ECHEANCES = (52, 19, 19, 17, 31.5, 31.5)
_COLONNES_AVEC_PENALITES = (36, 17.5, 17.5, 14.5, 29.2, 29.2, 26.1)
_COLONNES_A_VENIR = (60, 22, 22, 33, 33)
_COLONNES_SOMMES = (*(24.2,) * 6, 24.8)
_MARGE, _MARGE_SERREE = 1, 0.5  # mm, à gauche et à droite de chaque cellule
MISE_EN_DEMEURE = 3


def modeles() -> dict[str, bytes]:
    """Nom de fichier → contenu de chaque modèle Word livré."""
    faits = {}
    for langue in (FRANCAIS, ANGLAIS):
        for niveau, lettre in enumerate(langue.lettres):
            nom = f"relance-{niveau}" if niveau else "prevenance"
            faits[f"{nom}{langue.code}.docx"] = enregistrer(relance(langue, lettre, niveau))
        faits[f"releve{langue.code}.docx"] = enregistrer(releve(langue))
    faits["liste-clients.docx"] = enregistrer(liste_clients())
    return faits


def relance(langue: Langue, lettre: Lettre, niveau: int) -> TypeDocument:
    document = _papier_a_lettres(langue, lettre.titre, recommandable=niveau > 0)
    _paragraphe(document, "Objet", lettre.objet)
    _paragraphe(document, "Corps", langue.appel)
    if niveau:
        _paragraphe(document, "Corps", langue.promesse)
    for texte in lettre.avant:
        _annoncer_le_tableau(_paragraphe(document, "Corps", texte))
    if niveau == 0:
        _tableau_a_venir(document, langue)
    elif niveau == MISE_EN_DEMEURE:
        _paragraphe(document, "Vide", "{% if penalites %}")
        _tableau_des_echeances(document, langue, lettre, penalites=True)
        _paragraphe(document, "Vide", "{% else %}")
        _tableau_des_echeances(document, langue, lettre)
        _paragraphe(document, "Vide", "{% endif %}")
    else:
        _tableau_des_echeances(document, langue, lettre)
    _paragraphe(document, "Message", "[[message]]")
    for texte in lettre.apres:
        _paragraphe(document, "Corps", texte)
    _annoncer_le_tableau(_paragraphe(document, "Corps", lettre.salut), 10)
    _paiement_et_signature(document, langue)
    if niveau:
        _autres_echeances(document, langue)
    return document


def _annoncer_le_tableau(paragraphe: Paragraph, espace: float = 6) -> None:
    """Garde le paragraphe avec le tableau qui le suit, à `espace` points."""
    paragraphe.paragraph_format.keep_with_next, paragraphe.paragraph_format.space_after = True, Pt(espace)


def releve(langue: Langue) -> TypeDocument:
    titre, phrase, intertitre = langue.releve
    document = _papier_a_lettres(langue, titre.split(" [[")[0], recommandable=False)
    _paragraphe(document, "Objet", titre)
    _annoncer_le_tableau(_paragraphe(document, "Corps", phrase))
    table = _entete_de_tableau(document, _COLONNES_ECHEANCES, langue.colonnes, textes=3)
    _ligne_echeance(table, "echeance", langue)
    _paragraphe(document, "Intertitre", intertitre)
    sommes = _entete_de_tableau(document, _COLONNES_SOMMES, langue.colonnes_sommes, textes=0, marge=_MARGE_SERREE)
    noms = ("non_echu", "jours_0_30", "jours_31_60", "jours_61_90", "plus_de_90", "credits", "encours")
    _ligne(sommes, [f"[[somme_{nom}]]" for nom in noms], textes=0, serre=True)
    return document


def liste_clients() -> TypeDocument:
    document = nouveau_document("fr-FR", "Liste des clients à relancer", paysage=True)
    _pied(document.sections[0].footer, "Page", 297 - 2 * MARGE_PAYSAGE)
    _paragraphe(document, "Émetteur nom", "[[emetteur_raison_sociale]]")
    _paragraphe(document, "Objet", LISTE_TITRE)
    largeurs = (20, 42, 26.5, 9, 9, 28.7, 28.7, 28.7, 28.9, 17.5, 10.5, 17.5)
    table = _entete_de_tableau(document, largeurs, LISTE_COLONNES, textes=3)
    noms = ("code_client", "raison_sociale", "telephone", "niveau", "nb_echeances", "retard", "credits", "net",
            "total_reclame", "plus_ancienne", "jours_retard", "derniere_relance")  # fmt: skip
    _ligne(table, [f"[[ligne_{nom}]]" for nom in noms], textes=3)
    total = ["[[somme_devise \\b \"Total \"]]", "[[somme_nombre]] relance(s)", "", "", "", "[[somme_retard]]", "[[somme_credits]]",
             "[[somme_net]]", "[[somme_total_reclame]]", "", "", ""]  # fmt: skip
    _ligne(table, [f"**{texte}**" if texte else "" for texte in total], textes=3, fond=FOND)
    _paragraphe(document, "Intertitre", "{% if detaille %}Détail des échéances{% endif %}")
    _paragraphe(document, "Vide", "{% if detaille %}")
    detail = _entete_de_tableau(document, (22, 66, 50, 22, 22, 14, 30, 30, 11), DETAIL_COLONNES, textes=3)
    du_detail = ("code_client", "raison_sociale", "piece", "date_piece", "date_echeance", "jours_retard", "montant", "reste_du", "niveau")
    _ligne(detail, [f"[[echeance_{nom}]]" for nom in du_detail], textes=3)
    _paragraphe(document, "Vide", "{% endif %}")
    return document


def _papier_a_lettres(langue: Langue, titre: str, *, recommandable: bool = True) -> TypeDocument:
    """La page, son pied, son en-tête de suite, le bloc de l'émetteur et l'adresse dans la fenêtre."""
    document = nouveau_document(langue.etiquette, titre)
    section = document.sections[0]
    section.different_first_page_header_footer = True
    section.first_page_header.paragraphs[0].style = "Vide"
    _entete_de_suite(section.header)
    for pied in (section.first_page_footer, section.footer):
        _pied(pied, langue.page, UTILE)

    entete = tableau(document, (FENETRE_GAUCHE - MARGE, FENETRE_LARGEUR), lignes=2)
    hauteur_exacte(entete.rows[0], FENETRE_HAUT - HAUT)
    hauteur_exacte(entete.rows[1], FENETRE_HAUTEUR)
    remplir(
        entete.cell(0, 0),
        ("Émetteur nom", "[[emetteur_raison_sociale]]"),
        ("Émetteur", "[[emetteur_adresse_1]]"),
        ("Émetteur", "[[emetteur_adresse_2]]"),
        ("Émetteur", "[[emetteur_code_postal]] [[emetteur_ville]]"),
        ("Émetteur", r'[[emetteur_telephone \b "Tél. "]]' if not langue.code else r'[[emetteur_telephone \b "Tel. "]]'),
        ("Émetteur", "[[emetteur_email]]"),
    )
    remplir(entete.cell(0, 1), ("Logo", "[[emetteur_logo]]"))
    mention = ("Mention postale", f'{{% if envoi == "Recommandé" %}}{langue.recommande}{{% endif %}}')
    references = [("Références", texte) for texte in langue.references]
    remplir(entete.cell(1, 0), *([mention] if recommandable else []), *references, ("Lieu et date", langue.lieu_et_date))
    remplir(entete.cell(1, 1), ("Adresse", "[[client_adresse]]"))
    for rangee in entete.rows:
        for cellule in rangee.cells:
            habiller(cellule, marge=0)
    return document


def _entete_de_suite(entete: _Header) -> None:
    paragraphe = entete.paragraphs[0]
    paragraphe.style = "Suite"
    taquet_droit(paragraphe, UTILE)
    ecrire(paragraphe, "[[emetteur_raison_sociale]]\t[[client_raison_sociale]] – [[client_code]] – [[date_lettre]]")


def _pied(pied: _Footer, page: str, largeur: float) -> None:
    paragraphe = pied.paragraphs[0]
    paragraphe.style = "Pied"
    ecrire(paragraphe, "[[emetteur_mentions_legales]]")
    dernier = pied.add_paragraph(style="Pied")
    dernier.alignment = WD_ALIGN_PARAGRAPH.LEFT
    taquet_droit(dernier, largeur)
    ecrire(dernier, r'[[emetteur_siren \b "SIREN "]][[emetteur_tva \b " – TVA "]]' + f"\t{page} ")
    champ_word(dernier, " PAGE ", "1")
    dernier.add_run(" / ")
    champ_word(dernier, " NUMPAGES ", "1")


def _tableau_des_echeances(document: TypeDocument, langue: Langue, lettre: Lettre, *, penalites: bool = False) -> None:
    """Les échéances de la lettre et les crédits ; quand les niveaux sont mêlés, chaque part est annoncée et totalisée."""
    largeurs = _COLONNES_AVEC_PENALITES if penalites else _COLONNES_ECHEANCES
    colonnes = (*langue.colonnes, langue.colonne_penalites) if penalites else langue.colonnes
    table = _entete_de_tableau(document, largeurs, colonnes, textes=3)
    objet, total_objet = lettre.parts
    si_meles = "{% if jointes and total_exige %}"
    if objet:
        _annonce(table, SI_EXIGE + objet + SINON + langue.couvertes + FIN)
    _ligne_echeance(table, "exigee", langue, penalites=penalites)
    if objet:
        _annonce(table, langue.jointes[0])
        _ligne_echeance(table, "jointe", langue, penalites=penalites)
    _total(table, langue.total, "[[total_du]]")
    if objet:
        _total(table, total_objet, "[[total_exige]]", condition=si_meles, leger=True)
        _total(table, langue.jointes[1], "[[total_joint]]", condition=si_meles, leger=True)
    _total(table, langue.penalites, "[[penalites]]", condition='{% if penalites and client.type_client != "Public" %}')
    _total(table, langue.interets, "[[penalites]]", condition='{% if penalites and client.type_client == "Public" %}')
    _total(table, langue.indemnite, "[[indemnite]]", condition="{% if indemnite %}")
    _total(table, langue.total_reclame, "[[total_reclame]]", condition="{% if penalites or indemnite %}", fort=True)


def _tableau_a_venir(document: TypeDocument, langue: Langue) -> None:
    """Les échéances d'une prévenance : rien n'y est en retard."""
    colonnes = tuple(titre for rang, titre in enumerate(langue.colonnes) if rang != 3)
    table = _entete_de_tableau(document, _COLONNES_A_VENIR, colonnes, textes=3)
    _ligne(table, [f"[[echeance_{nom}]]" for nom in ("piece", "date_piece", "date_echeance", "montant", "reste_du")], textes=3)
    _sous_la_piece(table, "echeance")
    _total(table, langue.total_a_venir, "[[total_du]]", fort=True)


def _annonce(table: Table, texte: str) -> None:
    """Une ligne qui dit, quand les niveaux sont mêlés, ce que sont les suivantes."""
    rangee = table.add_row()
    insecable(rangee)
    gauche = rangee.cells[0].merge(rangee.cells[-2])
    remplir(gauche, ("Tableau part", f"{{% if jointes %}}{texte}"))
    remplir(rangee.cells[-1], ("Tableau part", "{% endif %}"))
    for cellule in (gauche, rangee.cells[-1]):
        habiller(cellule, filets="bas", marge=_MARGE)


def _autres_echeances(document: TypeDocument, langue: Langue) -> None:
    _paragraphe(document, "Vide", "{% if autres %}")
    _paragraphe(document, "Intertitre", langue.autres)
    table = _entete_de_tableau(document, _COLONNES_ECHEANCES, langue.colonnes, textes=3)
    _ligne_echeance(table, "autre", langue)
    _total(table, langue.total_autre, "[[total_autre]]")
    _paragraphe(document, "Vide", "{% endif %}")


def _entete_de_tableau(
    document: TypeDocument, largeurs: tuple[float, ...], titres: tuple[str, ...], *, textes: int, marge: float = _MARGE
) -> Table:
    """Un tableau et sa ligne de titres, répétée à chaque page ; les `textes` premières colonnes sont à gauche."""
    table = tableau(document, largeurs)
    titre_repete(table.rows[0])
    for rang, (cellule, titre) in enumerate(zip(table.rows[0].cells, titres, strict=True)):
        remplir(cellule, ("Tableau titre" if rang < textes else "Tableau titre nombre", titre))
        habiller(cellule, filets="bas", fond=FOND, marge=marge)
    return table


def _ligne(table: Table, textes_cellules: list[str], *, textes: int, fond: str = "", serre: bool = False) -> None:
    nombre, marge = ("Tableau nombre serré", _MARGE_SERREE) if serre else ("Tableau nombre", _MARGE)
    rangee = table.add_row()
    insecable(rangee)
    for rang, (cellule, texte) in enumerate(zip(rangee.cells, textes_cellules, strict=True)):
        remplir(cellule, ("Tableau texte" if rang < textes else nombre, texte))
        habiller(cellule, filets="bas", fond=fond, marge=marge)


def _ligne_echeance(table: Table, prefixe: str, langue: Langue, *, penalites: bool = False) -> None:
    """La ligne qui se répète."""
    jours = "j" if not langue.code else "d"
    noms = ("piece", "date_piece", "date_echeance", f'jours_retard \\f "\u00a0{jours}"', "montant", "reste_du")
    textes = [f"[[{prefixe}_{nom}]]" for nom in noms]
    if penalites:
        textes.append(f"{{% if {prefixe}.penalites %}}[[{prefixe}_penalites]]{{% endif %}}")
    _ligne(table, textes, textes=3)
    _sous_la_piece(table, prefixe)


def _sous_la_piece(table: Table, prefixe: str) -> None:
    """Sous le numéro de la pièce, en petit, sa référence et le client livré, s'il y en a."""
    piece = table.rows[-1].cells[0].paragraphs[0]
    debut = len(piece.runs)
    for nom in ("reference", "client_livre"):
        ecrire(piece, f"{{% if {prefixe}.{nom} %}}\n[[{prefixe}_{nom}]]{{% endif %}}")
    for run in piece.runs[debut:]:
        run.font.size, run.font.color.rgb = Pt(8), GRIS


def _total(table: Table, libelle: str, montant: str, *, condition: str = "", fort: bool = False, leger: bool = False) -> None:
    """Une ligne de total : le montant, plus gros que ceux des lignes, sur les deux dernières colonnes, le libellé sur les autres."""
    rangee = table.add_row()
    insecable(rangee)
    gauche, droite = rangee.cells[0].merge(rangee.cells[-3]), rangee.cells[-2].merge(rangee.cells[-1])
    style = "Total fort" if fort else "Total part" if leger else "Total"
    remplir(gauche, (style, f"{condition}{libelle}"))
    remplir(droite, (style, (montant if leger else f"**{montant}**") + ("{% endif %}" if condition else "")))
    for cellule in (gauche, droite):
        cellule.paragraphs[0].paragraph_format.keep_with_next = not fort
        habiller(cellule, filets="bas" if fort else "", fond=FOND if fort else "", marge=_MARGE)


def _paiement_et_signature(document: TypeDocument, langue: Langue) -> None:
    """Une rangée insécable : l'encadré de paiement (coordonnées, QR code), et à sa droite la signature."""
    table = tableau(document, (80, 34, UTILE - 80 - 34))
    titre, *coordonnees = langue.paiement
    virement, code, signature = table.rows[0].cells
    remplir(virement, ("Paiement titre", titre), *(("Paiement", texte) for texte in coordonnees))
    remplir(code, ("QR", "[[qr_paiement]]"), ("QR", f"{{% if qr_paiement %}}{langue.scanner}{{% endif %}}"))
    remplir(signature, ("Signature", "**[[emetteur_signataire]]**"), ("Signature", "[[emetteur_fonction]]"))
    for cellule in (virement, code):
        habiller(cellule, filets="haut bas", marge=2)
        cellule.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    habiller(signature)


def _paragraphe(document: TypeDocument, style: str, texte: str) -> Paragraph:
    return ecrire(document.add_paragraph(style=style), texte)


def enregistrer(document: TypeDocument) -> bytes:
    """Le .docx, identique d'une construction à l'autre : dates et ordre des parties fixés."""
    proprietes = document.core_properties
    proprietes.created = proprietes.modified = _DATE_FIXE.replace(tzinfo=None)
    proprietes.revision, proprietes.last_modified_by = 1, ""
    brut = io.BytesIO()
    document.save(brut)
    fixe = io.BytesIO()
    with zipfile.ZipFile(brut) as source, zipfile.ZipFile(fixe, "w", zipfile.ZIP_DEFLATED) as cible:
        for nom in source.namelist():
            cible.writestr(zipfile.ZipInfo(nom, (1980, 1, 1, 0, 0, 0)), source.read(nom), zipfile.ZIP_DEFLATED)
    return fixe.getvalue()


if __name__ == "__main__":
    for nom, contenu in modeles().items():
        (DOSSIER / nom).write_bytes(contenu)
        print(f"{nom} : {len(contenu)} octets")
