"""Sentences and fixed forms that a site's frame is made of, as patterns of lower-case text.

Sentences of consent are told by three things together: who speaks (the site itself), cookies or
consent, and whom it addresses (`you`) or what for.
"""

from __future__ import annotations

import re

_NAME = r"[^\s。，,；;]{1,14}"
_ROLE = r"(?:责任编辑|责编|网络编辑|实习编辑|值班编辑|编审|校对|审核|编校)"
NEIGHBOUR = re.compile(
    r"(?:上一篇|下一篇|上一条|下一条|前一篇|后一篇)(?:文章)?\s*(?:[:：>»]\s*\S.{0,80}|[:：]?)"
    r"|(?:previous|next) (?:post|article|story)\s*[:：]\s*\S.{0,100}"
)
CREDIT = re.compile(
    rf"[（(\[【]?(?:本文)?{_ROLE}\s*[:：]\s*{_NAME}"
    rf"(?:\s+(?:[^\s。，,；;]{{1,6}}|(?:{_ROLE}|编辑)\s*[:：]\s*{_NAME}))*[）)\]】]?"
)
QR_CODE = re.compile(
    r"(?:请)?(?:使用|打开|用|点击)?(?:微信|手机|手机微信|qq|支付宝|微博)?(?:客户端)?"
    r"(?:扫码|扫一扫|扫描|扫|长按|识别)"
    r"(?:下方|上方|左侧|右侧|下面|图中|识别|图片|以下|此|本|上面|下图|左边|右边|官方|的)*"
    r"(?:二维码|图片|小程序码)?[，,、]?\s*(?:即可|可|立即|即刻|快速|就能|来)?"
    r"(?:关注|下载|分享|加入|添加|加|进群|进入|打开|访问|查看|阅读|了解|手机看)[^，。；]{0,20}[！!。]?"
)
FOLLOW = re.compile(
    r"(?:欢迎|敬请|请)?(?:关注|订阅|搜索)(?:我们的|本站|官方|微信|“[^”]{1,20}”)*"
    r"(?:公众号|公众平台|视频号|微信号)[^，。；]{0,24}"
    r"(?:[，,]\s*(?:获取|了解|领取|查看|第一时间)[^，。；]{0,16})?[！!。]?"
)
APP = re.compile(
    r"(?:点击|立即|马上)?(?:下载|安装|打开)[^，。；的]{0,10}(?:app|客户端)[，,]?"
    r"(?:查看|阅读|看|享|体验)?[^，。；]{0,12}[！!。]?"
)
FONT = re.compile(
    r"[【\[(（]?(?:字号|字体|字体大小)\s*[:：]?\s*(?:[\[【(（]?[大中小][\]】)）]?\s*){2,3}[】\])）]?"
)
FIXED = (NEIGHBOUR, CREDIT, QR_CODE, FOLLOW, APP, FONT)
"""Forms that a whole line has."""
RECORD = re.compile(
    r"[\u4e00-\u9fff]icp[备证]\s*(?:\d{2}|[a-z]2-)?\d{4,10}\s*号"
    r"|[\u4e00-\u9fff]公网安备\s*\d{8,14}\s*号?"
)
"""Number under which a Chinese site is registered."""
EXAMPLE = re.compile("例如|举例|格式|形如|模板|如何|样式|写法|查询|应当|需要")
"""Words of a line that tells of such numbers."""
SHARE = re.compile(
    r"^(?:(?:please )?(?:share|follow us|find us|like us|connect with us|tweet|pin)"
    r"(?: (?:this|us|it|the article|this (?:page|post|article|story)))?"
    r"(?: (?:on|via|with|to|at|by|using))?|分享到?至?|转发到|关注我们|分享本文到?|一键分享到?)"
    r"\s*[:：]?\s*"
)
SHARE_AGAIN = re.compile(r"(?<=\S) (?:share|tweet|pin|post)(?: this)? (?:on|via|with|to)\b")
HERE = re.compile(
    r"^(?:you are here|(?:您|你)?(?:现在|当前|目前)?(?:的|所在)?(?:的)?位置)\s*[:：]?\s*"
)
BUTTONS = re.compile(
    r"(?:accept|allow|reject|decline|deny|refuse|agree|manage|customi[sz]e|settings?|preferences"
    r"|options|cookies?|all|only|necessary|essential|ok|okay|got it|i understand|i agree|i accept"
    r"|close|dismiss|learn|more|info|information|policy|privacy|details|save|and|&|or|no|yes|thanks"
    r"|thank you|choices|here|read|find out"
    r"|接受|同意|不同意|拒绝|允许|全部|所有|仅|必要|管理|自定义|设置|偏好|我知道了|知道了|确定|关闭|了解更多|更多|详情|隐私政策|[\s|/·,，、×✕.…!-])+"
)
"""Labels of a notice's buttons behind its last sentence."""

