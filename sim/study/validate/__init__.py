"""Published numbers of theory, reproduced by the rules, engines and statistics that users run."""
