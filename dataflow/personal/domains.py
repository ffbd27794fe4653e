"""Top-level domains, and domains that documents use for examples.

An @ between words is no address unless what follows ends in a domain that exists: `icon@2x.png`,
`this@MainActivity.context`, `numpy@1.26`. Country codes are ISO 3166-1's; of the generic domains
those are listed that mail comes from (nearly all registrations), as the root's 1,400 others hold
many ordinary words of code.
"""

from __future__ import annotations

_COUNTRIES = """
    ac ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bm bn bo br bs bt
    bw by bz ca cc cd cf cg ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec ee eg
    er es et eu fi fj fk fm fo fr ga gb gd ge gf gg gh gi gl gm gn gp gq gr gs gt gu gw gy hk hm
    hn hr ht hu id ie il im in io iq ir is it je jm jo jp ke kg kh ki km kn kp kr kw ky kz la lb
    lc li lk lr ls lt lu lv ly ma mc md me mg mh mk ml mm mn mo mp mq mr ms mt mu mv mw mx my mz
    na nc ne nf ng ni nl no np nr nu nz om pa pe pf pg ph pk pl pm pn pr ps pt pw py qa re ro rs
    ru rw sa sb sc sd se sg sh si sk sl sm sn so sr ss st su sv sx sy sz tc td tf tg th tj tk tl
    tm tn to tr tt tv tw tz ua ug uk us uy uz va vc ve vg vi vn vu wf ws ye yt za zm zw"""
_GENERIC = """
    com org net edu gov mil int info biz name pro mobi asia jobs tel travel museum coop aero cat
    post app dev xyz online site shop store tech cloud blog club top vip wang ink ltd group work
    wiki design live life world today email mail digital agency academy science university
    school college institute foundation network systems solutions services consulting company
    center media news press studio space website host page team tools social chat zone global
    international energy health care clinic doctor dental law legal finance capital fund bank
    insurance engineering software computer technology ventures partners berlin wien koeln
    hamburg bayern london paris nyc tokyo amsterdam swiss scot wales brussels hiphop art ngo ong
    eco bio green farm cafe restaurant bar pub beer wine"""
_TOP_LEVEL = frozenset(f"{_COUNTRIES} {_GENERIC}".split())
_RESERVED = frozenset({"example", "test", "invalid", "localhost", "local"})
"""RFC 2606 and RFC 6762."""
_EXAMPLES = frozenset({"example", "domain", "yourdomain", "mydomain", "yourcompany"})


def is_top_level(label: str) -> bool:
    """Whether mail may come from domains that end in this label; case does not matter."""
    return label.lower() in _TOP_LEVEL


def is_documentation(domain: str) -> bool:
    """Whether a lower-case domain stands for any domain, as in RFC 2606.

    >>> [is_documentation(one) for one in ("mail.example.com", "example.com.cn", "examples.org")]
    [True, True, False]
    """
    labels = domain.split(".")
    if labels[-1] in _RESERVED:
        return True
    return any(label in _EXAMPLES for label in labels[-3:-1])
