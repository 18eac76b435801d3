"""Pairs as a network: who stands in the middle, who belongs together, files for other programs.

What is computed here is of the pairs that are given. Give it those that `select` kept, or say that
chance has not been ruled out: a network of everything that ever met is a hairball.
"""

import csv
import json
import re
from difflib import get_close_matches
from pathlib import Path

import networkx as nx
import numpy as np
import pandas as pd
from scipy.cluster.hierarchy import leaves_list, linkage
from scipy.spatial.distance import squareform

from helpers.cooccurrence import frequent
from helpers.exports import defused
from helpers.tables import named

SAMPLE = 500  # nodes from which betweenness is estimated where there are more
_MEASURES = ["joint", "expected", "npmi", "g2", "p", "q"]
# What XML 1.0 cannot hold, not even escaped; the backslash, so that the way back is clear.
_UNFIT = re.compile("[\\\\\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def graph(pairs: pd.DataFrame, mentions: pd.DataFrame) -> nx.Graph:
    """Make a graph of pairs; who is mentioned but stands in no pair is a node without edges.

    Parameters
    ----------
    pairs, mentions
        The tables of these names.

    Returns
    -------
    networkx.Graph
        Nodes are entities by name, sorted, with ``kind`` (its usual label: PER, ORG, LOC or MISC;
        else unknown), ``mentions`` (by name) and ``articles`` (that hold one). Edges have the
        measures of `pairs`, and ``sentence_ids`` and ``article_ids``.
    """
    rows = named(mentions).dropna(subset=["entity_id", "entity"])
    facts = (
        rows.astype({"label": "str"})
        .groupby("entity")
        .agg(
            kind=("label", lambda labels: next(iter(labels.mode()), "unknown")),
            mentions=("start", "size"),
            articles=("article_id", "nunique"),
        )
    )
    out = nx.Graph()
    missing = {*pairs["entity_a"], *pairs["entity_b"]} - set(facts.index)
    out.add_nodes_from(sorted({*facts.index, *missing}), kind="unknown", mentions=0, articles=0)
    out.add_nodes_from(facts.to_dict("index").items())
    ends = zip(pairs["entity_a"], pairs["entity_b"], strict=True)
    edges = pairs[[*_MEASURES, "sentence_ids", "article_ids"]].to_dict("records")
    out.add_edges_from((a, b, edge) for (a, b), edge in zip(ends, edges, strict=True))
    return out


def centrality(network: nx.Graph, seed: int = 0) -> pd.DataFrame:
    """Say how each entity stands in a network.

    Parameters
    ----------
    network
        As `graph` makes it.
    seed
        Of the communities, and of the sample for betweenness.

    Returns
    -------
    pandas.DataFrame
        ``entity``; ``degree`` (partners); ``strength`` (the sum of its joint counts);
        ``betweenness`` (0..1, Freeman 1977: the share of the shortest ways between two others
        that lead over it, an edge being one step; estimated from `SAMPLE` nodes in a larger
        network, after Brandes and Pich 2007); ``community`` (as `communities` numbers them); the
        strongest first.
    """
    sample = SAMPLE if len(network) > SAMPLE else None
    between = nx.betweenness_centrality(network, k=sample, seed=seed)
    table = pd.DataFrame(
        {
            "entity": list(network),
            "degree": [degree for _, degree in network.degree()],
            "strength": [strength for _, strength in network.degree(weight="joint")],
            "betweenness": [between[name] for name in network],
        }
    ).astype({"entity": "str", "degree": "int64", "strength": "int64", "betweenness": "float64"})
    groups = communities(network, seed)
    table["community"] = table["entity"].map(groups).astype("int64")
    return table.sort_values(
        ["strength", "betweenness", "entity"], ascending=[False, False, True], ignore_index=True
    )


def communities(network: nx.Graph, seed: int = 0) -> dict[str, int]:
    """Part a network into groups that meet each other more than others.

    Louvain's method (Blondel et al. 2008) on the joint counts. It always finds groups, also where
    there are none, and another seed may find others: read them as a suggestion.

    Parameters
    ----------
    network
        As `graph` makes it.
    seed
        Of the order in which nodes are tried.

    Returns
    -------
    dict
        The number of each entity's group, from 1; the largest group first, then by name. Who
        meets nobody is a group alone.
    """
    # The method goes by the order of nodes and edges: sorted, the same pairs give the same groups.
    tidy = nx.Graph()
    tidy.add_nodes_from(sorted(network))
    edges = sorted((*sorted((a, b)), joint) for a, b, joint in network.edges(data="joint"))
    tidy.add_weighted_edges_from(edges)
    found = nx.community.louvain_communities(tidy, seed=seed) if len(tidy) else []
    groups = sorted(map(sorted, found), key=lambda names: (-len(names), names))
    return {name: number for number, names in enumerate(groups, 1) for name in names}


def ego(pairs: pd.DataFrame, entity: str | None = None) -> pd.DataFrame:
    """Keep the pairs of one entity, the most joint first.

    Parameters
    ----------
    pairs
        Table "pairs".
    entity
        Its name; else that of the entity in the most units.

    Raises
    ------
    ValueError
        If it stands in no pair, naming those whose names are like it.
    """
    if pairs.empty:
        return pairs
    entity = entity or frequent(pairs, 1).index[0]
    own = pairs[(pairs["entity_a"] == entity) | (pairs["entity_b"] == entity)]
    if own.empty:
        near = get_close_matches(entity, sorted({*pairs["entity_a"], *pairs["entity_b"]}))
        raise ValueError(f"'{entity}' meets nobody{'; there is ' * bool(near)}{', '.join(near)}")
    order = ["joint", "npmi", "entity_a", "entity_b"]
    return own.sort_values(order, ascending=[False, False, True, True])


def order(pairs: pd.DataFrame, names: list[str]) -> list[str]:
    """Order entities for a matrix so that those who go together stand together.

    Average linkage over the distance 1 - NPMI with the best order of leaves; two entities that
    never meet have NPMI -1. The order of `names` and of the rows does not matter.

    Parameters
    ----------
    pairs
        Table "pairs".
    names
        Entities to order, as in `entity_a` and `entity_b`.

    Returns
    -------
    list of str
        The same names, each once.
    """
    ordered = sorted(set(names))
    if len(ordered) < 3:
        return ordered
    place = {name: i for i, name in enumerate(ordered)}
    distance = 2 * (1 - np.eye(len(ordered)))
    within = pairs[pairs["entity_a"].isin(ordered) & pairs["entity_b"].isin(ordered)]
    a, b = within["entity_a"].map(place), within["entity_b"].map(place)
    distance[a, b] = distance[b, a] = 1 - within["npmi"]
    tree = linkage(squareform(distance), "average", optimal_ordering=True)
    return [ordered[i] for i in leaves_list(tree)]


def write(pairs: pd.DataFrame, mentions: pd.DataFrame, folder: str | Path) -> list[Path]:
    r"""Write pairs for other programs: GraphML and GEXF (Gephi), and two tables as CSV.

    Parameters
    ----------
    pairs, mentions
        The tables of these names; of the pairs, those to write.
    folder
        Is made. ``pairs.graphml``, ``pairs.gexf``, ``pairs.csv`` and ``entities.csv`` in it are
        replaced.

    Returns
    -------
    list of pathlib.Path
        The files. A node's id and ``label`` are the entity's name, an edge's ``weight`` is its
        joint count; lists of ids are JSON. A character that XML cannot hold is written as in
        Python (``\x0b``), and a backslash doubled, in all four files. In the tables a name that
        a spreadsheet would take for a formula has an apostrophe before it. A name may be
        ``NA``: read the tables with ``keep_default_na=False``.
    """
    out = Path(folder)
    out.mkdir(parents=True, exist_ok=True)
    whole = _plain(graph(pairs, mentions))
    files = [out / name for name in ("pairs.graphml", "pairs.gexf", "pairs.csv", "entities.csv")]
    nx.write_graphml(whole, files[0])
    nx.write_gexf(whole, files[1])
    table = pairs.assign(
        **{n: pairs[n].map(_fit) for n in ("entity_a", "entity_b")},
        **{n: [json.dumps(v) for v in pairs[n]] for n in ("sentence_ids", "article_ids")},
    )
    entities = pd.DataFrame(
        [{"entity": name} | facts for name, facts in whole.nodes(data=True)],
        columns=["entity", "kind", "mentions", "articles"],
    )
    for frame, file in ((table, files[2]), (entities, files[3])):
        defused(frame).to_csv(file, index=False, quoting=csv.QUOTE_NONNUMERIC)
    return files


def _plain(network: nx.Graph) -> nx.Graph:
    """Give the graph as files can hold it."""
    out = nx.Graph()
    for name, facts in network.nodes(data=True):
        out.add_node(_fit(name), label=_fit(name), **facts)
    for a, b, facts in network.edges(data=True):
        ids = {n: json.dumps(facts[n]) for n in ("sentence_ids", "article_ids")}
        out.add_edge(_fit(a), _fit(b), weight=facts["joint"], **(facts | ids))
    return out


def _fit(text: str) -> str:
    return _UNFIT.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)
