"""What is decided with the model: posts for a target, and what the levers bring."""
