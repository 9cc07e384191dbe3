"""The page as a picture, as well as the terminal can show one."""
