"""The study of a function: its cells, zeros, signs, bending and asymptotes."""
