"""Ce qui se demande au journal : chaque requête ne lit, par index, que ce qui concerne l'export du jour (SQLite)."""

_RELANCEES = "SELECT s.relance, s.lot, i.date, i.code_client, i.devise, l.niveau, l.reedition, s.statut, l.piece, l.date_cle, l.montant"
_PAR_RELANCE = (
    f"{_RELANCEES} FROM situation s CROSS JOIN intention i ON i.numero = s.intention"
    " CROSS JOIN intention_echeance l ON l.intention = s.intention WHERE s.comptee"
)
_SAUF_RELANCES = "AND s.relance NOT IN (SELECT value FROM json_each(?))"

ECHEANCES = f"{_PAR_RELANCE} {_SAUF_RELANCES} ORDER BY s.intention, l.rowid"
"""Les échéances des relances comptées, sauf celles de ces relances."""

ECHEANCES_DES_LOTS = (
    f"{_PAR_RELANCE} AND s.intention IN (SELECT intention FROM situation WHERE lot IN (SELECT value FROM json_each(?)))"
    " ORDER BY s.intention, l.rowid"
)
"""Celles de ces lots ; par numéro d'intention, dans l'ordre où le journal les a : il n'y a rien à trier."""

ECHEANCES_DES_PIECES = (
    f"{_RELANCEES}, s.cle_client, l.cle_piece FROM intention_echeance l CROSS JOIN situation s ON s.intention = l.intention"
    " CROSS JOIN intention i ON i.numero = s.intention"
    " WHERE l.rowid IN (SELECT p.rowid FROM json_each(?) v CROSS JOIN intention_echeance p ON p.cle_piece = v.value)"
    f" AND s.comptee {_SAUF_RELANCES} AND s.lot NOT IN (SELECT value FROM json_each(?)) ORDER BY l.rowid"
)
"""Celles des pièces de ces numéros, chez quelque client que ce soit, sauf de ces relances et de ces lots."""

COMPTES = """
SELECT value,
    (SELECT COUNT(*) FROM situation s WHERE s.cle_client = value AND s.devise = ?2 AND s.comptee = 1),
    (SELECT MAX(date) FROM situation s WHERE s.cle_client = value AND s.devise = ?2 AND s.comptee = 1)
FROM json_each(?1)"""
"""Combien de relances comptées, et la dernière, de chacun de ces clients dans cette devise."""

LOTS = """
WITH RECURSIVE suite (lot) AS (
    SELECT MIN(lot) FROM situation
    UNION ALL
    SELECT (SELECT MIN(lot) FROM situation WHERE lot > suite.lot) FROM suite WHERE lot IS NOT NULL
)
SELECT lot, EXISTS (SELECT 1 FROM situation s WHERE s.lot = suite.lot AND s.comptee) FROM suite WHERE lot IS NOT NULL"""
"""Les lots dans l'ordre, et si une de leurs relances compte : de proche en proche dans l'index, sans en lire toutes les lignes."""

ANCIENNES = """
SELECT numero FROM intention i WHERE i.date < ?1 AND NOT EXISTS (
    SELECT 1 FROM intention_echeance l JOIN intention_echeance p ON p.cle_piece = l.cle_piece
    JOIN intention j ON j.numero = p.intention
    WHERE l.intention = i.numero AND j.cle_client = i.cle_client AND j.date >= ?1)"""
"""Les intentions antérieures à une date, hors celles dont une échéance a été relancée depuis."""
