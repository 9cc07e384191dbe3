"""The night: labels become a candidate, and a candidate that is proven better becomes champion."""
