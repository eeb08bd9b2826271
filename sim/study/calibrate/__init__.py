"""What dated reports say of the uncertain quantities: prior worlds, a reference table, a posterior, its checks."""
