"""The result folder: write-once shards of records, and tables derived from them."""
