"""What is said of an operation: sentences, and the tiles, tables and callouts that they are put in.

One module a subject, each from a `View`. Begin with `answer`, which says the gain and who loses.
The law: `unlawful` what forbids and what would hold, `limits` what to read with care.
Money: `money` amounts and local prices, `gains` who gains and in how many years, `years` what comes later.
Who and when: `recipients` members and keys, `audiences` hours, powers and what a commune reads.
Members alone: `sheet`, `holdings`.
Choices: `comparison` and `paired` between keys and scenarios.
The frame: `overview` titles and tiles, `sources` what figures rest on. Long texts: `reports.format.wording`.
"""
