"""Other people's accounting programs read a fund's export, check it by their own rules, and come to
our balances; and they refuse one in which a single fen was changed.

    accounts.py YISHAN FUND hledger|beancount

`hledger` is looked for in PATH; beancount must be importable by the Python that runs this.
"""

import csv
import json
import re
import subprocess
import sys
import tempfile
from decimal import Decimal
from pathlib import Path

yishan, fund, peer = sys.argv[1:]
passed = failed = 0


def check(what, ok, seen=""):
    global passed, failed
    passed, failed = passed + bool(ok), failed + (not ok)
    print("ok    " if ok else "FAILED", what, "" if ok else seen)


def run(*command):
    return subprocess.run(command, capture_output=True, text=True)


def ours(*arguments):
    done = run(yishan, "-C", fund, "--lang", "en", *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout


def capital(handle):
    return handle[0].upper() + handle[1:]


def expected():
    """Our balances, as accounts of the chart; money without a purpose is a sum of its accounts."""
    balance = json.loads(ours("balance", "--json"))
    yuan = {f"Assets:Money:{capital(account)}": fen for account, fen in balance["held"].items()}
    yuan |= {"Liabilities:Promised": -balance["promised"], "…:Free": -balance["free"]}
    yuan |= {f"…:Pot:{capital(pot)}": -fen for pot, fen in balance.get("pots", {}).items()}
    if "agency" in balance:
        yuan["Liabilities:Agency"] = -balance["agency"]
    return {account: Decimal(fen) / 100 for account, fen in yuan.items() if fen}


def by_purpose(accounts):
    """The sums of a chart: what ends with a purpose is one sum."""
    sums = {}
    for account, yuan in accounts.items():
        purpose = re.search(r":(Free|Pot:[^:]+)$", account)
        name = f"…:{purpose[1]}" if purpose else account
        sums[name] = sums.get(name, Decimal(0)) + yuan
    return {account: yuan for account, yuan in sums.items() if yuan}


def hledger(path):
    """The balances, or None if it refuses."""
    if run("hledger", "-f", str(path), "check", "--strict").returncode:
        return None
    told = run("hledger", "-f", str(path), "balance", "--flat", "--no-total", "-O", "csv").stdout
    rows = list(csv.reader(told.splitlines()))[1:]
    return {account: Decimal(yuan.split()[0].replace(",", "")) for account, yuan in rows if yuan != "0"}


def beancount(path):
    from beancount import loader
    from beancount.core import data

    entries, errors, _ = loader.load_file(str(path))
    if errors:
        return None
    sums = {}
    for entry in entries:
        for posting in entry.postings if isinstance(entry, data.Transaction) else []:
            sums[posting.account] = sums.get(posting.account, Decimal(0)) + posting.units.number
    return sums


read = {"hledger": hledger, "beancount": beancount}[peer]
with tempfile.TemporaryDirectory() as folder:
    whole, late = Path(folder, "whole"), Path(folder, "late")
    ours("export", "--to", peer, "-o", str(whole))
    found, want = read(whole), expected()
    check(f"{peer} accepts the whole ledger", found is not None)
    check("its balances are ours to the fen", by_purpose(found or {}) == want, (found, want))
    text = whole.read_text()
    days = sorted(set(re.findall(r"^(\d{4}-\d\d-\d\d) \*", text, re.M)))
    ours("export", "--to", peer, "--from", days[len(days) // 2], "-o", str(late))
    check("so are those of an export from the middle on", by_purpose(read(late) or {}) == want)
    amounts = list(re.finditer(r"  (\d+\.\d\d) CNY\n", text))
    amount = amounts[len(amounts) // 3]
    more = f"{Decimal(amount[1]) + Decimal('0.01'):.2f}"
    whole.write_text(text[: amount.start(1)] + more + text[amount.end(1) :])
    check("one fen more in one posting is refused", read(whole) is None)
    pair = next(re.finditer(r"(Assets:Money:\S+)  (\d+)\.(\d\d) CNY\n(\s+\S+)  -\2\.\3 CNY\n", text))
    changed = pair[0].replace(f"{pair[2]}.{pair[3]}", f"{int(pair[2]) + 1}.{pair[3]}")
    whole.write_text(text[: pair.start()] + changed + text[pair.end() :])
    check("one yuan more on both sides of one transaction is refused", read(whole) is None)
    lines = [json.loads(line) for line in ours("export", "--to", "jsonl").splitlines()]
    sums = {}
    for line in lines:
        for side, sign in (("debit", 1), ("credit", -1)):
            sums[line[side]] = sums.get(line[side], 0) + sign * line["fen"]
    held = {f"held:{a}": fen for a, fen in json.loads(ours("balance", "--json"))["held"].items() if fen}
    check("the list of objects adds up to it", {b: s for b, s in sums.items() if b.startswith("held:") and s} == held)
    table = list(csv.reader(ours("export", "--to", "csv").lstrip("\ufeff").splitlines()))
    total = sum(Decimal(row[8]) for row in table[1:])
    check("so does the table", total * 100 == sum(line["fen"] for line in lines) and len(table) == len(lines) + 1)
    formulas = [cell for row in table for cell in row if cell[:1] in "=+-@\t\r＝＋－＠" and cell]
    check("no cell of the table is a formula", not formulas, formulas[:3])

print(f"{passed} passed, {failed} failed")
sys.exit(failed > 0)
