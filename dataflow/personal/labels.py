"""The words before a number that say what it is: a telephone, an order, a version.

A label counts within a window that ends at the number; of several the nearest decides, so that in
"order 4471, call 555 0199" the last number is a telephone. Words are whole, but an underscore or a
capital may end them, as in `home_phone` or `phoneNumber`.
"""

from __future__ import annotations

import re
from typing import NamedTuple

WINDOW = 40
"""Characters before a number in which a label counts: "you can reach me in the evenings on"."""
_NEAR = {"other": 24, "version": 16}
"""Labels that count on their own line and at most this far away: what they name follows at once."""

_ENGLISH = {
    "phone": """tel(?:ephone|efax|efon|[eé]fono|s)? t[eé]l[eé]phone t[eé]l phones? mobiles? cell
        cellphone fax calls? called calling dial(?:led)? whats.?app wechat sms helpline hotline
        reach(?:ed)? contacts? voicemail landline switchboard direct.line pager telegram
        viber msisdn [tmpf](?=[.:].?$) ph(?=[.:#]?.?$) mob(?=[.:]?.?$)""",
    "card": """cards? credit debit visa master.?card amex american.express pan unionpay discover
        jcb diners""",
    "ssn": "ssn social.security soc\\.?.sec\\.",
    "ip": """ip(?:v4|v6)? ips ip.?addr(?:ess)? hosts? servers? ping ssh client peer remote
        log(?:ged)?.?ins?.from nameserver visitor resolves?.to traceroute connect(?:ed|ion)?
        attacker endpoint""",
    "version": """v ver versions? releases? builds? firmware rev revision sections? sec chapter
        clause oid object.?identifier sdk driver kernel upgrade(?:d)? fw paragraph appendix level
        update""",
    "other": """orders? invoice isbn(?:-1[03])? issn ean upc gtin serial s/n sn parts? p/n pn
        models? sku refs? reference doi pmid arxiv tickets? case tracking waybill batch lot patent
        ids? uids? uuid imei imsi timestamp epoch seed zip item catalog(?:ue)? cas hash commit
        checksum size bytes population docket barcode bug issue rfc fig(?:ure)? table eq vat duns
        nsn fcc msg message transaction txn shipment parcel booking certificate drawing policy
        claim licen[cs]e registration coordinates mass total sum offset sample accession grant
        award equation lat lon latitude longitude lines? pages? pp""",
}
"""Patterns, apart by white space; a dot stands for the space or dash within one."""
_CHINESE = {
    "phone": """电话 手机 联系 致电 拨打 热线 传真 来电 短信 座机 固话 微信 打给 号码是 呼叫
        加v 加微 vx wx
        电話 電話 手機 聯繫 傳真 ☎ 📞 📱""",
    "card": "卡号 银行卡 信用卡 储蓄卡 借记卡 账号 账户 尾号 帐号 卡號",
    "ssn": "社会安全号",
    "ip": "地址 服务器 主机 登录 客户端 来源 访客 源ip 来自 解析到 节点 位址",
    "version": "版本 固件 驱动 升级到 升级至 章 节 条款 内核 更新到 补丁 第",
    "other": """订单 单号 编号 序列号 型号 发票 批号 案号 文号 专利 条码 条形码 货号 流水号 学号
        工号 邮编 书号 刊号 时间戳 零件号 图号 标准号 备案 车架号 快递 运单 代码 税号 种子 校验
        端口 批次 凭证 交易号 会员号 工单 保单 准考证 合同号 包裹 证书 登记号 注册号 坐标 字节 数
        量 额 资本 价 合计 共计 编码 设备号 样本 许可证 qq qq群 群号 坐標 訂單""",
}


def _alternatives(name: str) -> str:
    english = "|".join(sorted(_ENGLISH[name].split(), key=len, reverse=True))
    chinese = "|".join(sorted(_CHINESE[name].split(), key=len, reverse=True))
    return f"(?P<{name}>(?<![a-z])(?:{english})(?:number|num|no|nr)?(?![a-z]|[.-][a-z])|{chinese})"


_LABEL = re.compile("|".join(map(_alternatives, _ENGLISH)))


_NUMBERS = re.compile(r"[0-9.,→-]+ ?")
"""Not counted in a distance: what is said of one number holds for the next, as in `1.2 → 1.3`."""
_AFTER = re.compile(
    r" ?[(（\[]?(?:(?P<phone>mobile|cell|home|office|work|fax|direct|whatsapp|mob|land ?line|"
    r"手机|座机|电话|传真)|(?P<version>version|release|build|firmware|or later|or newer|"
    r"版本|固件))(?![a-z])"
)


def label_after(text: str, end: int) -> str:
    """The name of the label right behind a number, '' where there is none.

    >>> label_after("07855 320 116 (mobile)", 13)
    'phone'
    """
    match = _AFTER.match(text[end : end + 16].lower())
    return (match.lastgroup or "") if match is not None else ""


class Label(NamedTuple):
    """What a number is said to be, and how many characters lie between the word and it."""

    name: str
    distance: int


NO_LABEL = Label("", WINDOW)


def label_before(text: str, start: int, window: int = WINDOW) -> Label:
    """The nearest label before `start` in the same paragraph, `NO_LABEL` where there is none.

    >>> label_before("Order 4471, call 555 0199", 17)
    Label(name='phone', distance=1)
    """
    before = text[max(0, start - window) : start].lower()
    if before.isascii() and before.upper() == before:
        return NO_LABEL  # no letter: most numbers of a table
    paragraph = before.rfind("\n\n") + 1
    found = NO_LABEL
    for match in _LABEL.finditer(before, paragraph):
        name = match.lastgroup or ""
        gap = before[match.end() :]
        distance = len(_NUMBERS.sub("", gap))
        if distance <= _NEAR.get(name, window) and not (name in _NEAR and "\n" in gap):
            found = Label(name, distance)
    return found
