from starter.column_words import FILE, column_words


def test_the_shipped_words_are_those_of_the_kinds():
    assert FILE.read_text(encoding="utf-8") == column_words(), "python -m starter.column_words"
