"""Documents of a plan for those who decide: a workbook, and a report of a few pages."""
