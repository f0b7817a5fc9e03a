"""Which of the desk's languages a short text is in, by script and small words.

Statistical identifiers call Hinglish English or Italian; the small words do not lie.
"""

import unicodedata
from collections.abc import Sequence

import regex

# Names of people and places stay in Latin letters in a Hindi text and the other way
# round: three words in ten decide.
_DEVANAGARI_SHARE = 0.3

_NOT_WORDS = regex.compile(r"(?:https?://|www\.)\S+|\S+@\S+|[#@][\p{L}\p{M}\p{N}_]+")
_DEVANAGARI_WORD = regex.compile(r"[\p{Devanagari}&&[\p{L}\p{M}]]+", regex.V1)
_LATIN_WORD = regex.compile(r"\p{Latin}[\p{Latin}\p{M}]*")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_SMALL_WORDS = {
    "hi": _words(
        "है हैं हे नहीं नही में मे का की के को से पर और यह वह ये वे था थी थे हो हूं"
        " हूँ रहा रही रहे गया गई गए गयी गये कर करें करके हुआ हुई हुए भी तो लिए लिये"
        " जो कि इस उस इसके उसके कोई कुछ बहुत मेरा मेरी मेरे हम हमारे हमारा हमारी आप"
        " आपके अपने अपनी तक अब जब बाद साथ किया किए जाता जाती सकता सकते वाला वाले"
        " वाली क्या कब क्यों यहां यहाँ वहां दिया दी दो मुझे हमें उन्हें ऐसा अभी फिर"
        " सब सभी होता होती होने चाहिए कृपया जल्दी घर पानी सड़क बिजली नाली गली"
        " मोहल्ले आया आई आए पे रख ना मत"
    ),
    "mr": _words(
        "आहे आहेत नाही नाहीत व आणि मध्ये होते होता होती होत केले केली केला आली आले"
        " आला झाला झाली झाले मी माझा माझी माझे माझ्या आम्ही आमच्या आमचे आमची आपल्या"
        " आपण हे ते ती त्या त्यांनी त्याच्या ला पण असे असा अशी असून काही येथे इथे"
        " तिथे साठी करून म्हणून किंवा तसेच जात येत येते दिली दिले दिला नको हवे हवी"
        " हवा का करा गेला गेली गेले खूप फार आज सर्व मला त्याला अजून कधी कुठे आता"
        " पाणी रस्ता रस्त्यावर वीज कचरा तक्रार शकत शकतो शकते असतो असते यांच्या यांनी"
        " त्यांच्या एका दोन पुन्हा बंद"
    ),
    "en": _words(
        "the of and to in is are was were it its for on with at by from this that"
        " these those there be been has have had not no but or as an a i my we our"
        " you your he she they their his her what when where who why how all any"
        " some please since after before near still very too out up down off can"
        " cannot will would should do does did don't doesn't isn't hasn't if so than"
        " then only also into about more most which them us me one two over again"
        " every road water street light broken complaint help need working bill"
        " power garbage days day week house"
    ),
    "it": _words(
        "il lo la i gli le un uno una di del dello della dei degli delle da dal"
        " dalla dai dalle in nel nella nei nelle a al alla ai alle allo con col su"
        " sul sulla sui sulle per tra fra e ed o ma non che chi cui è sono ho ha"
        " hanno abbiamo hai era erano essere stato stata stati avere si ci vi mi ti"
        " ne se come quando dove perché perche più piu anche già molto tutto tutti"
        " tutta questo questa questi quello quella mio mia nostro nostra suo sua"
        " loro l d c dell all nell sull qui qua là ieri oggi giorni giorno settimana"
        " via strada acqua casa nessuno senza funziona manca ancora sempre solo poi"
        " dopo prima ogni cosa fatto buca"
    ),
    "hinglish": _words(
        "hai hain nahi nahin nhi nai ka ki ke ko se me mein mera meri mere hum ham"
        " hamare hamari aap aapke kya kyu kyun koi kuch bahut bohot raha rahi rahe"
        " rha rhi gaya gayi gaye gya kar karo karna karke kiya ho hua hui tha thi ye"
        " yeh wo woh pe bhi aur abhi tak din ghar paani pani bijli sadak gali"
        " mohalla mohalle jaldi kab subah raat kal aaj aa aaya aayi aata aati diya"
        " do wala wale wali yahan wahan sab phir fir baad saal mahine bina sirf lag"
        " laga lagi kaam band chal jaa ja krdo kardo dena lena mat na toh to jab ab"
        " kharab gir toot par karwao shikayat"
    ),
    "roman_mr": _words(
        "aahe ahe aahet ahet nahi nahit zala zali zale jhala jhali jhale aala aali"
        " aale ala ali ale amchya aamchya amche majhya mazya maza majha mazi madhe"
        " madhye ani aani kara tumhi amhi aamhi karun sathi yet hot kela keli kele"
        " gela geli gele khup ithe tithe mala pan var khali javal pasun rastyavar"
        " rasta paani pani lavkar hoto hote ahot karat nako havi hava kachra khadda"
        " padla padle padli zhad"
    ),
}
# Endings one of two neighbours has and the other has not.
_ENDINGS = {
    "hi": regex.compile(r"(?:ों|ें|ियाँ|ियां|ाएं|ाएँ|ाओं|ूंगा|ेगा|ेगी|ेंगे|ाकर|ाया|ाना|ता|ड़ा|ड़ी)$"),
    "mr": regex.compile(
        r"(?:च्या|ाचा|ाची|ाचे|ांचा|ांची|ांचे|ीचे|ीची|ीचा|ांना|ांनी|ाला|ीला|ाने|मध्ये|ावर|"
        r"ातील|ातून|ण्यात|ण्यासाठी|ण्याची|ण्याचे|ण्याचा|णारे|णारा|णारी|लेला|लेली|लेले|ायला|ायचा|"
        r"तात|तील|ून|णे|ेल|ल्या|ण्या|त्या|्यात|पर्यंत|साठी|मुळे|ांत|ाशी)$"
    ),
    "it": regex.compile(
        r"(?:[àèéìòù]|zion[ei]|ment[eoi]|ità|aggi[oa]?|ezza|at[oaie]|it[oaie]|ut[oaie]|"
        r"ando|endo|are|ere|ire|on[ei]|ell[oaie]|ett[oaie]|ess[oaie]|[tdrnlsm]o|ia|io)$"
    ),
    "en": regex.compile(
        r"(?:ing|ed|ly|tion|sion|ness|ment|able|ible|ful|less|ous|ght|th|sh|ck|ch|ts|"
        r"ers?|ors?|ies|ity|y|ss|ct|st|nd|nt|rs|es|ns|ls|ow|ay|w|k)$"
    ),
}
_MARATHI_LETTERS = regex.compile(r"[ळऱॲ]|ऱ्|ॅ")
_WORD, _ENDING = 1.0, 0.35
# More tells nothing new, and a text without a gap takes time by its square.
LONGEST = 1000


