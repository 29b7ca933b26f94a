#!/usr/bin/env python3
"""A labelled close for the speed and the quality of cash application.

    python3 benches/cash_generator.py FOLDER [--receipts 100000] [--invoices 300000] [--seed 1]

Open invoices of customers with a few to a few hundred each; receipts that name one invoice exactly (45 percent),
spelt otherwise or one digit off (25), several invoices (15), nothing at all with one invoice's amount (5) or with the
sum of two or three (10). truth.csv says which documents each receipt settles.
"""
import argparse
import csv
import random
from pathlib import Path


def garbled(number, rng):
    digits = number.split("-")[1]
    kind = rng.randrange(5)
    if kind == 0:
        return "INV" + digits
    if kind == 1:
        return "REF " + digits
    if kind == 2 and "0" in digits:
        return "INV-" + digits.replace("0", "O")
    if kind == 3:
        at = rng.randrange(len(digits) - 1)
        if digits[at] != digits[at + 1]:
            return "INV-" + digits[:at] + digits[at + 1] + digits[at] + digits[at + 2:]
    return "INV " + digits[:4] + " " + digits[4:]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--receipts", type=int, default=100_000)
    parser.add_argument("--invoices", type=int, default=300_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    folder = options.folder
    folder.mkdir(parents=True, exist_ok=True)
    customers = max(1, options.invoices // 60)
    weights = [1 / (1 + n % 97) for n in range(customers)]
    owners = rng.choices(range(customers), weights, k=options.invoices)
    open_of = {}
    with open(folder / "ar_items.csv", "w", newline="") as items, open(folder / "truth.csv", "w", newline="") as truth:
        out, labels = csv.writer(items), csv.writer(truth)
        out.writerow(["entity", "item_id", "item_type", "customer_id", "document_date", "due_date", "currency",
                      "amount", "open_amount", "memo"])
        labels.writerow(["receipt_id", "invoice_id"])
        for serial, owner in enumerate(owners, 1):
            number, cents = f"INV-{serial:08d}", round(rng.lognormvariate(7.8, 1.2) * 100) + 1
            amount = f"{cents // 100}.{cents % 100:02d}"
            out.writerow(["E1", number, "invoice", f"C{owner:05d}", f"2026-09-{rng.randrange(1, 29):02d}",
                          "2026-10-31", "USD", amount, amount, ""])
            open_of.setdefault(owner, []).append((number, cents))
        for listed in open_of.values():
            rng.shuffle(listed)
        buyers = list(open_of)
        for serial in range(1, options.receipts + 1):
            draw = rng.randrange(100)
            wanted = 1 if draw < 75 else rng.randrange(2, 4)
            owner = rng.choice(buyers)
            while len(open_of[owner]) < wanted:
                owner = rng.choice(buyers)
            paid = [open_of[owner].pop() for _ in range(wanted)]
            cents = sum(amount for _, amount in paid)
            names = [number for number, _ in paid]
            if draw < 45:
                memo = rng.choice(["", "PAYMENT ", "RE INVOICE "]) + names[0]
            elif draw < 70:
                memo = rng.choice(["", "PAYMENT "]) + garbled(names[0], rng)
            elif draw < 75:
                memo = "PAYMENT"
            elif draw < 90:
                memo = " ".join(names)
            else:
                memo = "WIRE TRANSFER"
            amount = f"-{cents // 100}.{cents % 100:02d}"
            receipt = f"RC-{serial:08d}"
            out.writerow(["E1", receipt, "receipt", f"C{owner:05d}", f"2026-10-{rng.randrange(1, 31):02d}", "", "USD",
                          amount, amount, memo])
            labels.writerows([receipt, name] for name in names)
    (folder / "close.toml").write_text(
        '[close]\nperiod_end = 2026-10-31\ncurrency = "USD"\n\n[[source]]\ntable = "ar_items"\npath = "ar_items.csv"\n\n'
        '[[control_account]]\nentity = "E1"\naccount = "1200"\nsubledger = "ar"\n')


main()
