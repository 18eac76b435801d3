"""The head of attribution: spans in the text, whatever the text; the same in torch and numpy."""

import itertools
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import load
from helpers.blocks import blocks
from helpers.cues import Found
from helpers.encoder import Tokens, encoder
from helpers.reading import Chunk, read
from helpers.sentences import sentences
from helpers.statements import find
from helpers.statements.anchors import AFTER, BEFORE, buckets, candidates, predict
from helpers.statements.decoding import Limits, Predictions, decode, inner, pieces
from helpers.statements.features import FEATURES, Document, document
from helpers.statements.spans import found
from helpers.statements.trunk import Statements
from helpers.tables import analysed

NEWS = (
    "The mayor of Springfield said on Monday that the bridge would be closed for a year. "
    "“It is not safe,” she told reporters, “and nobody should cross it.”\n\n"
    "According to the city's engineers, two of its cables have rusted through."
)
NACHRICHTEN = (
    "Der Bürgermeister sagte am Montag, die Brücke werde für ein Jahr gesperrt. "
    "„Sie ist nicht sicher“, erklärte die Ingenieurin Anna Weber.\n\n"
    "Laut einem Gutachten sind zwei Seile durchgerostet."
)
BODY = "Officials met for an hour. The talks will go on next week in another city of the region."
BAD = {
    "unbalanced": f"“It is not safe, she said on Monday.\n\n{BODY}\n\n{BODY}",
    "mixed": f"„It is not safe», said the mayor. “Never' again”, he said. ‹A 「b』 c\"\n\n{BODY}",
    "three paragraphs": (
        "“The bridge is closed,” the mayor said. “It is not safe.\n\n“We warned of it.\n\n"
        f"“Nobody listened,” she said.\n\n{BODY}"
    ),
    "one line": f"{NEWS} {NACHRICHTEN} {BODY}".replace("\n", " "),
    "transcript": f"SMITH: It is not safe.\nJONES: I do not agree with that.\n\n{BODY}",
    "list": "\n".join(f"- {name} said no" for name in ("Smith", "Jones", "Weber")),
    "marks only": "“ ” „ “ » « ' \" 「 」",
    "NUL": NEWS.replace(" ", "\0 ", 5),
    "emoji": "🙂 The mayor 👩🏽‍🚒 said that 🌉 is “closed 🚧”. " + NEWS,
    "right to left": "قال \u202ethe mayor\u202c: “لا” said the mayor. " + NEWS,
    "no space": NEWS.replace(" ", ""),
    "one word": "said",
    "Chinese": "市长周一表示，大桥将关闭一年。“它不安全。”她说。据工程师称，两根缆绳已经生锈。",
}


def chunks(text: str, language: str = "en") -> list[Chunk]:
    rows = pd.DataFrame([{"article_id": "a", "text": text, "language": language}])
    lines = analysed(sentences(blocks(load(rows)[0])))
    return read(lines, encoder(), Statements.load("attribution").layers)


def finds(text: str, language: str = "en") -> list[Found]:
    return find(text, chunks(text, language))


def spans(f: Found) -> list[tuple[int, int]]:
    return [*f.content_spans, *f.cue_spans, *([f.source] if f.source else [])]


def said(text: str, found: list[Found]) -> list[tuple[str, str]]:
    return [
        (text[f.source[0] : f.source[1]] if f.source else "", text[slice(*f.content_spans[0])])
        for f in sorted(found, key=lambda f: f.content_spans)
    ]


def made(text: str, width: int = 4) -> Document:
    """Give a document of words and signs in paragraphs, with states that say nothing."""
    rows, tokens, at = [], [], 0
    for number, line in enumerate(text.split("\n")):
        if line.strip():
            own = {"sentence_id": f"a:p{number:02d}s01", "start": at, "end": at + len(line)}
            rows.append(own | {"language": "en", "text": line})
            tokens += [(at + m.start(), at + m.end()) for m in re.finditer(r"\w+|[^\w\s]", line)]
        at += len(line) + 1
    places = np.array(tokens, dtype=np.int64).reshape(-1, 2)
    states = np.zeros((len(places), width), np.float32)
    own = Tokens(places[:, 0], places[:, 1], states, (1,), states[:1].sum(axis=0))
    return document(text, [Chunk("a", 0, text, rows, own)], [1])


