#!/usr/bin/env python3
"""The honest baseline of cash application, and the quality of a run, on the labels of cash_generator.py.

    pip install rapidfuzz
    python3 benches/cash_baseline.py FOLDER          # rapidfuzz over the references of equal amounts, per customer
    python3 benches/cash_baseline.py FOLDER --run FOLDER/out/2026-10

Prints how many receipts have exactly the right documents, how many a wrong answer, and the seconds.
"""
import argparse
import csv
import time
from pathlib import Path


def rows(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def baseline(folder):
    from rapidfuzz import fuzz
    invoices, receipts = {}, []
    for row in rows(folder / "ar_items.csv"):
        if row["item_type"] == "invoice":
            invoices.setdefault((row["customer_id"], row["amount"]), []).append(row["item_id"])
        else:
            receipts.append(row)
    found = {}
    for row in receipts:
        candidates = invoices.get((row["customer_id"], row["amount"].lstrip("-")), [])
        scored = [(fuzz.partial_ratio(number, row["memo"]), number) for number in candidates]
        if scored:
            score, number = max(scored)
            found[row["receipt_id"] if "receipt_id" in row else row["item_id"]] = ({number}, score >= 80)
    return found


def of_run(folder):
    found = {}
    for row in rows(folder / "data" / "allocations.csv"):
        if row["status"] != "posted":
            documents, _ = found.setdefault(row["receipt_id"], (set(), row["status"] == "confirmed"))
            documents.add(row["invoice_id"])
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--run", type=Path)
    options = parser.parse_args()
    truth = {}
    for row in rows(options.folder / "truth.csv"):
        truth.setdefault(row["receipt_id"], set()).add(row["invoice_id"])
    started = time.perf_counter()
    found = of_run(options.run) if options.run else baseline(options.folder)
    seconds = time.perf_counter() - started
    right = sum(1 for receipt, (documents, _) in found.items() if truth[receipt] == documents)
    sure = [(receipt, documents) for receipt, (documents, is_sure) in found.items() if is_sure]
    sure_right = sum(1 for receipt, documents in sure if truth[receipt] == documents)
    print(f"{len(truth)} receipts: {len(found)} answered, {right} right ({100 * right / len(truth):.2f} %); "
          f"sure of {len(sure)}, {len(sure) - sure_right} of them wrong; {seconds:.1f} s")


main()
