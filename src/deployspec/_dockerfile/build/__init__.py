"""Stages to the images that a build pulls."""
