"""Des fichiers vers les tables : exports, clients, classeur de critères."""
