"""Calibration: observed figures, readings, fits.

Uses `sim`; `sim` knows only the data files under `calibration/data`.
"""
