"""From a base GGUF and what was learnt to one GGUF: an adapter, merged, quantised."""

# llama.cpp reads how its threads are to wait when it is loaded, whoever loads it first.
import appliance.extraction  # noqa: F401
