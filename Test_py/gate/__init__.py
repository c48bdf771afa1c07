"""What decides whether the code may be integrated: order of tests, sizes, layers, results and coverage."""
