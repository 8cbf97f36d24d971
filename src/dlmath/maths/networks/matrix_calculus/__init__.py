"""Matrix expressions with shapes: read, differentiated by differentials, identified, written."""
