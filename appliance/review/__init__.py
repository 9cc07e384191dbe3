"""The review station: a clerk checks what the appliance read, keyboard only."""
