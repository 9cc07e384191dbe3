"""Were the 25 findings of the third walk from outside mended, and do the mends hold at volume?"""
