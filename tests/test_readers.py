"""Formats, encodings, names of columns, dates; and what is wrong with them is said."""

import os
import stat
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from helpers import columns, corpus, dates, files, load, readers
from helpers.articles import mapping
from helpers.decoding import Unreadable, decode
from helpers.wordlists import wordlist

GERMAN = "Der Sprecher sagte, für die Vorwürfe gebe es keine Belege; größer könne „er“ nicht sein."
CHINESE = "阿里巴巴否认帮助军方，发言人周六表示备忘录的内容不实，并称公司遵守所有的法律。"
ENGLISH = "The company said that it’s wrong – and that it had not helped anyone."
PARAGRAPH = f"<p>{ENGLISH} A spokesman added that the memo was wrong in every respect.</p>"
PAGE = f"""<html><head><title>It denies it</title><meta property="og:site_name" content="The Paper">
<meta name="author" content="Jane Doe">
<meta property="article:published_time" content="DATE">
<link rel="canonical" href="https://paper.example/1"></head><body><nav><a href="/">Home</a></nav>
<article><h1>It denies it</h1>{PARAGRAPH}<p>And more of it followed on Sunday.</p></article>
<footer>Imprint</footer></body></html>"""
GOOD = {"text": "A good article."}


def reasons(rejected: pd.DataFrame) -> dict[str, str]:
    rows = rejected["row"].astype(object).where(rejected["row"].notna(), None)
    return {
        f"{file}:{row}" if row else file: reason
        for file, row, reason in zip(rejected["file"], rows, rejected["reason"], strict=True)
    }


def with_good(folder: Path) -> tuple[pd.DataFrame, dict[str, str]]:
    """Load a folder of bad files beside one good one, which must load."""
    (folder / "good.txt").write_text(GOOD["text"], encoding="utf-8")
    articles, rejected = load(folder)
    assert "good" in set(articles["article_id"])
    return articles, reasons(rejected)


def packed(path: Path, members: dict[str, str | bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


# Encodings


@pytest.mark.parametrize(
    ("text", "codec", "name"),
    [
        (GERMAN, "utf-8", "UTF-8"),
        (GERMAN, "utf-8-sig", "UTF-8 with BOM"),
        (CHINESE, "utf-16", "UTF-16"),
        (GERMAN, "cp1252", "Windows-1252"),
        (ENGLISH, "cp1252", "Windows-1252"),
        ("Müller", "cp1252", "Windows-1252"),
        ("Die Messung ergab 40 m³ größeres Volumen.", "cp1252", "Windows-1252"),
        (CHINESE, "gb18030", "GB18030"),
        (f"{CHINESE} Alibaba (BABA) {CHINESE}", "gb18030", "GB18030"),
    ],
)
def test_an_encoding_is_told_by_evidence(tmp_path, text, codec, name):
    assert decode(text.encode(codec)) == (text, name)
    (tmp_path / "a.txt").write_bytes(text.encode(codec))
    articles, _ = load(tmp_path)
    assert list(articles["text"]) == [text]
    assert list(mapping(articles)["encoding"]) == [name]


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        ("Представитель компании заявил в субботу, что это не так.", "cp1251"),
        ("Представитель компании заявил в субботу, что это не так.", "koi8-r"),
        ("Rzecznik spółki oświadczył, że zarzuty są fałszywe.", "cp1250"),
        ("会社の広報担当者は土曜日、疑惑は事実ではないと述べた。", "shift_jis"),
        ("会社の広報担当者は土曜日、疑惑は事実ではないと述べた。", "euc_jp"),
        ("회사 대변인은 토요일에 이러한 의혹이 사실이 아니라고 밝혔다.", "euc_kr"),
        ("公司發言人週六表示，指控並不屬實，備忘錄中有許多錯誤。", "big5"),
        (GERMAN.replace("„", "").replace("“", ""), "cp850"),
        (GERMAN, "mac_roman"),
        (CHINESE, "utf-16-be"),
    ],
)
def test_another_encoding_is_refused_not_misread(text, codec):
    with pytest.raises(Unreadable, match="not UTF-8 text|binary"):
        decode(text.encode(codec))


