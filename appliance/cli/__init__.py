"""The commands of the command line, by who gives them."""

import os

# Before pydantic looks through all that is installed for plugins of its own. Not in the package: a
# program that imports the appliance may have some.
os.environ["PYDANTIC_DISABLE_PLUGINS"] = "__all__"
