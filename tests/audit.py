"""Audits a published folder with aics-tlog, a program by other people.

    python tests/audit.py SITE

The checkpoint's signature, the root over every tile, every entry's hash, and a proof of inclusion at
both ends. Changed entries and a changed checkpoint must be refused.
"""

import pathlib
import shutil
import subprocess
import sys
import tempfile

TOOL = pathlib.Path(sys.executable).with_name("aics-tlog")


def run(site, *args):
    """Runs the tool against `site` and returns whether it was satisfied, and what it said."""
    key = (site / "log.vkey").read_text().strip()
    command = [str(TOOL), *args, "--log-key", key, "--tiles", str(site)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    return done.returncode == 0, (done.stdout + done.stderr).strip()


def entries(site):
    """Every entry of the log, read from the bundles (C2SP tlog-tiles)."""
    size = int((site / "checkpoint").read_text().split("\n")[1])
    found = []
    while len(found) < size:
        index, width = len(found) // 256, min(256, size - len(found) // 256 * 256)
        bundle = (site / bundle_name(index, width)).read_bytes()
        at = 0
        for _ in range(width):
            length = int.from_bytes(bundle[at : at + 2], "big")
            found.append(bundle[at + 2 : at + 2 + length])
            at += 2 + length
        assert at == len(bundle), f"bundle {index} has bytes left over"
    return found


def bundle_name(index, width):
    """The name of a bundle: its number in groups of three digits, all but the last behind an x."""
    groups = [f"{index % 1000:03}"]
    while index := index // 1000:
        groups.insert(0, f"x{index % 1000:03}")
    part = "" if width == 256 else f".p/{width}"
    return "tile/entries/" + "/".join(groups) + part


def main():
    site = pathlib.Path(sys.argv[1])
    good, said = run(site, "verify-checkpoint")
    assert good, said
    print(said)
    log = entries(site)
    with tempfile.TemporaryDirectory() as folder:
        leaf = pathlib.Path(folder) / "leaf"

        def included(where, index, data):
            leaf.write_bytes(data)
            return run(where, "verify-inclusion", "--leaf", str(leaf), "--index", str(index))

        # All of a small log, an even spread of a large one, and both ends.
        step = max(1, len(log) // 40)
        for index in sorted({*range(0, len(log), step), len(log) - 1}):
            good, said = included(site, index, log[index])
            assert good, f"entry {index}: {said}"
            good, said = included(site, index, log[index][:-1] + b"?")
            assert not good, f"entry {index} was believed with its last byte changed"
        damaged = pathlib.Path(folder) / "site"
        shutil.copytree(site, damaged)
        note = damaged / "checkpoint"
        lines = note.read_text().split("\n")
        lines[1] = str(int(lines[1]) + 1)
        note.write_text("\n".join(lines))
        good, said = run(damaged, "verify-checkpoint")
        assert not good, "a checkpoint with another size was believed"
    print(f"{len(log)} entries")


main()
