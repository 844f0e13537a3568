"""Le XML de Word : runs, champs, commutateurs, images."""