def test_a_page_that_declares_an_encoding_not_read_is_refused():
    page = '<meta charset="iso-8859-2"><p>für</p>'.encode("cp1252")
    with pytest.raises(Unreadable, match="says that it is iso-8859-2"):
        decode(page)


@given(st.text(max_size=60).filter(lambda t: "\0" not in t and not t.startswith("\ufeff")))
def test_utf_text_always_comes_back(text):
    assert decode(text.encode("utf-8"))[0] == text
    assert decode(text.encode("utf-16"))[0] == text


@given(st.binary(max_size=60))
def test_any_bytes_are_text_or_refused(raw):
    try:
        text, name = decode(raw)
    except Unreadable:
        return
    codec = {"UTF-8 with BOM": "utf-8-sig"}.get(name, name.replace("Windows-", "cp"))
    assert raw.decode(codec) == text


# Formats


def write(rows: pd.DataFrame, folder: Path, kind: str) -> Path:
    path = folder / f"table.{kind}"
    if kind in ("csv", "tsv"):
        rows.to_csv(path, index=False, sep="," if kind == "csv" else "\t")
    elif kind == "semicolon":
        path = folder / "semicolon.csv"
        rows.to_csv(path, index=False, sep=";", encoding="utf-16")
    elif kind in ("json", "jsonl"):
        rows.to_json(path, orient="records", lines=kind == "jsonl", force_ascii=False)
    elif kind == "parquet":
        rows.to_parquet(path, index=False)
    elif kind == "xlsx":
        rows.to_excel(path, index=False)
    else:
        packed(path, {"in/a.json": rows.to_json(orient="records")})
    return path


KINDS = ("csv", "tsv", "semicolon", "json", "jsonl", "parquet", "xlsx", "zip")
PRINTABLE = st.text(
    st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="\u2028\u2029\ufeff"),
    min_size=1,
    max_size=30,
).filter(str.strip)
ROWS = st.fixed_dictionaries(
    {
        "text": st.lists(PRINTABLE, min_size=1, max_size=3).map("\n".join),
        "title": PRINTABLE.filter(lambda t: not t.strip().isdigit()),
        "outlet": st.sampled_from(["Zeitung; am „Sonntag“", "人民日报", 'The "Paper", London']),
        "published": st.sampled_from(["2025-11-15", "2025-11-15T09:41:00+01:00", "2025-11"]),
    }
)


@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(ROWS, min_size=1, max_size=4, unique_by=lambda row: row["text"].strip()))
@example([{"text": "=1+1", "title": "_x000D_", "outlet": "a", "published": "2025"}])
def test_a_table_is_the_same_in_every_format(tmp_path_factory, rows):
    frame = pd.DataFrame(rows)
    expected = load(frame)[0].drop(columns="file")
    for kind in KINDS:
        if kind == "xlsx" and any(str(v)[0] in "=_" for row in rows for v in row.values()):
            continue  # to_excel writes a formula, or an escape
        articles, rejected = load(write(frame, tmp_path_factory.mktemp(kind), kind))
        assert rejected.empty
        pd.testing.assert_frame_equal(articles.drop(columns="file"), expected, check_like=True)


def test_the_table_articles_comes_back_from_parquet_and_csv(tmp_path, articles):
    articles.to_parquet(tmp_path / "a.parquet", index=False)
    articles.to_csv(tmp_path / "a.csv", index=False)
    for name in ("a.parquet", "a.csv"):
        again, rejected = load(tmp_path / name)
        assert rejected.empty
        wanted = articles.drop(columns="file")
        pd.testing.assert_frame_equal(again.drop(columns="file"), wanted, check_categorical=False)


