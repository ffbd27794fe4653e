"""Units of measure: what a number counts, so that 5 km is neither 5 miles nor 5 days."""

from __future__ import annotations

import re
from decimal import Decimal

_TABLE = """
length 1 m metre metres meter meters 米 公尺
length 1000 km kilometre kilometres kilometer kilometers 公里 千米
length 0.01 cm centimetre centimetres centimeter centimeters 厘米 公分
length 0.001 mm millimetre millimetres millimeter millimeters 毫米
length 0.000001 µm μm micrometre micrometres micrometer micrometers micron microns 微米
length 0.000000001 nm nanometre nanometres nanometer nanometers 纳米
length 1609.344 mi mile miles 英里
length 1852 海里
length 0.3048 ft foot feet 英尺
length 0.9144 yd yard yards 码
length 0.0254 inch inches 英寸
length 500 里
area 1 m² m2 sqm 平方米
area 1000000 km² km2 平方公里 平方千米
area 10000 ha hectare hectares 公顷
area 4046.8564224 acre acres 英亩
area 666.6667 亩 畝
volume 1 l litre litres liter liters 升
volume 0.001 ml millilitre millilitres milliliter milliliters 毫升
volume 1000 m³ m3 立方米
volume 3.785 gallon gallons 加仑
mass 1 kg kilogram kilograms kilo kilos 公斤 千克
mass 0.001 g gram grams gramme grammes 克
mass 0.000001 mg milligram milligrams 毫克
mass 1000 t tonne tonnes ton tons 吨
mass 0.45359237 lb lbs 磅
mass 0.5 斤
mass 0.0283495 oz ounce ounces 盎司
pound 1 pound pounds
time 1 s sec second seconds 秒 秒钟
time 60 min mins minute minutes 分钟
time 3600 h hr hrs hour hours 小时 个小时 钟头
time 86400 day days 天
time 604800 week weeks 周 星期 个星期
month 1 month months 个月
month 12 year years yr yrs 年 周年
month 120 decade decades
age 1 岁 歲
share 1 % percent per-cent 百分点 个百分点 percentage-point percentage-points
share 10 成
celsius 1 °c ℃ degrees-celsius degree-celsius 摄氏度
fahrenheit 1 °f ℉ degrees-fahrenheit 华氏度
angle 1 ° degree degrees 度
usd 1 $ us$ usd dollar dollars 美元 美金
eur 1 € eur euro euros 欧元
gbp 1 £ gbp 英镑
cny 1 ¥ rmb cny yuan 元 块 人民币 块钱
jpy 1 jpy yen 日元 日圆
cents 1 cent cents 分钱
power 1 w watt watts 瓦
power 1000 kw kilowatt kilowatts 千瓦
power 1000000 mw megawatt megawatts 兆瓦
power 1000000000 gw gigawatt gigawatts 吉瓦
energy 1 kwh kilowatt-hour kilowatt-hours 千瓦时 度电
energy 1000 mwh megawatt-hours 兆瓦时
voltage 1 v volt volts 伏 伏特
voltage 1000 kv kilovolt kilovolts 千伏
frequency 1 hz hertz 赫兹
frequency 1000 khz kilohertz 千赫
frequency 1000000 mhz megahertz 兆赫
frequency 1000000000 ghz gigahertz 吉赫
bytes 1 byte bytes 字节
bytes 1000 kb kilobytes 千字节
bytes 1000000 mb megabyte megabytes 兆字节
bytes 1000000000 gb gigabyte gigabytes
bytes 1000000000000 tb terabyte terabytes
speed 1 km/h kph kmh kilometres-per-hour kilometers-per-hour 公里每小时 千米每小时
speed 1.609344 mph miles-per-hour 英里每小时
speed 3.6 m/s metres-per-second meters-per-second 米每秒
times 1 times 倍
clock 1 点 点钟 o'clock
people 1 人 people persons person
"""
UNITS: dict[str, tuple[str, Decimal]] = {
    alias.replace("-", " "): (line.split()[0], Decimal(line.split()[1]))
    for line in _TABLE.strip().splitlines()
    for alias in line.split()[2:]
}
"""Dimension and factor to its base, by the folded way it is written."""
_LATIN = sorted((u for u in UNITS if u[0].isascii() and u[0].isalpha()), key=len, reverse=True)
_OTHER = sorted((u for u in UNITS if u not in set(_LATIN)), key=len, reverse=True)
AFTER = re.compile(
    r"[\s-]?(?:(?P<power>square|cubic)[\s-]|sq\.?\s)?"
    rf"(?P<unit>(?:{'|'.join(map(re.escape, _LATIN))})(?![^\W\d_\u3400-\u9fff])"
    rf"|{'|'.join(map(re.escape, _OTHER))})"
    r"(?:\s?(?:/|per\s|an?\s(?=hour))\s?(?P<per>hour|h\b|second|s\b))?",
    re.IGNORECASE,
)
"""Pattern of a unit behind its number."""
BEFORE = {"$": "usd", "€": "eur", "£": "gbp", "¥": "cny"}
"""Signs that stand before their number."""


def measured(found: re.Match[str]) -> tuple[str, Decimal]:
    """Dimension and factor of what `AFTER` found."""
    dimension, factor = UNITS[" ".join(found["unit"].casefold().split())]
    power = (found["power"] or "").casefold()
    if dimension == "length" and power == "square":
        return "area", factor * factor
    if dimension == "length" and power == "cubic":
        return "volume", factor * factor * factor * 1000
    if dimension == "length" and found["per"]:
        in_km = factor / 1000
        return "speed", in_km if found["per"].casefold().startswith("h") else in_km * 3600
    return dimension, factor
