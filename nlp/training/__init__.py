"""Training: from hand-written marked-up notes to weights."""
