"""What happens to the whole world at once, between the acts of agents. In a phase the run is the last axis."""
