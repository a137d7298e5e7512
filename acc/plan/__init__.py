"""A producer's plan: cash flows, present value, payback."""
