"""L'onglet « Critères » de la revue : ce qui a produit la liste, relu tel quel à la production."""

from datetime import date
from decimal import Decimal

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from relances_xl.domaine.criteres import Criteres, Genre, ecrire_valeur, valeurs
from relances_xl.revue import schema as o
from relances_xl.revue.ecrire import mise_en_forme as f
from relances_xl.revue.ecrire.mesures import nombre_de_lignes
from relances_xl.revue.ecrire.mise_en_forme import Styles, mettre_en_page
from relances_xl.revue.ecrire.rapide.feuille_rapide import HAUTEUR_LIGNE

_ENTETES = (("Critère", 32), ("Valeur", 36), ("Aide", 88))


def ecrire_criteres(classeur: Workbook, styles: Styles, criteres: Criteres) -> Worksheet:
    """Libellé, valeur, aide ; une valeur qui n'est pas celle par défaut est surlignée."""
    feuille = classeur.add_worksheet(o.CRITERES)
    for j, (entete, largeur) in enumerate(_ENTETES):
        feuille.set_column(j, j, largeur)
        feuille.write_string(0, j, entete, styles.entete())
    base = {"valign": "vcenter", "bottom": 1, "bottom_color": f.FILET, "text_wrap": True, "indent": 1}
    for i, (critere, valeur) in enumerate(valeurs(criteres), start=1):
        ecrit = ecrire_valeur(critere, valeur)
        # Une date est toujours un choix daté du jour : seule « Échéances depuis » s'écarte d'un défaut
        change = str(ecrit) != critere.defaut and critere.champ not in ("date_reference", "date_edition")
        apparence = base | (f.ORANGE | f.GRAS if change else {})
        feuille.write_string(i, 0, critere.libelle, styles.format(**base, bold=True, font_color=f.ENCRE))
        if isinstance(ecrit, date):
            feuille.write_datetime(i, 1, ecrit, styles.format(**apparence, num_format="dd/mm/yyyy", align="left"))
        elif isinstance(ecrit, Decimal | int):
            nombre = "#,##0.00" if critere.genre is Genre.MONTANT else "0"
            feuille.write_number(i, 1, float(ecrit), styles.format(**apparence, num_format=nombre, align="left"))
        else:
            feuille.write_string(i, 1, ecrit, styles.format(**apparence, num_format="@"))
        feuille.write_string(i, 2, critere.aide, styles.format(**base, font_color=f.GRIS, italic=True))
        feuille.set_row(i, HAUTEUR_LIGNE * nombre_de_lignes(critere.aide, _ENTETES[2][1]) + 3)
    feuille.set_row(0, 24)
    feuille.ignore_errors({"number_stored_as_text": f"B2:B{i + 1}"})
    feuille.add_table(
        0, 0, i, len(_ENTETES) - 1,
        {"name": "Criteres", "style": "Table Style Light 1", "columns": [{"header": entete, "header_format": styles.entete()} for entete, _ in _ENTETES]},
    )  # fmt: skip
    mettre_en_page(feuille, 1)
    return feuille
