"""Tables of a document, found from where its words stand: no language, no field name, no model."""