def texts(doc: Document) -> list[str]:
    return [doc.text[s:e] for s, e in zip(doc.starts, doc.ends, strict=True)]


def looks(doc: Document, token: str) -> set[str]:
    i = texts(doc).index(token)
    return {name for name, on in zip(FEATURES, doc.features[i], strict=True) if on}


def test_it_finds_who_says_what():
    text = NEWS
    whole = said(text, finds(text))
    assert ("The mayor of Springfield", "that the bridge would be closed for a year") in whole
    assert any(source == "she" and "It is not safe" in content for source, content in whole)
    assert any("engineers" in source and "rusted" in content for source, content in whole)


def test_it_finds_the_same_in_german():
    whole = said(NACHRICHTEN, finds(NACHRICHTEN, "de"))
    assert ("Der Bürgermeister", "die Brücke werde für ein Jahr gesperrt") in whole
    assert any("Weber" in source and "nicht sicher" in content for source, content in whole)
    assert any("Gutachten" in source and "Seile" in content for source, content in whole)


def test_a_cue_is_given():
    told = next(f for f in finds(NEWS) if f.content_spans[0][0] < 60)
    assert [NEWS[s:e].split()[0] for s, e in told.cue_spans] == ["said"]


def test_quote_marks_belong_to_the_content_when_all_of_the_quote_does():
    quote = next(f for f in finds(NACHRICHTEN, "de") if NACHRICHTEN[f.content_spans[0][0]] == "„")
    assert NACHRICHTEN[slice(*quote.content_spans[0])] == "„Sie ist nicht sicher“"


@pytest.mark.parametrize("kind", BAD)
@pytest.mark.parametrize("language", ["en", "de", "zh"])
def test_bad_input_gives_spans_in_the_text(kind, language):
    text = BAD[kind]
    own = finds(text, language)
    for f in own:
        assert all(0 <= start < end <= len(text) for start, end in spans(f))
        assert all(a[1] <= b[0] for a, b in itertools.pairwise(f.content_spans))
        assert any(c.isalnum() for c in text[slice(*f.content_spans[0])])
        assert 0 <= f.confidence <= 1
        assert f.how == "head"
    assert finds(text, language) == own


@pytest.mark.parametrize("kind", ["unbalanced", "mixed", "three paragraphs", "transcript"])
def test_a_quote_never_runs_to_the_end_of_the_article(kind):
    text = BAD[kind]
    assert all(f.content_spans[-1][1] <= len(text) - len(BODY) for f in finds(text))


def test_an_empty_article_says_nothing():
    assert find("", []) == []


def test_a_long_article_is_read_to_its_end():
    part = chunks(NEWS)
    step = len(NEWS) + 2
    times = 40_000 // step
    text = (NEWS + "\n\n") * times
    long = [
        replace(
            c,
            start=c.start + i * step,
            sentences=[
                s | {"start": s["start"] + i * step, "end": s["end"] + i * step,
                     "sentence_id": f"{i}{s['sentence_id']}"}
                for s in c.sentences
            ],
        )
        for i in range(times)
        for c in part
    ]  # fmt: skip
    own = find(text, long)
    assert len(own) >= 2 * len(long)
    assert max(f.content_spans[-1][1] for f in own) > (times - 1) * step


@given(st.text(alphabet=" ab.,\n“”„\"'「」:é🙂\0", max_size=80))
def test_the_looks_of_any_text(text):
    if not text.strip(" \n"):
        return
    doc = made(text)
    assert doc.features.shape == (len(doc), len(FEATURES))
    assert set(np.unique(doc.features)) <= {0.0, 1.0}


def test_looks():
    doc = made("He said “Go, now” in NATO.\n“Again: 7")
    assert looks(doc, "He") >= {"paragraph start", "sentence start", "space before", "capital"}
    assert looks(doc, "“") == {
        "space before",
        "quote opens",
        "inside quote",
        "no letter",
        "English",
    }
    assert "inside quote" in looks(doc, "now")
    assert "quote closes" in looks(doc, "”")
    assert "inside quote" not in looks(doc, "in")
    assert looks(doc, "NATO") >= {"capital", "all caps"}
    assert looks(doc, "7") >= {"digit", "no letter"}
    assert looks(doc, ":") >= {"colon", "no letter"}


