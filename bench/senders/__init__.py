"""What the memory of known senders gains, and whether it can be deceived."""
