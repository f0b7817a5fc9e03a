"""Text as people send it: made storable, folded for search, cut into words.

The standard library's `re` breaks a Devanagari word at every vowel sign (a matra is
no \\w there), so words are found with the `regex` module.
"""

import unicodedata

import regex

from complaints.languages import detect_language

__all__ = [
    "TooLong",
    "clauses",
    "clean",
    "detect_language",
    "fold",
    "loose",
    "search_text",
    "tokens",
]

MARKS_PER_LETTER = 8
_JOINERS = "\u200c\u200d"

# Scripts whose words need a joiner: conjuncts and half forms in India, the parts of
# a word in Persian and Urdu.
_SCRIPTS = (
    r"\p{Devanagari}\p{Bengali}\p{Gurmukhi}\p{Gujarati}\p{Oriya}\p{Tamil}\p{Telugu}"
    r"\p{Kannada}\p{Malayalam}\p{Sinhala}\p{Arabic}"
)
_LETTERS = rf"[[{_SCRIPTS}]&&[\p{{L}}\p{{M}}]]"
_SURROGATES = regex.compile(r"[\ud800-\udfff]")
_LINE_ENDS = regex.compile(r"\r\n?|[\u2028\u2029]")
_CONTROLS = regex.compile(rf"[^\P{{Cc}}\n\t]|[^\P{{Cf}}{_JOINERS}]")
_MARK_RUN = regex.compile(
    rf"((?:\p{{M}}[{_JOINERS}]*){{{MARKS_PER_LETTER}}})[\p{{M}}{_JOINERS}]+"
)
# Kept: one joiner inside an Indic word, one inside an emoji (a family, a flag).
_JOINER_RUN = regex.compile(
    rf"(?<={_LETTERS})([{_JOINERS}])[{_JOINERS}]*(?={_LETTERS})"
    r"|(?<=[\p{Extended_Pictographic}\ufe0f\p{Emoji_Modifier}])(\u200d)"
    rf"[{_JOINERS}]*(?=\p{{Extended_Pictographic}})"
    rf"|[{_JOINERS}]+",
    regex.V1,
)


class TooLong(ValueError):
    """More code points than the field holds, counted after cleaning."""

    def __init__(self, limit: int, length: int) -> None:
        super().__init__(f"{length} characters, at most {limit}")
        self.limit = limit
        self.length = length


def clean(raw: str, limit: int) -> str:
    """Storable on both engines and harmless on a page; raises TooLong.

    PostgreSQL refuses NUL, UTF-8 refuses lone surrogates, direction overrides make
    a page read backwards, and thousands of marks on one letter hide the lines above.
    """
    text = raw
    if _SURROGATES.search(text):
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    text = _CONTROLS.sub("", _LINE_ENDS.sub("\n", text))
    # Capped before NFC too: sorting a long run of marks takes quadratic time.
    text = unicodedata.normalize("NFC", _MARK_RUN.sub(r"\1", text))
    text = _MARK_RUN.sub(r"\1", text)
    text = _JOINER_RUN.sub(lambda run: run[1] or run[2] or "", text).strip()
    if len(text) > limit:
        raise TooLong(limit, len(text))
    return text


# Nuktas, accents (marks of no script of their own), joiners, soft hyphen, controls.
_NUKTAS = "\u093c\u09bc\u0a3c\u0abc\u0b3c\u0cbc"
_IGNORED = regex.compile(
    rf"[{_NUKTAS}[\p{{Inherited}}&&\p{{M}}]\p{{Cf}}[\p{{Cc}}--\s]]", regex.V1
)
_OTHER_DIGITS = regex.compile(r"[^\P{Nd}0-9]")
_APOSTROPHES = str.maketrans("\u2018\u2019\u02bc\u02b9`\u00b4", "''''''")
_CHANDRABINDU, _ANUSVARA = "\u0901", "\u0902"
_LAST_ANUSVARA = regex.compile(r"\u0902+(?![\p{L}\p{M}])")
# A nasal with halant before a consonant of its own row: हिन्दी is हिंदी.
_OWN_ROW_NASAL = regex.compile(
    r"ङ्(?=[क-घ])|ञ्(?=[च-झ])|ण्(?=[ट-ढ])|न्(?=[त-ध])|म्(?=[प-भ])"
)
_SPACES = regex.compile(r"\s+")


def _western(digit: "regex.Match[str]") -> str:
    # The library's Unicode may be newer than Python's.
    value = unicodedata.decimal(digit[0], None)
    return digit[0] if value is None else str(value)


def fold(text: str) -> str:
    """One spelling for search: what a reader would call the same letters."""
    if text.isascii():
        plain = _IGNORED.sub("", text.lower()).replace("`", "'")
        return " ".join(plain.split())
    folded = unicodedata.normalize("NFKD", text).casefold()
    folded = _IGNORED.sub("", unicodedata.normalize("NFKD", folded))
    folded = unicodedata.normalize("NFC", folded).translate(_APOSTROPHES)
    folded = _OTHER_DIGITS.sub(_western, folded)
    folded = folded.replace(_CHANDRABINDU, _ANUSVARA)
    folded = _OWN_ROW_NASAL.sub(_ANUSVARA, folded)
    # नहीं, में, हैं are typed नही, मे, है as often as not.
    folded = _LAST_ANUSVARA.sub("", folded)
    return _SPACES.sub(" ", folded).strip()


