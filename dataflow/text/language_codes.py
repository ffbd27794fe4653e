"""The codes that language identification can give, by name, and the check of those in a recipe."""

from __future__ import annotations

import difflib

from schemas.errors import RecipeError

_NAMES = """
af afrikaans; am amharic; an aragonese; ar arabic; as assamese; av avaric; az azerbaijani;
ba bashkir; be belarusian; bg bulgarian; bh bihari; bn bengali; bo tibetan; br breton; bs bosnian;
ca catalan; ce chechen; co corsican; cs czech; cv chuvash; cy welsh; da danish; de german;
dv divehi; el greek; en english; eo esperanto; es spanish; et estonian; eu basque; fa persian;
fi finnish; fr french; fy frisian; ga irish; gd gaelic; gl galician; gn guarani; gu gujarati;
gv manx; he hebrew; hi hindi; hr croatian; ht haitian; hu hungarian; hy armenian; ia interlingua;
id indonesian; ie interlingue; io ido; is icelandic; it italian; ja japanese; jv javanese;
ka georgian; kk kazakh; km khmer; kn kannada; ko korean; ku kurdish; kv komi; kw cornish;
ky kyrgyz; la latin; lb luxembourgish; li limburgish; lo lao; lt lithuanian; lv latvian;
mg malagasy; mk macedonian; ml malayalam; mn mongolian; mr marathi; ms malay; mt maltese;
my burmese; ne nepali; nl dutch; nn nynorsk; no norwegian; oc occitan; or oriya; os ossetian;
pa punjabi; pl polish; ps pashto; pt portuguese; qu quechua; rm romansh; ro romanian; ru russian;
sa sanskrit; sc sardinian; sd sindhi; sh serbo-croatian; si sinhala; sk slovak; sl slovenian;
so somali; sq albanian; sr serbian; su sundanese; sv swedish; sw swahili; ta tamil; te telugu;
tg tajik; th thai; tk turkmen; tl tagalog; tr turkish; tt tatar; ug uyghur; uk ukrainian; ur urdu;
uz uzbek; vi vietnamese; vo volapük; wa walloon; yi yiddish; yo yoruba; zh chinese;
und undetermined
"""
NAME_OF = {
    code: name for code, _, name in (entry.strip().partition(" ") for entry in _NAMES.split(";"))
}
"""English name in lower case by code: ISO 639-1, and `und`. A test compares the codes with those
of `language.identify`; this table spares a recipe the model."""
_ALSO = {
    "farsi": "fa", "mandarin": "zh", "cantonese": "zh", "castilian": "es", "flemish": "nl",
    "cmn": "zh", "yue": "zh", "zho": "zh", "chi": "zh", "cn": "zh", "jp": "ja", "jpn": "ja",
    "kr": "ko", "kor": "ko", "deu": "de", "ger": "de", "spa": "es", "fra": "fr", "fre": "fr",
    "gr": "el", "ua": "uk", "cz": "cs", "dk": "da", "se": "sv", "unknown": "und", "nb": "no",
    "中文": "zh", "汉语": "zh", "漢語": "zh", "英文": "en", "英语": "en", "英語": "en",
    "日语": "ja", "日文": "ja", "韩语": "ko", "韩文": "ko", "法语": "fr", "德语": "de",
    "俄语": "ru", "西班牙语": "es",
}  # fmt: skip
"""Other names, three-letter codes and codes of countries that people write for a language."""
_LONGEST = 24
"""Characters of a wrong code that are worth a search for the right one."""


def check_language(code: str, where: str) -> str:
    """`code` if language identification can give it, `und` included.

    `where` names the option, such as `filter.languages`. Raises RecipeError for any other code: no
    document would ever have it.

    >>> check_language("zh", "filter.languages")
    'zh'
    """
    if code in NAME_OF:
        return code
    meant = suggested(code)
    hint = (
        f"did you mean {meant!r} ({NAME_OF[meant]})?"
        if meant
        else "codes are those of ISO 639-1, such as 'en' and 'zh', or 'und' for undetermined"
    )
    raise RecipeError(f"{where}: {code!r} is no code of a language that can be identified; {hint}")


def suggested(code: str) -> str:
    """The code that was probably meant, '' if none is near.

    >>> suggested("english"), suggested("ZH-cn"), suggested("Chineese"), suggested("xx")
    ('en', 'zh', 'zh', '')
    """
    name = code.strip().lower()[:_LONGEST]
    code_of = {name: code for code, name in NAME_OF.items()} | _ALSO
    for form in (name, name.replace("_", "-").partition("-")[0]):
        if form in NAME_OF or form in code_of:
            return code_of.get(form, form)
    if len(name) == 3 and name.isascii() and name[:2] in NAME_OF:
        whole = [found for found, its in NAME_OF.items() if its.startswith(name)]
        return whole[0] if whole else ""
    close = difflib.get_close_matches(name, sorted(code_of), n=1, cutoff=0.75)
    return code_of[close[0]] if close and len(name) > 3 else ""
