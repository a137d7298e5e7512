"""A producer's plan: cash flows, present value, payback.

`cash_flows.plan_terms` says what years rest on, `cash_flows.plant_flows` computes them, `values.Plan` is the
plan.
"""
