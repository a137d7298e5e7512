"""A territory: lists of sites and roofs as they are found, put into an operation folder."""
