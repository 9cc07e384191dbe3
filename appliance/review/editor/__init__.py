"""What each key makes of the document in hand: going, typing, picking words. Pure."""
