"""BuildKit's dispatch phase: what it refuses after it has asked for the images, and before it runs the first step."""
