"""From labelled documents to rows of tokens that a model is trained on."""
