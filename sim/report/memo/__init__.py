"""The memo: two pages for a decision, made of results, written as PDF, Word and HTML from one model."""