def test_a_page_gives_its_article_and_what_it_says_of_itself(tmp_path):
    (tmp_path / "a.html").write_text(PAGE.replace("DATE", "2025-11-15T22:41:00+01:00"), "utf-8")
    (tmp_path / "b.htm").write_bytes(PAGE.replace("DATE", "03/04/2025").encode("cp1252"))
    with pytest.warns(UserWarning, match=r"b\.htm: published '03/04/2025' may be two days"):
        articles, _ = load(tmp_path)
    row = articles.iloc[0]
    assert ENGLISH in row["text"]
    assert "Imprint" not in row["text"]
    assert "Home" not in row["text"]
    assert (row["title"], row["byline"], row["outlet"]) == ("It denies it", "Jane Doe", "The Paper")
    assert row["url"] == "https://paper.example/1"
    assert row["published"] == pd.Timestamp("2025-11-15T21:41Z")
    assert articles["published"].isna().tolist() == [False, True]
    assert set(mapping(articles)["encoding"]) == {"UTF-8", "Windows-1252"}


def test_the_manifest_wins_over_the_page_where_it_says_something(tmp_path):
    (tmp_path / "a.html").write_text(PAGE.replace("DATE", "2025-11-15"), "utf-8")
    (tmp_path / "articles.csv").write_text("file;Quelle;headline;published\na.html;AFP;;2025\n")
    row = load(tmp_path)[0].iloc[0]
    assert (row["outlet"], row["title"]) == ("AFP", "It denies it")
    assert (row["published"].year, row["published_precision"]) == (2025, "year")


def test_a_faulty_manifest_row_is_said_and_the_others_count(tmp_path):
    (tmp_path / "a.txt").write_text("Something.")
    (tmp_path / "articles.csv").write_text("file,outlet\n./a.txt,A\na.txt,B\nb.txt\n,C\n")
    articles, rejected = load(tmp_path)
    assert list(articles["outlet"]) == ["A"]
    assert set(reasons(rejected)) == {f"articles.csv:{row}" for row in (2, 3, 4)}


def test_json_in_the_shapes_that_scrapers_write(tmp_path):
    (tmp_path / "one.json").write_text('{"maintext": "One.", "authors": ["A", "B"]}')
    (tmp_path / "api.json").write_text(
        '{"status": "ok", "articles": [{"content": "Two.", "source": {"id": 1, "name": "AFP"}}]}'
    )
    articles, rejected = load(tmp_path)
    assert rejected.empty
    by_text = articles.set_index("text")
    assert by_text.loc["One.", "byline"] == "A, B"
    assert by_text.loc["One.", "article_id"] == "one"
    assert by_text.loc["Two.", "outlet"] == "AFP"


def test_every_sheet_of_a_workbook_is_read_and_named(tmp_path):
    with pd.ExcelWriter(tmp_path / "a.xlsx") as book:
        pd.DataFrame({"Titel": ["T"], "Volltext": ["One."]}).to_excel(
            book, sheet_name="Mai", index=False
        )
        pd.DataFrame({"text": ["Two.", None]}).to_excel(book, sheet_name="Juni 🎉", index=False)
        pd.DataFrame().to_excel(book, sheet_name="leer", index=False)
    articles, rejected = load(tmp_path / "a.xlsx")
    assert set(articles["file"]) == {"a.xlsx/Mai", "a.xlsx/Juni 🎉"}
    assert rejected.empty  # an empty cell in the last row is no row


# Columns


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (["text", "body"], {"text": "text"}),
        (["body", "TEXT "], {"TEXT ": "text"}),
        (["content", "body"], {"body": "text"}),
        (
            ["maintext", "title", "authors", "date_publish", "source_domain", "url", "filename"],
            {"maintext": "text", "title": "title", "authors": "byline", "url": "url",
             "date_publish": "published", "source_domain": "outlet"},
        ),
        (
            ["stories_id", "publish_date", "title", "url", "language", "media_name", "text"],
            {"stories_id": "article_id", "publish_date": "published", "title": "title",
             "url": "url", "language": "language", "media_name": "outlet", "text": "text"},
        ),
        (
            ["AN", "HD", "BY", "PD", "SN", "LP", "TD", "WC"],
            {"AN": "article_id", "HD": "title", "BY": "byline", "PD": "published",
             "SN": "outlet", "LP": "lead", "TD": "text"},
        ),
        (
            ["Headline", "Publication", "Published Date", "Author", "Full-Text", "Section"],
            {"Headline": "title", "Publication": "outlet", "Published Date": "published",
             "Author": "byline", "Full-Text": "text"},
        ),
        (["标题", "正文", "来源", "日期"],
         {"标题": "title", "正文": "text", "来源": "outlet", "日期": "published"}),
    ],
)  # fmt: skip
def test_other_peoples_columns_are_mapped(given, expected):
    assert columns.mapped(given) == expected
    assert columns.mapped(given[::-1]) == expected


