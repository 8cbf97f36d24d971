"""Critical points: found, classified, with and without constraints."""
