"""The one ledger: every euro leaves an account and enters another, each year, for any keys and draws at once.

`fill` writes the entries of a scenario (`chart`: who is behind what, and what each line follows), `sums`
reads them: by person, by account, by year. What a year of kWh costs is `acc.bills`, what a plant costs and
earns over the years `acc.plan.cash_flows`; everything else that is told in euros is a sum of this.
"""