def test_the_names_are_listed_once_and_go_to_columns_there_are():
    listed = wordlist("columns")
    assert set(listed["column"]) <= set(columns.OWN)
    assert listed["given"].is_unique
    assert not set(listed["given"]) & set(columns.OWN)


def test_what_was_mapped_is_reported_and_survives_parquet(tmp_path):
    (tmp_path / "x.csv").write_text("LP,TD,PD,WC\nThe lead.,The rest.,15 November 2025,9\n")
    articles, _ = load(tmp_path)
    assert list(articles["text"]) == ["The lead.\n\nThe rest."]
    report = mapping(articles)
    assert dict(zip(report["given"], report["column"].fillna("-"), strict=True)) == {
        "LP": "lead", "TD": "text", "PD": "published", "WC": "-",
    }  # fmt: skip
    assert set(report["file"]) == {"x.csv"}
    articles.to_parquet(tmp_path / "articles.parquet")
    again = mapping(pd.read_parquet(tmp_path / "articles.parquet"))
    pd.testing.assert_frame_equal(again, report)


ANY = st.recursive(
    st.none() | st.floats() | st.integers() | st.booleans() | st.text(max_size=5) | st.binary(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["name", "id"]), inner),
    max_leaves=6,
)


@given(ANY)
def test_any_value_of_a_cell_is_text_or_missing(value):
    found = columns.value(value)
    assert found is None or (found and found.encode("utf-8"))


# Dates


@pytest.mark.parametrize(
    ("given", "expected", "precision"),
    [
        ("2025", "2025-01-01", "year"),
        ("2025-11", "2025-11-01", "month"),
        ("20251115", "2025-11-15", "day"),
        ("15.11.2025", "2025-11-15", "day"),
        ("15. November 2025, 09:41 Uhr", "2025-11-15 09:41", "minute"),
        ("3. März 2025", "2025-03-03", "day"),
        ("Nov. 15, 2025", "2025-11-15", "day"),
        ("November 15, 2025 Saturday", "2025-11-15", "day"),
        ("Sat, 15 Nov 2025 09:41:00 +0100", "2025-11-15 08:41", "minute"),
        ("2025年11月16日 09:05", "2025-11-16 09:05", "minute"),
        ("15/11/2025", "2025-11-15", "day"),
        ("11/15/2025", "2025-11-15", "day"),
        ("04/04/2025", "2025-04-04", "day"),
        ("2025-11-15 09:41 EST", "2025-11-15", "day"),
        (pd.Timestamp("2025-11-15 09:41"), "2025-11-15 09:41", "minute"),
    ],
)
def test_a_date_with_one_reading_is_read(given, expected, precision):
    assert dates.parse(given) == (pd.Timestamp(expected, tz="UTC"), precision)


@pytest.mark.parametrize(
    "given",
    ["03/04/2025", "3-4-2025", "soon", "31.02.2025", "13/13/2025", "15.11.25", "1731657600",
     "2025-11-15 and more", "Ma 2025", "2025-11 09:41", "2025-11-15 25:00", "3.5"],
)  # fmt: skip
def test_any_other_date_is_refused(given):
    with pytest.raises(ValueError, match="is not a date|may be two days"):
        dates.parse(given)


def test_dates_left_out_are_said_once_a_file_with_their_rows():
    rows = [{"text": f"No {n}.", "date": "03/04/2025"} for n in range(30)]
    with pytest.warns(UserWarning, match=r"list, row 1: .*03/04/2025.* \(also in row 2, 3") as seen:
        articles, _ = load(rows)
    assert len(seen) == 1
    assert articles["published"].isna().all()


# Bad input


