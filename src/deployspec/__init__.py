"""Which image to pull, build or extend, with which credential, and which services to start."""
