"""What documents of a theme print before their values, where that is too long for its file."""