def test_bad_tables_lose_their_bad_rows_only(tmp_path):
    (tmp_path / "ragged.csv").write_text("text,outlet\nOne.,A\nTwo.\nThree.,B,C\nFour.,D\n")
    (tmp_path / "header.csv").write_text("text,outlet\n")
    (tmp_path / "open.csv").write_text('text,outlet\nFive.,A\n"Six., B\nSeven.,C\n')
    (tmp_path / "twice.csv").write_text("text,text\na,b\n")
    (tmp_path / "ids.csv").write_text("article_id,text\nx,Eight.\nx,Nine.\nx,Eight.\n")
    articles, found = with_good(tmp_path)
    assert set(articles["text"]) == {GOOD["text"], "One.", "Four.", "Five.", "Eight."}
    assert "fewer fields" in found["ragged.csv:2"]
    assert "more fields" in found["ragged.csv:3"]
    assert found["header.csv"] == "the table has no rows"
    assert "nothing after it is read" in found["open.csv:2"]
    assert "'text' stands twice" in found["twice.csv"]
    assert "another text" in found["ids.csv:2"]
    assert "the same text" in found["ids.csv:3"]
    assert len(found) == 7


@pytest.mark.parametrize(
    ("content", "row", "reason"),
    [
        ("3", "", "list of them, but int"),
        ("null", "", "but NoneType"),
        ('{"a": {"text": "x"}}', "", "no column 'text'; it has a"),
        ('{"a": 1, "articles": {"b": 2}}', "", "no column 'text'; it has a, articles"),
        ("[1, 2]", ":2", "not a JSON object"),
        ('[[{"text": "x"}]]', ":1", "not a JSON object"),
        ("[]", "", "no rows"),
        ('[{"text": NaN}]', ":1", "no text"),
        ('[{"text": {"body": "x"}}]', ":1", "no text"),
        ('[{"text": "\\ud800"}]', ":1", "half a character"),
        ("{oops", "", "not JSON"),
        ("[" * 100_000, "", "not JSON"),
    ],
)
def test_json_of_the_wrong_shape_is_refused(tmp_path, content, row, reason):
    (tmp_path / "a.json").write_text(content)
    assert reason in with_good(tmp_path)[1][f"a.json{row}"]


def test_broken_and_locked_files_are_refused(tmp_path):
    (tmp_path / "locked.xlsx").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    (tmp_path / "broken.xlsx").write_bytes(b"PK\x03\x04 and no more")
    packed(tmp_path / "hollow.xlsx", {"a.xml": "<a/>"})
    (tmp_path / "broken.parquet").write_bytes(b"PAR1 not really PAR1")
    (tmp_path / "broken.zip").write_bytes(b"PK\x03\x04 and no more")
    packed(tmp_path / "bomb.xlsx", {"xl/workbook.xml": b"\0" * 30_000_000})
    (tmp_path / "menu.html").write_text(
        "<html><body><nav>" + "<a href='/'>News</a>" * 30 + "</nav></body></html>"
    )
    (tmp_path / "nothing.html").write_text("<html></html>")
    (tmp_path / "deep.html").write_text("<div>" * 20_000 + PARAGRAPH)
    _, found = with_good(tmp_path)
    assert "password" in found["locked.xlsx"]
    assert "as a bomb does" in found["bomb.xlsx"]
    assert "no article in the page" in found["menu.html"]
    assert "no article in the page" in found["nothing.html"]
    assert len(found) == 9


def test_a_zip_loads_like_a_folder(tmp_path):
    members = {
        "in/articles.csv": "file,outlet\nb.txt,Paper\n",
        "in/a.html": PAGE.replace("DATE", "2025-11-15"),
        "in/b.txt": "Something.",
        "in/.hidden": "x",
        "__MACOSX/in/b.txt": "x",
    }
    articles, rejected = load(packed(tmp_path / "c.zip", members))
    assert rejected.empty
    assert dict(zip(articles["file"], articles["outlet"], strict=True)) == {
        "c.zip/in/a.html": "The Paper", "c.zip/in/b.txt": "Paper",
    }  # fmt: skip
    (tmp_path / "d.txt").write_text("Beside it.")
    assert set(load(tmp_path)[0]["article_id"]) == {"a", "b", "d"}


