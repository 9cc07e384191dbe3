"""Where the shipped starter comes from: made-up documents of all kinds, and what is learned from
them. ``make starter`` does all of it again.
"""
