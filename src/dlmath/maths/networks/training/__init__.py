"""Training of perceptrons: layers, losses, the epochs, what is said of them, models in files."""
