"""Plans: assignments that the system proposes and an officer accepts."""
