"""What each command has to draw: its answer as a `Picture`."""
