"""BuildKit's dispatch phase: its errors after it has asked for the images and before it runs the first step."""
