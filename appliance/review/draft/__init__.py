"""One document in a clerk's hand: what it says and what comes of what she does. Pure."""