def test_a_hostile_zip_loses_its_hostile_members_only(tmp_path, monkeypatch):
    monkeypatch.setattr(readers, "PAGE_LIMIT", 100_000)
    link = zipfile.ZipInfo("link.txt")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    names = ["../out.txt", "/abs.txt", "C:/x.txt", "..\\back.txt", "in.zip", "big.txt", "x.exe"]
    path = packed(tmp_path / "a.zip", dict.fromkeys(["ok.txt", *names], "Some text."))
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(link, "ok.txt")
        archive.writestr("long.txt", os.urandom(60_000).hex())
    articles, rejected = load(path)
    assert set(articles["file"]) == {"a.zip/ok.txt", "a.zip/big.txt"}
    found = reasons(rejected)
    assert len(found) == len(names) - 1 + 2
    assert sum("leads out of the zip" in reason for reason in found.values()) == 4
    assert "zip within a zip" in found["a.zip/in.zip"]
    assert "link" in found["a.zip/link.txt"]
    assert "limit for .txt is 0.1 MB" in found["a.zip/long.txt"]
    assert not (tmp_path.parent / "out.txt").exists()


def test_a_zip_that_lies_about_its_size_or_is_a_bomb_is_refused(tmp_path, monkeypatch):
    packed(tmp_path / "bomb.zip", {"a.txt": b" " * 15_000_000})
    lying = packed(tmp_path / "lying.zip", {"a.txt": "x" * 500 + "."})
    raw = bytearray(lying.read_bytes())
    for sign, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):  # where the size is declared
        place = raw.index(sign) + at
        raw[place : place + 4] = (5).to_bytes(4, "little")
    lying.write_bytes(raw)
    _, found = with_good(tmp_path)
    assert "as a bomb does" in found["bomb.zip"]
    assert "broken in the zip" in found["lying.zip/a.txt"]
    monkeypatch.setattr(files, "ARCHIVE_LIMIT", 10)
    packed(tmp_path / "large.zip", {"a.txt": "Some text.", "b.txt": "More text."})
    assert "it unpacks to" in with_good(tmp_path)[1]["large.zip"]


def test_a_file_above_the_limit_is_refused_unread(tmp_path, monkeypatch):
    with (tmp_path / "big.txt").open("wb") as big:
        big.truncate(50_000_000)
    monkeypatch.setattr(Path, "read_bytes", lambda p: _unless_big(p))
    _, found = with_good(tmp_path)
    assert "50.0 MB; the limit for .txt is 20" in found["big.txt"]


def _unless_big(path: Path) -> bytes:
    assert path.name != "big.txt"
    with path.open("rb") as file:
        return file.read()


def test_links_pipes_and_what_may_not_be_read_are_refused(tmp_path, monkeypatch):
    (tmp_path / "loop").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "self.txt").symlink_to(tmp_path / "self.txt")
    (tmp_path / "gone.txt").symlink_to(tmp_path / "nowhere.txt")
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "device.txt").symlink_to("/dev/zero")
    (tmp_path / "secret.txt").write_text("x")
    (tmp_path / "closed").mkdir()
    read, listed = Path.read_bytes, Path.iterdir

    def guarded(action, name):
        def refuse(path):
            if path.name == name:
                raise PermissionError(13, "Permission denied", str(path))
            return action(path)

        return refuse

    monkeypatch.setattr(Path, "read_bytes", guarded(read, "secret.txt"))
    monkeypatch.setattr(Path, "iterdir", guarded(listed, "closed"))
    _, found = with_good(tmp_path)
    assert "not followed" in found["loop"]
    assert "cannot be read" in found["self.txt"]
    assert "cannot be read" in found["gone.txt"]
    assert "pipe" in found["pipe.txt"]
    assert "device" in found["device.txt"]
    assert found["secret.txt"] == "cannot be read: Permission denied"
    assert "Permission denied" in found["closed"]
    assert len(found) == 7
    with pytest.raises(ValueError, match="not a file but a pipe"):
        load(tmp_path / "pipe.txt")


