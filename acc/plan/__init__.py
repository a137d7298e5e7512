"""A producer's plan: cash flows, present value, payback.

`plan_terms.plan_terms` says what years rest on, `cash_flows` makes them, `values.Plan` is the plan.
"""
