"""What is said of an operation: sentences, and the tiles, tables and callouts that they are put in.

One module a subject, each from a `View`. Begin with `answer`, which says the gain and who loses.
The law: `unlawful` what forbids, `lawful_plan` what would hold, `limits` what to read with care.
Money: `money` amounts, `gains` who gains and loses and in how many years, `plan` and `tornado` the years,
`cancelling` what would undo it, `local_price` the prices that suit, `leaving` entry and exit.
Who and when: `recipients` and `who_table` members and keys, `key_rewards` whom a key helps,
`sharing_hours` months and hours. Members alone: `sheet_top`, `sheet`, `holdings`.
One kind of reader: `audiences`.
Choices: `comparison`, `paired`, `change` between scenarios, `proposal` and `worth` what is advised.
The frame: `overview` titles and tiles, `sources` what figures rest on, `named_sites` who may be named.
"""
