"""Le .docx comme paquet de parties."""
