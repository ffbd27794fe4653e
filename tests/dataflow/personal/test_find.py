"""Personal data: what is found, what only looks like it, and what hostile text costs."""

from __future__ import annotations

import base64
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.personal.cases import cases
from benchmarks.personal.scoring import tally
from dataflow.personal import addresses, checksums
from dataflow.personal.assignments import assigned
from dataflow.personal.find import _addresses, find
from dataflow.personal.kinds import KINDS, Finding, mask, without_overlaps
from dataflow.personal.scan import Scan

GITHUB = "gh" + "p_" + "Zk3vR8tQ1xLm" * 3
AWS = "AK" + "IA" + "QZ5T2LM7RWXB4KDC"
HEX = "4f9a0c7be1d25836a7c9e0f1b2d43586"
PEM = "-----BEGIN RSA " + "PRIVATE KEY-----"
PEM_END = "-----END RSA " + "PRIVATE KEY-----"
BODY = "\n".join("MIIEpAIBAAKCAQEAx7kQ3v" * 2 for _ in range(3))


def found(text: str) -> list[tuple[str, str]]:
    return [(text[one.start : one.end], one.kind) for one in find(text)]


@pytest.mark.parametrize(
    ("text", "item", "kind"),
    [
        ("Write to anna.k+news@uni-kiel.de.", "anna.k+news@uni-kiel.de", "email"),
        ("邮箱zhang_san@qq.com，谢谢", "zhang_san@qq.com", "email"),
        ("anna [at] uni [dot] org", "anna [at] uni [dot] org", "email"),
        ("hexin#qq.com（#换@）", "hexin#qq.com", "email"),
        (r"first\_last@host.org", r"first\_last@host.org", "email"),
        ("call +44 (0)20 7946 0958 now", "+44 (0)20 7946 0958", "phone"),
        ("(212) 664-7665", "(212) 664-7665", "phone"),
        ("Tel.: 089/2180-3456", "089/2180-3456", "phone"),
        ("手机：138 1234 5678", "138 1234 5678", "phone"),
        ("总机(021)54743020", "(021)54743020", "phone"),
        ("010-62751234转801", "010-62751234", "phone"),
        ("from 45.33.32.156 port 22", "45.33.32.156", "ip"),
        ("IP地址 5.9.11.2", "5.9.11.2", "ip"),
        ("07855 320 116 (mobile)", "07855 320 116", "phone"),
        ("加V：18513309627", "18513309627", "phone"),
        ("+1.4805058800", "+1.4805058800", "phone"),
        ("2a01:4f8:c17:2a3b::2 up", "2a01:4f8:c17:2a3b::2", "ip"),
        ("lladdr 3c:22:fb:9a:41:7e", "3c:22:fb:9a:41:7e", "mac"),
        ("paid with 4111 1111 1111 1111.", "4111 1111 1111 1111", "card"),
        ("IBAN DE89 3704 0044 0532 0130 00 bei", "DE89 3704 0044 0532 0130 00", "iban"),
        ("身份证11010519491231002X。", "11010519491231002X", "cn_id"),
        ("老身份证号 110105491231002", "110105491231002", "cn_id"),
        ("her SSN is 536-22-8719", "536-22-8719", "ssn"),
        ("护照号 E12345678", "E12345678", "passport"),
        ("to 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "crypto"),
        (f"token {GITHUB} leaked", GITHUB, "api_key"),
        (f"aws_id={AWS}", AWS, "api_key"),
        (f'{{"api_key": "{HEX}"}}', HEX, "api_key"),
        (f"?api_key={HEX}&page=2", HEX, "api_key"),
        ("密码：Kd73hs81，请修改", "Kd73hs81", "password"),
        ("pg://app:Tr4v@el@db.acme.org/x", "Tr4v@el", "password"),
        ("mysql --password=w1ndmillA7 x", "w1ndmillA7", "password"),
        (f"{PEM}\n{BODY}\n{PEM_END}", f"{PEM}\n{BODY}\n{PEM_END}", "private_key"),
    ],
)
def test_each_kind_is_found(text: str, item: str, kind: str) -> None:
    assert found(text) == [(item, kind)]


@pytest.mark.parametrize(
    "text",
    [
        "jane@example.com, bob@mail.example.org, root@localhost, icon@2x.png, react@18.2.0",
        "git@github.com:a/b.git, deploy@web1.acme.org:/srv, ssh ops@web1.acme.org",
        "127.0.0.1 10.1.2.3 192.168.1.1 172.16.0.9 192.0.2.44 198.51.100.7 203.0.113.99 8.8.8.8",
        "v1.2.3.4, version 45.67.88.120, 45.67.88.120 版本, section 3.2.1.4, 版本 99.88.77.66",
        "std::abs, cafe::bar, 2001:db8::1, fe80::1, 12:30:45, ff:ff:ff:ff:ff:ff",
        "ISBN 978-0-262-03384-8, EAN 4006381333931, order 13912345678, 订单号 13912345678",
        "2023-06-18 20:15:33, 1998-2004, pp. 1391-1402, 20240117093059, 13912345678 bytes",
        "e29b41d4-a716-4466-9554-446655440000 d41d8cd98f00b204e9800998ecf8427e",
        "0.13912345678, 3.14159265358979, $4,155,550,132, #13912345678, 13800000000元",
        "https://shop.acme.org/item/13912345678?id=4539148803436467",
        "统一社会信用代码 91110105MA01AB2C3D，客服 400-830-1100，服务 95588",
        "toll-free 1-800-446-8848; card 4111 1111 1111 1112; SSN 000-12-3456",
        "ratio 536-22-8719",
        'password = "changeme"; api_key = os.environ["KEY"]; token: ${TOKEN}; 密码：不少于8位',
        "sk-learn-contrib-extras, eyJ, AKIA" + "IOSFODNN7EXAMPLE, sk-" + "x" * 40,
        "2.12 3.51.98.32 2.03.5, ObjectIdentifier('1.3.101.112'), server 4.4.4.4",
        "527D 5282 5281 5290 5293 5182, Decimal('+35236450.6'), callback (12/23/2005 Al)",
        "https://abc:xyz1@example.com, redis://:${PW}@cache.acme.org, pg://u:password@db.acme.org",
        "max_new_tokens = 4096, cache_key = 'user_profile_v2_embedding_1024'",
        f"{PEM}\n...\n{PEM_END}",
        "GB82WEST12345698765433, 11010519491231002A, 110105194912310021, 1391234567890",
    ],
)
def test_look_alikes_are_left_alone(text: str) -> None:
    assert found(text) == []


def test_every_kind_has_a_mask_that_is_not_found_again() -> None:
    text = "手机：{0}, password = {0}, Bearer {0} {0}@{0}.com, api_key={0}"
    for kind in KINDS:
        assert find(text.format(mask(kind.name))) == []


def test_the_kind_with_precedence_keeps_an_overlap() -> None:
    one, two, three = Finding(0, 5, "email"), Finding(3, 9, "password"), Finding(8, 12, "phone")
    assert without_overlaps([three, one, two]) == [two]
    assert without_overlaps([three, one]) == [one, three]


def test_only_kinds_that_are_asked_for_are_given() -> None:
    text = "anna@uni.org 13912345678"
    assert [one.kind for one in find(text, frozenset({"phone"}))] == ["phone"]


def test_tokens_need_a_header_that_decodes() -> None:
    head = base64.urlsafe_b64encode(json.dumps({"alg": "HS256"}).encode()).decode().rstrip("=")
    whole = f"{head}.{'eyJzdWIiOiIxIn0'}.c2lnbmF0dXJl"
    assert found(f"cookie {whole}") == [(whole, "token")]
    assert found(f"cookie eyJub3RoaW5nIjoxfQ.{'eyJzdWIiOiIxIn0'}.c2lnbmF0dXJl") == []
    basic = base64.b64encode(b"deploy:s3cret").decode()
    assert found(f"Authorization: Basic {basic}") == [(basic, "token")]
    assert found("Basic authentication, Basic Understanding") == []


@pytest.mark.parametrize(
    ("number", "good"),
    [
        ("4111111111111111", True), ("378282246310005", True), ("6212345678901234568", False),
        ("5105105105105100", True), ("9111111111111111", False), ("4222222222222", True),
        ("30569309025904", True), ("411111111111111", False),
    ],
)  # fmt: skip
def test_cards_have_prefix_length_and_check(number: str, good: bool) -> None:
    assert checksums.card(number) is good


def test_bech32_addresses_are_checked() -> None:
    address = "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"  # BIP 173
    assert checksums.bitcoin(address)
    assert checksums.bitcoin(address.upper())
    assert not checksums.bitcoin(address[:-1] + "5")
    assert not checksums.bitcoin("bc1" + "b" * 30)


def test_a_scan_counts_code_points() -> None:
    text = "é\U0001f600 ABCDEFGHIJKLMNOP, 密 zzzzzzzzzzzzzzzz-1 \ud800 Token"
    assert [(m.start(), m[0]) for m in Scan(text).long_words()] == [
        (3, "ABCDEFGHIJKLMNOP"), (23, "zzzzzzzzzzzzzzzz-1"),
    ]  # fmt: skip
    assert list(Scan(text).places(b"token")) == [text.index("Token")]


@pytest.mark.parametrize(
    "unit",
    ["1", "@", "-", "A", "1 ", "1.", "a@", "+1", "://a:", 'token="', "key=", "密码：", "[at]",
     PEM, "passport ", "00:", "AA00", "手机13", "13912345678 ", "SG.", "eyJ", "b64+/"],
)  # fmt: skip
def test_hostile_text_takes_linear_time(unit: str) -> None:
    """A third of a megabyte each; quadratic searches would end in pytest's timeout."""
    assert len(find(unit * (300_000 // len(unit)))) < 30_000


@pytest.mark.parametrize(("half", "least"), [("dev", 0.98), ("kept", 0.95)])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_labelled_cases(half: str, least: float, lang: str) -> None:
    chosen = [case for case in cases() if case.half == half and case.lang == lang]
    result = tally(chosen, [find(case.text) for case in chosen])
    kinds = {kind.name for kind in KINDS}
    rates = result.rates(kinds)
    assert (rates["items"] or 0) > 100
    assert (rates["precision"] or 0) >= least
    assert (rates["recall"] or 0) >= least


PARTS = (
    "DE89 3704 0044 0532 0130 00", "GB29NWBK60161331926819", "2a01:4f8:c2c:1::5", "2a01:4f8::",
    "3C:22:FB:9A:41:7E", "3c-22-fb-9a-41-7e", "anna (at) uni (dot) org", "bo[at]uni.org",
    "eva {\u00a0AT\u3000} uni.org", "jo AT uni DOT org", "li < @ > uni.org", "AB12", "(at)",
    "face:", " ", "\n", "水", "7", ".", ",",
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(PARTS), max_size=8).map("".join))
def test_gates_keep_nothing_from_its_pattern(text: str) -> None:
    forms = (addresses.ibans, addresses.ipv6, addresses.macs)
    assert list(_addresses(text)) == [one for form in forms for one in form(text)]
    spelt = [
        one
        for form in (addresses._SPELT, addresses._SPELT_WORDS)
        for match in form.finditer(text)
        for one in addresses._spelt(text, match)
    ]
    assert set(spelt) <= set(addresses.emails(text))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("The password is: Tr4vel!ing", "Tr4vel!ing"), ("密码是：Tr4vel!ing。", "Tr4vel!ing"),
        ("密码为: Tr4vel!ing", "Tr4vel!ing"), ("with password X9!kq#Lm2.", "X9!kq#Lm2"),
        ("登录密码 Tr4vel!ing，谢谢", "Tr4vel!ing"), ("passphrase is : 'Tr4vel!ing'", "Tr4vel!ing"),
    ],
)  # fmt: skip
def test_a_password_behind_a_verb_or_a_blank(text: str, value: str) -> None:
    assert [text[f.start : f.end] for f in assigned(Scan(text))] == [value]


@pytest.mark.parametrize(
    "text",
    [
        "password policy2 is", "forgot password ann1@mail.example.org", "password C++11-style",
        "Password Management v2.0!", "the password is: required", "密码是：必填项", "密码 必填!123",
        "password https://a.test/reset?id=1", "password reset-2024!",
    ],
)  # fmt: skip
def test_words_behind_password_are_none(text: str) -> None:
    assert list(assigned(Scan(text))) == []
