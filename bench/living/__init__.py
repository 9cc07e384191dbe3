"""Years of use in hours: a long history, servers that fail, what is forgotten, backups under load.

``python -m bench.living [STEP ...]`` makes the figures of ``bench/results/living.json``.
"""
