"""What the contracts and the money of an operation ask for beyond its perimeter, each with its amount."""
