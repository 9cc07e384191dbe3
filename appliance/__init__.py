"""The edge document appliance: documents in, checked JSON out, on one ordinary PC."""

import os

__version__ = "0.1.0"

# Before anything loads onnxruntime: from 1.29 on it else writes a number for this machine to the
# disk, and sends Microsoft what it is used for. Children inherit it.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