_SITE = (
    r"(?:we|(?:this|our|the)(?: web)? ?(?:site|website|page|service|store|shop)s?"
    r"|\S{3,40} and (?:its|our) partners)"
)
_PURPOSE = (
    r"(?:experience|traffic|content|\bads\b|advert|services?|preferences|visit|usage|features|"
    r"functionality|functions|navigation|audience|performance|website|\bsite\b|properly|track)"
)
_YOU = (
    r"(?:\byou\b|\byour\b|\bour (?:web)?site|\bour (?:traffic|services?|audience)"
    r"|this (?:web)?site|\bvisitors)"
)
_REST = r"[^.!?。！？]{0,200}"
_ZH_SITE = r"(?:我们|本(?:网)?站|本网页|本页面|该网站|此网站|网站)(?:和(?:我们的)?合作伙伴)?"
_ZH_POLICY = r"(?:cookies?(?:政策|声明|设置|说明)?|隐私(?:政策|声明|条款))"
CONSENT = tuple(
    re.compile(pattern)
    for pattern in (
        # we use cookies (to improve your visit)
        rf"{_SITE}(?:,? and our partners,?)?(?: and third parties)? (?:also )?(?:may |will )?"
        rf"(?:uses?|stores?|sets?|places?|employs?|utili[sz]es?) (?:\w+[- ]){{0,4}}cookies?"
        rf"(?: \([^()]*\))?(?: (?:and|or|&) (?:\w+ ){{1,3}}(?:technolog\w+|identifiers|tools))?"
        rf"(?: on (?:this|our|your) \w+)?"
        rf"(?:$|(?=,? ?(?:to|for|in order to|so that|that|which|and|on|from)\b)"
        rf"(?={_REST}{_YOU})(?={_REST}{_PURPOSE}){_REST}$)",
        # by using this site you agree to our cookies
        rf"(?:by|if you) (?:continu\w+|us(?:e|ing)|brows\w+|clos\w+|click\w+|visit\w+|access\w+"
        rf"|stay\w+|press\w+){_REST},? (?:you |we (?:will |shall )?assume ){_REST}"
        rf"(?:cookies?|privacy policy|terms of (?:use|service)|are happy with it){_REST}",
        # read more in our cookie policy
        rf"(?:read|see|view|find out|learn|get|for|click (?:here )?for"
        rf"|please (?:see|read|review|visit))(?: more)?(?: information| details)?\b{_REST}"
        rf"(?:cookies?|cookie policy|privacy (?:policy|notice|statement)"
        rf"|cookie (?:notice|statement))(?: page| here)?",
        # you can change your settings at any time
        rf"you (?:can|may|have the (?:right|option) to) (?:also |always )?(?:change|manage"
        rf"|withdraw|adjust|opt[- ]out|update|disable|accept|decline|reject|refuse){_REST}"
        rf"(?:your (?:cookies?|consent|choices?|settings|preferences)"
        rf"|cookie (?:settings|preferences)"
        rf"|these cookies|our cookies|at any time|privacy policy){_REST}",
        rf"(?:some of (?:these|them)|these|necessary|essential) cookies "
        rf"(?:are|help|allow|collect|will){_REST}\b(?:us|our|your?|site|website)\b{_REST}",
        r"we (?:value|respect|care about|take) your privacy(?: seriously)?",
        r"your privacy (?:is important|matters)(?: to us)?",
        rf"(?:we|this site) (?:ask|need)s? (?:for )?your consent{_REST}",
        # the same in Chinese
        rf"{_ZH_SITE}(?:会|将|可能|正在|也)*(?:使用|采用|利用|通过|存储|设置)(?:了)?[^。！？，,]{{0,12}}"
        rf"cookies?(?:技术|文件|等技术|和类似技术|及类似技术)?"
        rf"(?:$|(?=[^。]{{0,120}}(?:您|你|体验|流量|个性化|广告|正常运行)){_REST}$)",
        # browsing on means consent
        rf"(?:{_ZH_SITE}(?:会|将)*使用cookies?[，,])?(?:如果?|若|当)?(?:您|你)?"
        rf"(?:继续|点击|一旦|通过|使用){_REST}(?:即|则|表示|代表|视为|意味着|您|你)(?:您|你|已)*"
        rf"(?:同意|接受){_REST}(?:cookies?|隐私(?:政策|声明)|使用条款){_REST}",
        rf"(?:如需|要|点击|请)?(?:了解|查看|阅读|详见|请参阅|参阅|参见|获取)[^。]{{0,20}}"
        rf"{_ZH_POLICY}[^。，]{{0,8}}",
        rf"(?:您|你)(?:也)?可(?:以)?(?:随时)?[^。，]{{0,20}}(?:更改|管理|撤回|拒绝|禁用|关闭|调整|修改)"
        rf"[^。]{{0,20}}(?:cookies?|设置|偏好|同意){_REST}",
        r"(?:我们|本站)?(?:非常)?(?:重视|尊重|关心|注重)(?:您|你)的隐私",
    )
)
"""Sentences of a consent notice, without their last mark."""
