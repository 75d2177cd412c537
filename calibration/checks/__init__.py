"""Checks of a posterior: each computes a tidy frame; `calibration.pictures` draws it."""
