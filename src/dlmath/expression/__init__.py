"""Text to graph, and graph to text, numbers, gradients and code."""
