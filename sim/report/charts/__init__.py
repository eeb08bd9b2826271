"""Charts as data: each holds exactly the numbers it draws, the finding that is its title, its alternative text, its table."""
