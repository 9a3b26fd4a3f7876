"""Instructions to stages."""
