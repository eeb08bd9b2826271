"""The blockade worlds against dated reports: readings, scores, baselines."""
