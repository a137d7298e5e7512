"""Files of coefficients: written, checked, compared with what came back.

`write.write_coefficients`, `check.check_file` and `operator_returns.read_returned`; `parse` has the
layouts of the operator.
"""
