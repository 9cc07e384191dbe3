"""Homes of one owner share what they learn: sites, and the hub at which it comes together.

One nats-server runs, at the hub. A site is a client of it and needs no hub for its own work.
"""
