"""The edge document appliance: documents in, checked JSON out, on one ordinary PC."""

__version__ = "0.1.0"
