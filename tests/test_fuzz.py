"""A little of `tests.fuzz`, which tries 10,000: ``python -m tests.fuzz texts``."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from . import fuzz


@settings(max_examples=4, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(fuzz.ROWS)
def test_no_text_is_lost_and_none_breaks_a_layer(rows):
    assert sum(fuzz.counted(rows)) == len(rows)


@settings(max_examples=60)
@given(st.sampled_from(fuzz.NAMES), st.one_of(st.binary(max_size=200), st.sampled_from(fuzz.GOOD)))
def test_no_file_is_lost_and_none_breaks_a_reader(name, content):
    fuzz.read_file(name, content)


def test_files_that_atheris_makes_break_no_reader():
    pytest.importorskip("atheris")  # Linux on x86-64 alone
    command = [sys.executable, "-m", "tests.fuzz", "files", "200"]
    done = subprocess.run(command, cwd=Path(__file__).parents[1], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    # It ends at the end of a series of changes to one file, so it does a few more.
    assert int(re.search(r"number_of_executed_units: (\d+)", done.stderr)[1]) >= 200
