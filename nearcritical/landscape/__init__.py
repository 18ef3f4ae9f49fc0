"""Landscapes of activity: their input from images and formulas, where a wave goes in them, maps, pictures and films."""
