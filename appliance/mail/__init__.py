"""The bytes of a mail become its head, its text and its parts; what the parts are is not asked."""