def test_names_of_any_characters_load_and_can_be_written(tmp_path):
    for name in ("🎉.txt", "阿里.txt", "a\u0308.txt", "new\nline.txt"):
        (tmp_path / name).write_text(f"The text of {name!r}.", encoding="utf-8")
    (tmp_path / os.fsdecode(b"latin-\xfc.txt")).write_text("Not UTF-8.")
    articles, rejected = load(tmp_path)
    assert rejected.empty
    assert len(articles) == 5
    assert {"阿里", "ä"} < set(articles["article_id"])
    articles.to_parquet(tmp_path / "x.parquet")


def test_the_parts_of_a_saved_page_are_one_rejected_row(tmp_path):
    (tmp_path / "Page.html").write_text(PAGE.replace("DATE", "2025"), "utf-8")
    (tmp_path / "Page_files").mkdir()
    (tmp_path / "Page_files" / "ad.html").write_text(PAGE)
    (tmp_path / "Page_files" / "x.js").write_text("x")
    articles, rejected = load(tmp_path)
    assert len(articles) == 1
    assert list(rejected["file"]) == ["Page_files"]


def test_half_characters_outside_the_text_do_not_stop_a_table(tmp_path):
    (tmp_path / "a.json").write_text('[{"text": "One.", "title": "\\ud800x", "b\\ud800": 1}]')
    articles, _ = load(tmp_path)
    assert list(articles["title"]) == ["\ufffdx"]
    articles.to_parquet(tmp_path / "a.parquet")


def test_copies_in_other_outlets_are_articles_of_their_own():
    rows = [{"text": "The same.", "outlet": o} for o in ("A", "B", "A")]
    articles, rejected = load(rows)
    assert list(articles["outlet"].sort_values()) == ["A", "B"]
    assert list(rejected["row"]) == [3]


# Properties of the whole

CELLS = (
    st.none() | st.integers() | st.floats() | st.text(max_size=12) | st.lists(st.text(), max_size=2)
)
ITEMS = st.fixed_dictionaries(
    {"text": CELLS}, optional={"article_id": CELLS, "title": CELLS, "outlet": CELLS, "x": CELLS}
)


@given(st.lists(ITEMS | st.integers(), min_size=1, max_size=8))
def test_loaded_and_rejected_make_the_list_given(items):
    items = [{"text": "One good article, with an id of its own.", "article_id": "§"}, *items]
    articles, rejected = load(items)
    assert len(articles) + len(rejected) == len(items)
    assert articles["article_id"].is_unique
    pd.testing.assert_frame_equal(articles, load(items)[0])


@settings(max_examples=20)
@given(st.lists(PRINTABLE, min_size=1, max_size=5, unique=True), st.randoms())
def test_ids_do_not_depend_on_the_order_of_rows_or_files(tmp_path_factory, texts, random):
    def loaded(order):
        folder = tmp_path_factory.mktemp("order")
        for number, text in order:
            (folder / str(number)).mkdir()
            (folder / str(number) / f"story-{number % 2}.txt").write_text(text, "utf-8")
        return load(folder)[0]

    numbered = list(enumerate(texts))
    expected, rows = loaded(numbered), load([{"text": t} for t in texts])[0]
    random.shuffle(numbered)
    pd.testing.assert_frame_equal(loaded(numbered), expected)
    pd.testing.assert_frame_equal(load([{"text": t} for _, t in numbered])[0], rows)


@settings(max_examples=25)
@given(st.dictionaries(st.sampled_from([f"a{kind}" for kind in readers.READERS]),
                       st.binary(max_size=40) | st.text(max_size=40).map(str.encode)))  # fmt: skip
def test_no_bytes_stop_the_rest_from_loading(tmp_path_factory, contents):
    folder = tmp_path_factory.mktemp("any")
    for name, raw in contents.items():
        (folder / name).write_bytes(raw)
    articles, _ = with_good(folder)
    assert len(articles) >= 1


def test_a_new_ending_has_a_reader_and_a_limit():
    assert {readers.limit(f"a{kind}") for kind in readers.READERS} == {
        readers.PAGE_LIMIT, readers.TABLE_LIMIT,
    }  # fmt: skip
    assert corpus.MANIFEST == "articles.csv"
