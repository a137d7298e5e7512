"""Files of coefficients: written, checked, compared with what came back."""
