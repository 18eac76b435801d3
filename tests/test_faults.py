"""What goes wrong in a long run: no article is lost, nothing is broken, and it goes on.

Where the fault is not about the layers a plain annotation stands in their place
(`tests.faults`); the driver that is killed runs the real one.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import dask
import pandas as pd
import pytest
from distributed import Client, LocalCluster, WorkerPlugin

from helpers import Story, annotate, annotating, dataset, load, workers
from helpers import story as module
from helpers.caching import cache_folder

from . import faults

ROOT = Path(__file__).parents[1]


@pytest.fixture
def cache(tmp_path, monkeypatch) -> Path:
    place = tmp_path / "cache"
    place.mkdir()
    (place / "encoder").symlink_to(cache_folder() / "encoder")  # built once for all tests
    monkeypatch.setenv("HELPERS_CACHE", str(place))
    return place


@pytest.fixture
def plain(monkeypatch) -> None:
    monkeypatch.setattr(annotating, "_annotated", faults.plain)


def whole(story: Story, given: int) -> None:
    """Check that every article is somewhere, once."""
    assert len(story.articles) + len(story.rejected) == given
    assert story.articles["article_id"].is_unique
    assert set(story.sentences["article_id"]) == set(story.articles["article_id"])


def same(one: Story, other: Story) -> None:
    for name, table in one.tables().items():
        pd.testing.assert_frame_equal(other.tables()[name], table)


# --- an article that fails


def test_a_failing_article_is_rejected_and_the_others_are_not(cache, plain):
    rows = faults.texts(40)
    rows.loc[[3, 17, 39], "text"] += faults.POISON
    articles, _ = load(rows)
    with pytest.warns(UserWarning, match="3 of 40 articles could not be annotated"):
        story = annotate(articles, progress=False)
    whole(story, 40)
    assert story.rejected["reason"].iloc[0] == "article a0003: ZeroDivisionError: poisoned"
    assert list(story.rejected["file"]) == ["frame"] * 3


def test_what_failed_is_tried_again_and_only_that(cache, plain, monkeypatch):
    rows = faults.texts(20)
    rows.loc[3, "text"] += faults.POISON
    articles, _ = load(rows)
    with pytest.warns(UserWarning, match="1 of 20"):
        annotate(articles, progress=False)
    tried: list[str] = []

    def mended(batch: pd.DataFrame) -> dict[str, pd.DataFrame]:
        tried.extend(batch["article_id"])
        return faults.plain(batch.assign(text=batch["text"].str.replace(faults.POISON, "")))

    monkeypatch.setattr(annotating, "_annotated", mended)
    whole(annotate(articles, progress=False), 20)
    assert tried == ["a0003"]


def test_a_head_that_fails_rejects_nobody(cache, monkeypatch):
    def broken(batch: pd.DataFrame) -> dict[str, pd.DataFrame]:
        raise ValueError("the head was trained on another encoder")

    monkeypatch.setattr(annotating, "_annotated", broken)
    with pytest.raises(ValueError, match="trained on another encoder"):
        annotate(load(faults.texts(3))[0], progress=False)


def test_a_story_with_rejected_articles_comes_back(cache, plain, tmp_path):
    rows = faults.texts(3)
    rows.loc[1, "text"] += faults.POISON
    with pytest.warns(UserWarning, match="1 of 3"):
        story = annotate(load(rows)[0], progress=False)
    same(story, Story.read(story.write(tmp_path / "out")))


# --- Dask


class Plain(WorkerPlugin):
    """Puts the plain annotation into every worker, also into one that was started anew."""

    def setup(self, worker: object) -> None:
        faults.install()


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    """Two workers; an article that kills two is suspected, and none takes a second to be back."""
    environment = {"PYTHONPATH": str(ROOT)}
    hasty = {
        "distributed.scheduler.allowed-failures": 1,
        "distributed.deploy.lost-worker-timeout": "1s",
    }
    with (
        dask.config.set(hasty),
        LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=None, env=environment
        ) as cluster,
        Client(cluster) as client,
    ):
        client.register_plugin(Plain())
        yield client


def test_a_worker_killed_in_mid_run_loses_nothing(client, cache):
    articles, _ = load(faults.texts(120))
    killed: list[int] = []
    keep = module.Kept.keep

    def keeping(self: module.Kept, found: object) -> None:
        keep(self, found)
        if not killed:
            killed.extend(client.run(os.getpid).values())
            os.kill(killed[0], signal.SIGKILL)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module.Kept, "keep", keeping)
        story = annotate(articles, client=client, progress=False)
    assert killed
    whole(story, 120)
    assert len(story.rejected) == 0
    assert list(story.articles["article_id"]) == list(articles["article_id"])


def test_an_article_that_kills_its_worker_is_rejected(client, cache, monkeypatch):
    monkeypatch.setattr(workers, "PATIENCE", 100)  # to fail sooner where no worker comes back
    rows = faults.texts(4)
    rows.loc[2, "text"] += faults.DEADLY
    with pytest.warns(UserWarning, match="1 of 4 articles could not be annotated"):
        story = annotate(load(rows)[0], client=client, progress=False)
    whole(story, 4)
    assert list(story.rejected["reason"]) == ["article a0002: the process that read it died"]


def test_a_worker_of_another_version_is_an_error(client, cache, monkeypatch):
    monkeypatch.setattr(module, "version", lambda: "another")
    with pytest.raises(RuntimeError, match="another version"):
        annotate(load(faults.texts(2))[0], client=client, progress=False)


# --- the driver: killed, taken up by two at once


def run(corpus: Path, out: Path) -> subprocess.Popen:
    command = [sys.executable, "-m", "helpers.story", str(corpus), str(out), "--workers", "1"]
    return subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def test_a_driver_killed_loses_a_batch_and_two_at_once_end_its_work(cache, tmp_path):
    corpus, out = tmp_path / "corpus", tmp_path / "out"
    corpus.mkdir()
    for number in range(3 * module.BATCH):
        text = f"Anna Hill{number} said that all was well. “It is,” she added."
        (corpus / f"{number:03}.txt").write_text(text, "utf-8")
    (corpus / "empty.txt").write_text(" ", "utf-8")
    first = run(corpus, out)
    while not (there := list(cache.rglob("annotated/**/*.parquet"))) and first.poll() is None:
        time.sleep(0.05)
    first.kill()
    first.communicate()
    assert there
    assert not dataset.done(out, "part-00000", ["articles"])
    before = {file: file.stat().st_mtime_ns for file in there}
    both = [run(corpus, out), run(corpus, out)]
    for process in both:
        said, wrong = process.communicate()
        assert process.returncode == 0, wrong
        assert said == f"48 articles annotated, 1 rejected, in {out}\n"
    assert {file: file.stat().st_mtime_ns for file in there} == before
    story = Story.read(out)
    articles, rejected = load(corpus)
    assert len(story.articles) + len(story.rejected) == 49
    due = annotate(articles, progress=False)
    due.rejected = rejected
    same(due, story)
    assert len(story.attributions) > 3 * module.BATCH


def test_a_run_that_is_done_reads_and_writes_nothing_anew(cache, plain, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "PART", 16)
    out = tmp_path / "out"
    faults.texts(40).to_csv(tmp_path / "c.csv", index=False)
    assert module.annotate_corpus(tmp_path / "c.csv", out, progress=False) == (40, 0)
    before = {file: file.stat().st_mtime_ns for file in out.rglob("*.parquet")}
    assert len(before) == 3 * 8
    monkeypatch.setattr(annotating, "_annotated", None)
    monkeypatch.setenv("HELPERS_CACHE", str(tmp_path / "another"))
    assert module.annotate_corpus(tmp_path / "c.csv", out, progress=False) == (40, 0)
    assert {file: file.stat().st_mtime_ns for file in out.rglob("*.parquet")} == before


def test_a_part_that_is_broken_is_made_again_and_one_of_another_corpus_goes(
    cache, plain, tmp_path, monkeypatch
):
    monkeypatch.setattr(module, "PART", 16)
    out = tmp_path / "out"
    faults.texts(40).to_csv(tmp_path / "c.csv", index=False)
    module.annotate_corpus(tmp_path / "c.csv", out, progress=False)
    first = Story.read(out)
    next((out / "sentences").glob("part-00001*")).write_bytes(b"PAR1")
    module.annotate_corpus(tmp_path / "c.csv", out, progress=False)
    same(first, Story.read(out))
    faults.texts(20).to_csv(tmp_path / "c.csv", index=False)
    assert module.annotate_corpus(tmp_path / "c.csv", out, progress=False) == (20, 0)
    whole(Story.read(out), 20)


def test_a_part_not_written_to_its_end_is_not_read(cache, plain, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "PART", 16)
    out = tmp_path / "out"
    faults.texts(40).to_csv(tmp_path / "c.csv", index=False)
    module.annotate_corpus(tmp_path / "c.csv", out, progress=False)
    next((out / "articles").glob("part-00001*")).unlink()
    whole(Story.read(out), 24)


# --- a full disk


@pytest.fixture
def full(tmp_path, monkeypatch) -> Iterator[Path]:
    """A disk of 64 kB with nothing left: a tmpfs where we may mount one, else one made believe."""
    place = tmp_path / "full"
    place.mkdir()
    small = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(place)]
    try:
        mounted = os.geteuid() == 0 and not subprocess.run(small, capture_output=True).returncode
    except (AttributeError, FileNotFoundError):
        mounted = False
    if not mounted:
        replace = os.replace

        def refusing(source: str, target: Path) -> None:
            if place in Path(target).parents:
                raise OSError(28, "No space left on device")
            replace(source, target)

        monkeypatch.setattr(os, "replace", refusing)
    else:
        (place / "filler").write_bytes(b"x" * 60_000)
    yield place
    if mounted:
        subprocess.run(["umount", str(place)], check=True)


def test_a_full_disk_under_the_cache_costs_only_the_cache(full, plain, monkeypatch):
    monkeypatch.setenv("HELPERS_CACHE", str(full))
    with pytest.warns(UserWarning, match="not cached in .*: No space left"):
        story = annotate(load(faults.texts(200))[0], progress=False)
    whole(story, 200)
    assert not list(full.rglob("*.part"))


def test_a_full_disk_under_the_tables_is_said_and_breaks_nothing(full, cache, plain, tmp_path):
    faults.texts(50).to_csv(tmp_path / "c.csv", index=False)
    with pytest.raises(OSError, match="No space left"):
        module.annotate_corpus(tmp_path / "c.csv", full / "out", progress=False)
    assert not list(full.rglob("*.part"))
    with pytest.raises(FileNotFoundError, match=r"no articles\.parquet"):
        Story.read(full / "out")
    assert module.annotate_corpus(tmp_path / "c.csv", tmp_path / "out", progress=False)[0] == 50