def detect_language(
    text: str, default: str = "en", among: Sequence[str] = ("en", "hi", "mr", "it")
) -> str:
    """The language to answer in; Hinglish counts as Hindi, roman Marathi as Marathi.

    `default` is the answer for a text that shows nothing: a number, an emoji, a name.
    """
    text = text[:LONGEST]
    plain = unicodedata.normalize("NFC", _NOT_WORDS.sub(" ", text)).casefold()
    plain = plain.replace("\u2019", "'")
    devanagari = _DEVANAGARI_WORD.findall(plain)
    latin = _LATIN_WORD.findall(plain)
    if not devanagari and not latin:
        return default
    if len(devanagari) >= _DEVANAGARI_SHARE * (len(devanagari) + len(latin)):
        scores = _devanagari_scores(devanagari)
    else:
        scores = _latin_scores(latin)
    return _best(scores, default, among)


def _devanagari_scores(words: list[str]) -> dict[str, float]:
    # Where nothing speaks for either, a Devanagari text is Hindi sooner than English.
    scores = {"hi": 0.01, "mr": 0.005}
    for word in words:
        for language in scores:
            scores[language] += _score(word, language)
        if _MARATHI_LETTERS.search(word):
            scores["mr"] += _WORD
    return scores


def _latin_scores(words: list[str]) -> dict[str, float]:
    scores = dict.fromkeys(("en", "it", "hinglish", "roman_mr"), 0.0)
    for word in words:
        for language in scores:
            scores[language] += _score(word, language)
    return {
        "en": scores["en"],
        "it": scores["it"],
        "hi": scores["hinglish"],
        # Most of its small words are Hindi's too: it must be ahead to count.
        "mr": scores["roman_mr"],
    }


def _score(word: str, language: str) -> float:
    if word in _SMALL_WORDS[language]:
        return _WORD
    ending = _ENDINGS.get(language)
    return _ENDING if ending and len(word) > 3 and ending.search(word) else 0.0


def _best(scores: dict[str, float], default: str, among: Sequence[str]) -> str:
    open_to = {name: score for name, score in scores.items() if name in among}
    top = max(open_to.values(), default=0.0)
    if top <= 0:
        return default
    first = [name for name in (default, *among) if open_to.get(name, -1.0) == top]
    return first[0]
