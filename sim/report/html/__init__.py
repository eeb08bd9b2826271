"""The report: one HTML file that needs nothing else, made of results, with charts, convoys on the map, tables and sources."""