def test_a_quote_that_the_next_paragraph_opens_again_is_open_to_its_end():
    doc = made("He said: “We go\n“And they go” he said\n“Not closed and")
    assert "inside quote" in looks(doc, "We")
    assert "inside quote" not in looks(doc, "closed")


@given(
    st.lists(st.integers(-4, 4), min_size=1, max_size=9),
    st.floats(0, 4, allow_nan=False).map(lambda x: round(x, 1) + 0.05),
)
def test_the_best_part_of_a_window_is_found(scores, cost):
    def worth(inside: tuple[bool, ...]) -> float:
        moves = sum(a != b for a, b in itertools.pairwise((False, *inside, False)))
        return sum(s for s, on in zip(scores, inside, strict=True) if on) - cost * moves

    best = max(worth(choice) for choice in itertools.product((False, True), repeat=len(scores)))
    own = inner(np.array([scores], np.float32), np.array([[cost]], np.float32))[0]
    assert worth(tuple(own.tolist())) == pytest.approx(best, abs=1e-4)


def test_pieces_run_over_signs_but_not_over_words_or_paragraphs():
    doc = made("a, b c “d”\ne f")
    words = np.array([0, 2, 5, 7, 8])
    assert list(pieces(doc, words)) == [(0, 3), (5, 6), (7, 9)]


def test_distances_are_numbered_in_order():
    numbers = buckets()
    assert len(numbers) == BEFORE + AFTER + 1
    assert (np.diff(numbers) >= 0).all()
    assert numbers.min() >= 0


def test_anchors_are_the_tokens_that_may_begin_something():
    tags = np.zeros((4, 4, 3), np.float32)
    tags[:, :, 0] = 1
    tags[1, 3], tags[2, 3] = (0.1, 0.9, 0), (0.1, 0, 0.9)
    tags[3, 0] = (0.5, 0.5, 0)
    assert set(candidates(tags)) == {(1, 2, 0), (1, 1, 0), (3, 3, 1)}


@given(st.data())
def test_decoding_keeps_within_the_document(data):
    doc = made("He said “go, now” and went.\nShe said that he did not go, he said.")
    n = data.draw(st.integers(1, 6))
    random = np.random.default_rng(data.draw(st.integers(0, 999)))
    first = np.sort(random.integers(0, len(doc), n))
    at = first[:, None] + np.arange(-BEFORE, AFTER + 1)
    scores = random.normal(0, 4, (n, BEFORE + AFTER + 1, 4)).astype(np.float32)
    scores[(at < 0) | (at >= len(doc))] = -30
    anchors = np.stack([first, first, random.integers(0, 3, n)], axis=1)
    own = Predictions(anchors, scores, random.random(n), random.normal(0, 4, n))
    for s in decode(doc, own, [Limits(keep=0.0, nested=0.5)] * n):
        for a, z in (*s.content, *s.cue, *((s.source,) if s.source else ())):
            assert 0 <= a < z <= len(doc)
        f = found(doc, s)
        assert f is None or all(0 <= a < z <= len(doc.text) for a, z in spans(f))


def test_torch_and_numpy_agree():
    torch = pytest.importorskip("torch")
    from helpers.training.statement_net import Sizes, StatementNet

    torch.manual_seed(1)
    sizes = Sizes(states=6, projected=8, trunk=8, dilations=(1, 2), anchor=8)
    net = StatementNet(sizes, (0.2, 0.3, 0.2)).eval()
    with torch.no_grad():
        for p in net.parameters():
            p.normal_(0, 0.5)
        net.mean.normal_()
        net.spread.uniform_(0.5, 2)
    doc = made("\n".join(["He said “go, now” and went, she said."] * 40), width=6)
    doc.states = np.random.default_rng(0).normal(size=doc.states.shape).astype(np.float32)
    about = {"dilations": [1, 2], "anchor_dilations": [1, 3]}
    own = predict(Statements(net.arrays(), about), doc)
    assert len(own.anchors) > 20
    scores, judged = torch_predictions(torch, net, doc, own.anchors)
    inside = own.scores[..., 0] > -30
    assert np.allclose(own.scores[inside], scores[inside], atol=1e-3)
    assert np.allclose(own.null, judged[:, 1], atol=1e-3)
    assert np.allclose(own.valid, 1 / (1 + np.exp(-judged[:, 0])), atol=1e-3)


