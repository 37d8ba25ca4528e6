"""Medications: names to ingredients, sigs to numbers."""
