"""How documents look: one module a layout, all of a kind with one signature."""
