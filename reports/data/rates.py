"""The regulated figures as data: what `acc rates --json` prints."""

from dataclasses import asdict

from acc.result.rates import RatesInForce


def rates_document(rates: RatesInForce) -> dict[str, object]:
    """Return figures in the unit that they are published in, with their source and their age."""
    return {
        "on": rates.on.isoformat(),
        "rates": [{**asdict(row.rate), "subject": row.subject, "stale": row.is_stale} for row in rates.rates],
    }
