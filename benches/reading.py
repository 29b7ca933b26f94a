#!/usr/bin/env python3
"""Reading speed: a million rows of CSV beside DuckDB, half a million rows of a workbook beside calamine and openpyxl.

    cargo bench --bench reading --no-run                 # prints the path of the program
    tieout demo DIR --invoices 667000 --seed 3           # a register of a million rows
    python3 benches/reading.py PROGRAM DIR [--runs 5]    # needs duckdb and openpyxl

Each job is a process of its own that times its reading alone. Jobs that are compared run in turn (A B A B ...); the
ratio is that of each pair, and its median is printed between the least and the most.
"""
import argparse
import os
import resource
import statistics
import subprocess
import sys

# The columns of the register by their type; DuckDB reads text and casts, as its users do who must not lose a zero.
DAYS = ["document_date", "posting_date", "due_date", "cleared_date"]
MONEY = ["amount", "open_amount", "functional_amount", "functional_open_amount", "tax_amount", "exchange_rate"]

DUCKDB = """
import duckdb, sys, time
path, days, money = sys.argv[1], sys.argv[2].split(","), sys.argv[3].split(",")
con = duckdb.connect()
con.execute("set threads={threads}")
con.execute("set enable_progress_bar=false")
casts = [f"cast(nullif({{name}}, '') as date) as {{name}}" for name in days]
casts += [f"cast(nullif({{name}}, '') as decimal(18,4)) as {{name}}" for name in money]
start = time.perf_counter()
con.execute(f"create table t as select * replace ({{', '.join(casts)}}) from read_csv('{{path}}', all_varchar=true)")
seconds = time.perf_counter() - start
print(seconds, con.execute("select count(*) from t").fetchall()[0][0])
"""

OPENPYXL = """
import openpyxl, sys, time
start = time.perf_counter()
book = openpyxl.load_workbook(sys.argv[1], read_only=True)
rows = sum(1 for row in book.worksheets[0].iter_rows(values_only=True))
print(time.perf_counter() - start, rows)
"""


def run(command):
    """Seconds of the reading and rows, as the job prints them; and the CPU seconds of the whole process."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds, rows = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return float(seconds), int(rows), cpu


def spread(values):
    return f"{min(values):.2f} / {statistics.median(values):.2f} / {max(values):.2f}"


def compare(name, ours, theirs, runs):
    run(ours), run(theirs)
    pairs = [(run(ours), run(theirs)) for _ in range(runs)]
    print(f"{name}: {pairs[0][0][1]} and {pairs[0][1][1]} rows; least / median / most of {runs}")
    for who, at in (("tieout", 0), ("other", 1)):
        print(f"  {who:<7} {spread([pair[at][0] for pair in pairs])} s, CPU {spread([pair[at][2] for pair in pairs])} s")
    print(f"  ratio   {spread([pair[0][0] / pair[1][0] for pair in pairs])}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("folder")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--only", choices=["duckdb", "calamine", "openpyxl"])
    arguments = parser.parse_args()
    program = os.path.abspath(arguments.program)
    text = os.path.join(arguments.folder, "data", "ar_items.csv")
    book = os.path.join(arguments.folder, "register.xlsx")
    if not os.path.exists(book):
        subprocess.run([program, "workbook", text, book, "500000"], check=True)
    duckdb = DUCKDB.format(threads=os.cpu_count())
    jobs = {
        "duckdb": ("1 million rows of CSV, typed, against DuckDB (text, then casts)", ["typed", text],
                   [sys.executable, "-c", duckdb, text, ",".join(DAYS), ",".join(MONEY)], arguments.runs),
        "calamine": ("500 thousand rows of xlsx against calamine's streaming reading", ["blocks", book],
                     [program, "calamine", book], arguments.runs),
        "openpyxl": ("500 thousand rows of xlsx against openpyxl, read-only", ["blocks", book],
                     [sys.executable, "-c", OPENPYXL, book], min(arguments.runs, 3)),
    }
    for key, (name, ours, theirs, runs) in jobs.items():
        if arguments.only in (None, key):
            compare(name, [program, *ours], theirs, runs)


main()
