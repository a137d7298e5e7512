"""Why a figure changed, cause after cause."""
