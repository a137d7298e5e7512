"""The forms that members fill in: written one a member, read back, shown, taken into the tables.

`form.form_bytes` writes one, `answers.read_form` reads it back, `merge` says what it would change.
"""
