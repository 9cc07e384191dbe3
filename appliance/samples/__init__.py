"""Sample documents of the project's own making, each with its truth.

Everything on them is made up: names, numbers and bank accounts belong to nobody, though every
check digit is right. The same seed gives the same bytes. Needs the extra ``samples`` (fpdf2).
"""
