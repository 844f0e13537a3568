"""Ce qui se demande au journal : chaque requête ne lit, par index, que ce qui concerne l'export du jour (SQLite)."""

ECHEANCES_RELANCEES = (
    "SELECT s.relance, s.lot, i.date, i.code_client, i.devise, l.niveau, l.reedition, s.statut, l.piece, l.date_cle, l.montant"
)

COMPTES = """
SELECT client, devise,
    (SELECT COUNT(*) FROM situation s WHERE s.cle_client = client AND s.devise = v.devise AND s.comptee = 1),
    (SELECT MAX(date) FROM situation s WHERE s.cle_client = client AND s.devise = v.devise AND s.comptee = 1)
FROM (SELECT DISTINCT json_extract(value, '$[0]') AS client, json_extract(value, '$[1]') AS devise FROM json_each(?)) v"""
"""Combien de relances comptées, et la dernière, de chaque compte demandé ; DISTINCT, pour que SQLite ne défasse le JSON qu'une fois."""

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
