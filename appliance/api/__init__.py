"""The door for programs of the same machine: ``from appliance import Appliance``."""
