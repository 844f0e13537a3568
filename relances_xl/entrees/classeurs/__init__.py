"""Comment ce fichier est-il fait ? Chaque format, des octets aux cellules."""
