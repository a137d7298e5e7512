"""What a command prints on the screen."""
