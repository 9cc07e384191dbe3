"""The machine beneath: files that appear whole, disk, memory, child processes, locks."""
