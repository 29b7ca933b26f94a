#!/usr/bin/env python3
"""Times `tieout recon bank` against the bare equality join of the same two files in DuckDB.

    python3 benches/bank.py target/release/tieout [ROWS [RUNS]]        default: 1000000 lines a side, 3 runs

Two folders are made and removed again: `references`, in which books and bank share a reference and an amount, in
different orders, with one line in a thousand on one side alone; and `one-day`, in which a tenth of the lines has one
amount on one day and no reference. DuckDB (its Python package) reads both files with read_csv and joins them by
reference and amount; it neither proves balances nor names a cause. Prints the medians, wall and CPU, and their ratio.
"""

import random
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TOML = """[close]
name = "Bank"
period_end = 2026-10-31
currency = "USD"
[[source]]
table = "gl_lines"
path = "gl.csv"
[[source]]
table = "trial_balance"
path = "tb.csv"
[[source]]
table = "bank_lines"
path = "bank.csv"
[[source]]
table = "bank_balances"
path = "balances.csv"
[[entity]]
id = "US01"
[[bank]]
bank_account = "77"
entity = "US01"
account = "1010"
"""


def cents(amount):
    sign = "-" if amount < 0 else ""
    return f"{sign}{abs(amount) // 100}.{abs(amount) % 100:02}"


def write(folder, rows, one_day):
    draw = random.Random(7)
    book, bank = [], []
    for number in range(rows):
        amount = draw.randrange(-500_000, 2_000_000) or 1
        day = f"2026-10-{draw.randrange(1, 29):02}"
        alone = number % 1000
        reference = f"PAY{number:08}"
        if one_day and number % 10 == 0:
            amount, day, reference = 2_500, "2026-10-14", ""
        if alone != 1:
            text = "Counter" if not reference else "Customer receipt"
            book.append((f"US01,1010,J{number:08},{day},{reference},{text},{cents(amount)}\n", amount))
        if alone != 2:
            bank.append((f"77,B{number:08},{day},{cents(amount)},ACH,{reference},CREDIT\n", amount))
    draw.shuffle(book)
    draw.shuffle(bank)
    folder.mkdir()
    heads = {
        "gl.csv": "entity,account,journal_id,posting_date,document_id,description,amount\n",
        "bank.csv": "bank_account,line_id,booking_date,amount,type_code,reference,description\n",
    }
    for name, lines in (("gl.csv", book), ("bank.csv", bank)):
        (folder / name).write_text(heads[name] + "".join(line for line, _ in lines))
    sums = [cents(sum(amount for _, amount in lines)) for lines in (book, bank)]
    (folder / "tb.csv").write_text(f"entity,account,opening_balance,ending_balance\nUS01,1010,0.00,{sums[0]}\n")
    balances = f"bank_account,date,opening_balance,closing_balance\n77,2026-10-31,0.00,{sums[1]}\n"
    (folder / "balances.csv").write_text(balances)
    (folder / "close.toml").write_text(TOML)


JOIN = """
import duckdb, sys
folder = sys.argv[1]
duckdb.sql(f"select count(*) from read_csv('{folder}/gl.csv', types={{'document_id': 'VARCHAR', 'amount': 'DECIMAL(18,2)'}}) g "
           f"join read_csv('{folder}/bank.csv', types={{'reference': 'VARCHAR', 'amount': 'DECIMAL(18,2)'}}) b "
           f"on g.document_id = b.reference and g.amount = b.amount").fetchall()
"""


def seconds(command):
    """Wall and CPU seconds of a whole process."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main():
    tieout = Path(sys.argv[1]).resolve()
    rows = int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000
    runs = int(sys.argv[3]) if len(sys.argv) > 3 else 3
    work = Path(tempfile.mkdtemp())
    try:
        for name, one_day in (("references", False), ("one-day", True)):
            folder = work / name
            write(folder, rows, one_day)
            own, other = [], []
            for _ in range(runs):
                own.append(seconds([str(tieout), "recon", "bank", str(folder), "-q", "--no-progress"]))
                other.append(seconds([sys.executable, "-c", JOIN, str(folder)]))
            bare = seconds([sys.executable, "-c", "import duckdb"])
            print(f"{name}: {rows} lines a side")
            for what, at in (("wall", 0), ("CPU", 1)):
                ours, theirs = (statistics.median(run[at] for run in runs) for runs in (own, other))
                print(f"  {what}: tieout recon bank {ours:.2f} s, DuckDB {theirs:.2f} s "
                      f"({bare[at]:.2f} s of it to start); ratio {ours / (theirs - bare[at]):.2f}")
    finally:
        shutil.rmtree(work)


main()
