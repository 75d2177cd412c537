"""What users see: texts, tables, figures. Computes nothing, decides nothing."""
