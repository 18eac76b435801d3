"""The closed word classes that the rules of attribution need: grammar, not vocabulary.

What an analyst may want to add stands in ``data/cues.csv`` and ``data/source_kinds.csv``.
"""


def words(text: str) -> frozenset[str]:
    """Give the words of a list that is written as one string."""
    return frozenset(text.split())


PREPOSITIONS = {
    "en": words(
        "in on at by for from to with after before during since until about over under "
        "between against through into of as via amid among despite following when while if "
        "unlike like speaking asked because although though"
    ),
    "de": words(
        "in im an am auf aus bei beim mit nach von vom vor zu zum zur für über unter durch um "
        "gegen gegenüber seit während wegen trotz ohne bis gemäß zwischen anlässlich angesichts "
        "wenn als nachdem obwohl weil da laut hinter neben ab aufgrund infolge dank mittels "
        "passend"
    ),
}
PRONOUNS = {
    "en": words("he she they it we i you who nobody everyone someone this"),
    "de": words("er sie es man wir ich dieser diese dieses jener letzterer beide"),
}
DETERMINERS = {
    "en": words(
        "the a an this that these those his her its their our my some many several most all "
        "no any another each every both one two three other"
    ),
    "de": words(
        "der die das den dem des ein eine einen einem einer eines dieser diese dieses diesen "
        "diesem mehrere einige viele alle kein keine sein seine ihr ihre unser unsere zwei drei"
    ),
}
AUXILIARIES = {
    "en": words(
        "has have had having is are was were be been being will would can could may might "
        "must should shall do does did not also later then ever never again further just only "
        "even still once already t s d ve re ll to simply always often now who"
    ),
    "de": words(
        "hat haben hatte hatten habe ist sind war waren wurde wurden wird werden will wollen "
        "wollte wollten kann konnte konnten können soll sollte sollten muss musste müssen darf "
        "durfte mag möchte möchten würde würden"
    ),
}
ADVERBS = words(
    "zudem außerdem dabei dort später heute gestern weiter weiterhin ferner darüber daraufhin "
    "dazu bereits nun jetzt so auch zugleich gleichzeitig dagegen hingegen allerdings jedoch "
    "dennoch wörtlich zuvor zunächst schließlich daher deshalb damit danach demnach inzwischen "
    "mittlerweile zuletzt erneut wie wo hier da dann einerseits andererseits immerhin und aber "
    "doch denn oder nur schon noch hierzu hierbei unterdessen indes somit also"
)
CLAUSE_WORDS = {
    "en": words("that whether how why what if where"),
    "de": words("dass daß ob wie warum wieso was wer wann weshalb welche welcher welches wo"),
}
BREAKS = {
    "en": words("that because when while after before although though since which but whether if"),
    "de": words("dass daß weil ob wenn nachdem obwohl während wie aber sondern"),
}
CONJUNCTIONS = words("and but or und oder sowie")
RELATIVE = words("der die das dem den deren dessen welche welcher welches who which")
PASSIVE = words("wird werden wurde wurden ist sind worden")
BEING = words("is are was were be been being")
OBLIQUE = words("dem den einem ihm ihnen diesem")
CONTRAST = words("while but although though whereas während aber obwohl doch")
DAYS = words(
    "monday tuesday wednesday thursday friday saturday sunday yesterday today earlier later "
    "last this during recently afterward again next here there too"
)
SUBJUNCTIVE = words(
    "sei seien habe werde könne müsse solle wolle dürfe möge gebe stehe gehe komme bleibe lasse "
    "liege handle stamme wisse mache brauche gehöre bestehe führe finde nehme sehe betrage "
    "bedeute hätten könnten müssten würden wären hätte wäre sollten dürfte dürften dürften"
)

# Where a noun phrase after the verb ends: an adverbial, or the adverbs of `sagte er zudem`.
PHRASE_ENDS = {
    "en": words("on during after before to when as who in at by while that with"),
    "de": words("am gegenüber vor nach zu im zum zur laut bei mit über um") | ADVERBS,
}
# What goes on with a German noun phrase after its noun.
GENITIVE = words("der des eines einer von vom aus in im für und sowie")
ACCUSATIVE = words("den die das einen eine ein keine keinen alle seine ihre diese diesen")
# Nouns of `nach Angaben von`, beside the words for documents in data/source_kinds.csv.
VIEWS = words(
    "angaben ansicht meinung auffassung einschätzung aussage aussagen worten informationen "
    "darstellung überzeugung schätzung schätzungen erkenntnissen"
)
# A speaker within a quote that has lost its marks.
SELF = words("i we you ich wir")
