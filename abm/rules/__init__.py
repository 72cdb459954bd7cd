"""What one agent does: scalar functions, the only place with branches. A file is a concept of the model."""