def torch_predictions(torch, net, doc, anchors):
    from helpers.statements.anchors import counts

    with torch.no_grad():
        states = (torch.tensor(doc.states) - net.mean) / net.spread
        h, tags = net.trunk(
            states[None], torch.tensor(doc.features)[None], torch.ones(1, len(doc), 1)
        )
        counted = torch.tensor(counts(tags[0].softmax(-1).numpy(), doc.features))
        places = (torch.zeros(len(doc)), torch.tensor(doc.sentence), torch.tensor(doc.paragraph))
        scores, judged, _ = net.anchors(h[0], counted, *torch.tensor(anchors).T, places)
    return scores.numpy(), judged.numpy()


ROW = {
    "id": "a",
    "lang": "en",
    "text": "Ann said “it, now” is “on”.\nBob denied it.",
    "attributions": [
        {"source": [[0, 3]], "cue": [[4, 8]], "content": [[9, 18], [22, 26]]},
        {"source": [], "cue": [], "content": [[9, 12]]},
        {"source": [[28, 31]], "cue": [[32, 38]], "content": [[500, 505]]},
    ],
}


def test_gold_is_tied_to_tokens():
    from helpers.training.statements import Statement, marked

    own = marked(ROW, made(ROW["text"]))
    assert own.statements == [
        Statement(((3, 6), (9, 10)), ((1, 2),), (0, 1)),
        Statement(((3, 4),), (), None),
    ]
    tags = own.tags.T.tolist()
    assert tags[0][:10] == [0, 0, 0, 1, 2, 2, 0, 0, 0, 1]  # outer content
    assert tags[1][:10] == [0, 0, 0, 1, 0, 0, 0, 0, 0, 0]  # the one within it
    assert tags[2][:3] == [1, 0, 0]
    assert tags[3][:3] == [0, 1, 0]


def test_training_learns_and_is_the_same_for_a_seed():
    pytest.importorskip("torch")
    from helpers.training.attribution import train_statements
    from helpers.training.statement_batches import Recipe
    from helpers.training.statement_net import Sizes
    from helpers.training.statement_tuning import read, score
    from helpers.training.statements import marked

    text = "Ann said it is on. We saw it then. So Bob said no one left here. It ends now."
    row = ROW | {"text": text, "lang": "de", "attributions": [
        {"source": [[0, 3]], "cue": [[4, 8]], "content": [[9, 17]]},
        {"source": [[38, 41]], "cue": [[42, 46]], "content": [[47, 63]]},
    ]}  # fmt: skip
    doc = made(text, width=16)
    words = {word: i for i, word in enumerate(texts(doc))}
    states = np.random.default_rng(0).normal(size=(len(doc), 16)).astype(np.float32)
    doc.states = np.stack([states[words[word]] for word in texts(doc)])
    small = Sizes(states=16, projected=16, trunk=16, dilations=(1,), anchor=16)
    recipe = Recipe(sizes=small, epochs=60, tokens=100, dropout=(0, 0, 0), rate=1e-2)
    first, again = (train_statements([marked(row, doc)] * 4, recipe) for _ in range(2))
    assert all(np.array_equal(first[name], again[name]) for name in first)
    head = Statements(first, {"dilations": [1], "anchor_dilations": [1, 3]})
    assert score(read(head, [marked(row, doc)]), Limits()) == 1.0


def test_confidence_never_falls_where_the_share_of_right_ones_does():
    pytest.importorskip("torch")
    from helpers.training.statement_tuning import _rising

    bins = [np.array([[0.1, r] for r in rights]) for rights in ([0, 0], [1, 1], [0, 1], [1, 1])]
    assert _rising(bins) == [0.0, 0.75, 0.75, 1.0]
