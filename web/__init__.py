"""The working page: what `acc serve` answers, on this machine only. No kWh and no euro is computed here."""
