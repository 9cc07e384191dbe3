"""What stands between a browser and a station: who may, one station a page, and the page itself."""
