"""Invoice layouts that neither samples nor starter have, put together of parts."""
