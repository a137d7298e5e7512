"""What sharing is compared with: the choices, how often each is the best, what tips the answer."""
