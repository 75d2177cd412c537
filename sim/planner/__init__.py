"""A planner's panel: choices to an answer, its widgets, and a page of its own."""
