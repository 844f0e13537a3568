"""Les relevés bancaires : camt.053, CFONB120, OFX ou tableur, ramenés aux encaissements."""
