"""THE MODEL: arrays in, a table of people out.

Read in this order: `inputs` (the contract), `rules` (who is admitted, where),
`reference` (the model as a story, in SimPy), `compiled` (the same rules at the
speed of the machine). Nothing here knows a lever, a year, or money.
"""