def search_text(*parts: str) -> str:
    return " ".join(filter(None, map(fold, parts)))


_NOT_WORDS = regex.compile(
    r"(?:https?://|www\.)\S+"
    r"|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
    r"|\b[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}/\S*"
    r"|\b[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:com|org|net)\b"
)
_MAY_HOLD_ADDRESS = regex.compile(r"\w\.\w|://")
_ENGLISH_SHORT = regex.compile(r"(?<=[a-z]n)'(?=t\b)|(?<=[a-z])'s\b")
_TOKEN = regex.compile(
    r"(?<![\p{L}\p{M}\p{N}_#@])[#@][\p{L}\p{M}\p{N}_]+|[\p{L}\p{N}][\p{L}\p{M}\p{N}]*"
)
_CLAUSE_END = regex.compile(r"[,;!?।|()]+|[.:](?=\s|$)")


def tokens(text: str) -> list[str]:
    """Folded words and numbers; "#dotsewa" and "@handle" keep their sign.

    Web and mail addresses are left out; "doesn't" is "doesnt", "l'acqua" is two words.
    """
    return _TOKEN.findall(_without_addresses(text))


def clauses(text: str) -> list[list[str]]:
    """The tokens, cut where a comma, a full stop or a line ends a thought."""
    plain = _without_addresses(text.replace("\n", " ; "))
    return [_TOKEN.findall(clause) for clause in _CLAUSE_END.split(plain)]


def _without_addresses(text: str) -> str:
    plain = fold(text)
    # Most texts hold none, and to look for one costs as much as all the rest.
    if _MAY_HOLD_ADDRESS.search(plain):
        plain = _NOT_WORDS.sub(" ", plain)
    return _ENGLISH_SHORT.sub("", plain)


# Hinglish is written by ear. Short words people shorten at will are given whole;
# what is left follows from the rules below.
_BY_EAR = {
    spelling: loosened
    for loosened, spellings in {
        "nahi": "nai nhi nahin nahee nahii nahiin nhin naheen naahi nehi",
        "hai": "h he hain hae haii hei",
        "me": "mein mei mai main mey",
        "lait": "lite lyt laet",
        "pe": "pey",
        "ko": "koo",
        "kar": "kr",
        "raha": "rha",
        "rahi": "rhi",
        "gaya": "gya gaia",
        "gayi": "gyi gai gaii gaee",
        "bill": "bil",
        # A long vowel that makes another word: work, less; after, bad; you, app.
        "kaam": "",
        "baad": "",
        "aap": "",
        "ghar": "ghr",
        "bahut": "bohot bahot bhot bhut boht bahoot",
        "kya": "kia kyaa",
        "yaha": "yahan",
        "vaha": "wahan vahan",
    }.items()
    for spelling in (loosened, *spellings.split())
}
_LATIN_RULES = tuple(
    (regex.compile(pattern), replacement)
    for pattern, replacement in (
        (r"igh(?=t)", "ai"),
        (r"ck|q", "k"),
        (r"ph", "f"),
        (r"w", "v"),
        (r"z", "j"),
        (r"c?chh", "ch"),
        (r"sh", "s"),
        (r"(?<=[a-z])y(?=[^aeiouy\W\d])|(?<=[^aeiouy\W\d])y$", "i"),
        (r"aa+", "a"),
        (r"ee+|ii+", "i"),
        (r"oo+|uu+", "u"),
        # khadda is a hole and khada stands: a double d is heard, others are not.
        (r"(?<=[aeiou])([^aeioud\W\d])\1+(?=[aeiou])", r"\1"),
        # The short a that is spoken or not: bijali, bijli; kachara, kachra.
        (r"(?<=[aeiou][^aeiou\W\d]h?)a(?=[^aeiou\W\d]h?[aeiou])", ""),
    )
)
_DEVANAGARI_LETTERS = str.maketrans(
    {
        "ी": "ि", "ू": "ु", "ई": "इ", "ऊ": "उ",
        "ै": "े", "ॅ": "े", "ऐ": "ए", "ॲ": "ए", "ऍ": "ए",
        "ॉ": "ा", "ऑ": "आ", "ष": "श", "ः": None,
    }
)  # fmt: skip
_DEVANAGARI_RULES = tuple(
    (regex.compile(pattern), replacement)
    for pattern, replacement in (
        ("अे", "ए"),  # अॅप, which is ॲप in two signs
        ("न्(?=[क-ढसश])", _ANUSVARA),  # ट्रान्सफॉर्मर, इन्टरनेट
        (f"{_ANUSVARA}(?=[वयएआ])", ""),  # गांव, धुआं
        ("यि$", "इ"),
        ("ये$", "ए"),
    )
)


def loose(token: str) -> str:
    """The spelling key on which variants of one word meet; no word to show anybody."""
    if token[:1] in ("#", "@") or any(map(str.isdigit, token)):
        return token
    if token in _BY_EAR:
        return _BY_EAR[token]
    word, rules = token, _LATIN_RULES
    if not token.isascii():
        word, rules = token.translate(_DEVANAGARI_LETTERS), _DEVANAGARI_RULES
    for pattern, replacement in rules:
        word = pattern.sub(replacement, word)
    return word
