"""A planner's own figures from Excel or CSV: templates to fill in, reading, every mistake told."""
