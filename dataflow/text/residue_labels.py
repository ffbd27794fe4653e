"""Words and sentences that a site's frame is made of, English and Chinese, all in lower case.

Strong labels say nothing but what to do with the page; weak ones are ordinary words that are
labels only in the company of others. Sentences of consent are told by three things together:
who speaks (the site itself), cookies or consent, and whom it addresses (`you`) or what for.
"""

from __future__ import annotations

import re

STRONG = frozenset(
    """
skip to content|skip to main content|skip to main|skip to navigation|skip to search|skip to footer
skip navigation|skip links|jump to content|jump to navigation|jump to search|back to top
return to top|go to top|scroll to top|top of page|back to the top|toggle navigation|toggle menu
toggle search|open menu|close menu|main menu|mobile menu|navigation menu|search this site
print this page|email this page|print this article|email this article|share this page
share this article|share this post|share this story|share this|tweet this|pin it|copy link
share via email|bookmark this page|add to favorites|add to favourites|report this ad|why this ad
advertisement|advertisements|advertising|sponsored content|sponsored links|sponsored link
sponsored post|paid advertisement|promoted content|ad choices|adchoices|remove ads
article continues below|article continues below advertisement|story continues below
story continues below advertisement|continue reading below|scroll to continue
advertisement - continue reading below|scroll to continue reading|advertisement continues below
subscribe to our newsletter|sign up for our newsletter|join our newsletter|get our newsletter
subscribe to our mailing list|join our mailing list|subscribe now|subscribe today|log in to comment
login to comment|sign in to comment|log in to reply|login to reply|log in or register
sign in or register|login or register|log in or sign up|sign in or sign up|login / register
log in to leave a comment|login or register to post comments|log in or register to post comments
you must be logged in to post a comment|you must be logged in to leave a comment
you must be logged in to reply|already a member? log in|already a subscriber? log in
already have an account? log in|already have an account? sign in|forgot your password?
forgot password?|lost your password?|create an account|create account|create new account
read more|read more »|continue reading|show more|show less|load more|load more comments|view more
see all|view all|view all posts|show all comments|you may also like|you might also like
you may also be interested in|recommended for you|more stories for you|related articles
related posts|related stories|related content|trending now|most popular|most read|follow us
follow us on|connect with us|stay connected|leave a comment|leave a reply|post a comment
cancel reply|add a comment|accept cookies|accept all cookies|accept all|reject all
reject all cookies|allow all cookies|allow all|decline all|necessary cookies only
only necessary cookies|manage cookies|manage preferences|manage cookie preferences|cookie settings
cookie preferences|cookie consent|cookie notice|customise cookies|customize cookies|cookies settings
manage consent|consent preferences|privacy preferences|privacy preference center|save preferences
your privacy choices|do not sell my personal information|do not sell or share my personal information
we value your privacy|we care about your privacy|your privacy matters to us
add to cart|add to basket|add to wishlist|add to wish list|proceed to checkout
跳转到内容|跳到内容|跳至内容|跳到主要内容|跳转到主要内容|跳至主要内容|跳到导航|跳转到导航|跳转至导航|返回顶部|回到顶部
回顶部|返回首页|回到首页|返回列表|返回上一页|返回上页|回到上一页|打印本页|打印本文|打印此页|关闭窗口|关闭本页|加入收藏|设为首页
添加收藏|收藏本站|收藏本页|复制链接|分享本文|一键分享|分享给好友|分享到朋友圈|分享至朋友圈|广告|广告位|广告位招租|赞助商链接
赞助商广告|推广链接|商业推广|查看更多|阅读全文|展开全文|查看全文|点击查看更多|点击加载更多|加载更多|显示更多|收起全文|更多评论
查看更多评论|查看全部评论|暂无评论|发表评论|发布评论|写评论|我要评论|登录后评论|登录后发表评论|请先登录|请登录|请登录后评论
请先登录后再评论|您还没有登录|您尚未登录|立即登录|立即注册|免费注册|还没有账号？立即注册|没有账号？立即注册|已有账号？立即登录
忘记密码？|忘记密码|相关推荐|相关阅读|推荐阅读|热门推荐|猜你喜欢|大家都在看|热门文章|最新文章|为您推荐|为你推荐|相关文章
下载app|下载客户端|打开app|立即下载app|打开app查看更多|打开app阅读全文|打开app阅读更多|在app内打开|关注公众号
关注微信公众号|关注我们|联系客服|在线客服|接受所有cookie|接受全部cookie|拒绝所有cookie|拒绝全部cookie|仅限必要cookie|cookie设置
cookie偏好设置|管理cookie|管理cookie偏好|接受cookie|全部接受|全部拒绝|仅接受必要cookie|隐私偏好设置|字号：大 中 小|字体：大 中 小
加入购物车|立即购买|加入心愿单
""".strip().replace("\n", "|").split("|")
)  # fmt: skip

WEAK = frozenset(
    """
home|homepage|home page|about|about us|contact|contact us|faq|faqs|help|help center|help centre
support|blog|news|login|log in|log out|logout|sign in|sign out|sign up|register|my account|account
profile|cart|my cart|basket|checkout|wishlist|search|menu|sitemap|site map|privacy|privacy policy
privacy notice|terms|terms of use|terms of service|terms & conditions|terms and conditions
cookie policy|cookies|legal|legal notice|imprint|disclaimer|accessibility|careers|jobs|press
advertise|advertise with us|newsletter|newsletters|subscribe|rss|feedback|share|print|email|e-mail
comments|comment|reply|like|next|previous|prev|next post|previous post|next page|previous page
next article|previous article|older posts|newer posts|back|archives|archive|categories|tags|shop
store|products|services|gallery|events|donate|downloads|english|中文|简体中文|繁體中文|more|loading|close
accept|reject|decline|agree|ok|got it|i agree|settings|preferences|learn more|more information
first|last|all|top|follow|message|save|report|edit|delete|copyright|all rights reserved
首页|主页|网站首页|关于我们|关于|联系我们|联系方式|帮助|帮助中心|常见问题|登录|登陆|注册|退出|退出登录|个人中心|我的账户|我的订单|购物车
搜索|菜单|导航|网站地图|站点地图|隐私政策|隐私声明|隐私条款|服务条款|使用条款|用户协议|法律声明|免责声明|版权声明|版权所有|加入我们
诚聘英才|招聘信息|人才招聘|广告服务|广告合作|商务合作|友情链接|新闻|新闻中心|产品|产品中心|服务|服务中心|博客|论坛|社区|下载|下载中心|订阅
收藏|分享|点赞|评论|回复|举报|打印|关闭|转发|上一页|下一页|上一篇|下一篇|上一章|下一章|目录|尾页|末页|第一页|返回|返回目录|english|手机版|电脑版
客户端|微信|微博|意见反馈|反馈|投诉建议|在线留言|留言|更多|接受|拒绝|同意|不同意|我知道了|知道了|设置|了解更多|大|中|小|字号|字体|书签|加入书签
""".strip().replace("\n", "|").split("|")
)  # fmt: skip

ANCHORS = frozenset(
    """
home|homepage|login|log in|sign in|register|sign up|my account|sitemap|site map|privacy policy
terms of use|terms of service|contact us|about us|cookie policy|rss|skip to content|cart|legal notice
首页|主页|网站首页|登录|登陆|注册|网站地图|隐私政策|关于我们|联系我们|购物车|友情链接|设为首页|加入收藏|返回顶部
上一章|下一章|上一页|下一页|打印|举报|收藏|分享
关闭|接受|拒绝|previous|next|prev|previous page|next page|previous post|next post|older posts
newer posts|accept|reject|decline|share
""".strip()
    .replace("\n", "|")
    .split("|")
)
"""Weak labels that a list of things to read about hardly has: a menu has one of them at least."""

NETWORKS = frozenset(
    """
facebook|twitter|x|linkedin|whatsapp|reddit|email|e-mail|pinterest|telegram|tumblr|print|copy link
more|pocket|messenger|weibo|wechat|line|instagram|youtube|tiktok|mastodon|bluesky|threads|rss
微信|朋友圈|微信好友|微博|新浪微博|腾讯微博|qq空间|qq好友|qq|豆瓣|人人网|复制链接|更多|知乎|抖音|百度贴吧|贴吧|印象笔记|钉钉
""".strip().replace("\n", "|").split("|")
)  # fmt: skip

_SITE = r"(?:we|(?:this|our|the)(?: web)? ?(?:site|website|page|service|store|shop)s?|\S{3,40} and (?:its|our) partners)"
_PURPOSE = (
    r"(?:experience|traffic|content|\bads\b|advert|services?|preferences|visit|usage|features|"
    r"functionality|functions|navigation|audience|performance|website|\bsite\b|properly|track)"
)
_YOU = r"(?:\byou\b|\byour\b|\bour (?:web)?site|\bour (?:traffic|services?|audience)|this (?:web)?site|\bvisitors)"
_REST = r"[^.!?。！？]{0,200}"
CONSENT = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_SITE}(?:,? and our partners,?)?(?: and third parties)? (?:also )?(?:may |will )?"
        rf"(?:uses?|stores?|sets?|places?|employs?|utili[sz]es?) (?:\w+[- ]){{0,4}}cookies?"
        rf"(?: \([^()]*\))?(?: (?:and|or|&) (?:\w+ ){{1,3}}(?:technolog\w+|identifiers|tools))?"
        rf"(?: on (?:this|our|your) \w+)?"
        rf"(?:$|(?=,? ?(?:to|for|in order to|so that|that|which|and|on|from)\b)"
        rf"(?={_REST}{_YOU})(?={_REST}{_PURPOSE}){_REST}$)",
        rf"(?:by|if you) (?:continu\w+|us(?:e|ing)|brows\w+|clos\w+|click\w+|visit\w+|access\w+|stay\w+"
        rf"|press\w+){_REST},? (?:you |we (?:will |shall )?assume ){_REST}"
        rf"(?:cookies?|privacy policy|terms of (?:use|service)|are happy with it){_REST}",
        rf"(?:read|see|view|find out|learn|get|for|click (?:here )?for|please (?:see|read|review|visit))"
        rf"(?: more)?(?: information| details)?\b{_REST}"
        rf"(?:cookies?|cookie policy|privacy (?:policy|notice|statement)|cookie (?:notice|statement))"
        rf"(?: page| here)?",
        rf"you (?:can|may|have the (?:right|option) to) (?:also |always )?(?:change|manage|withdraw"
        rf"|adjust|opt[- ]out|update|disable|accept|decline|reject|refuse){_REST}"
        rf"(?:your (?:cookies?|consent|choices?|settings|preferences)|cookie (?:settings|preferences)"
        rf"|these cookies|our cookies|at any time|privacy policy){_REST}",
        rf"(?:some of (?:these|them)|these|necessary|essential) cookies (?:are|help|allow|collect|will)"
        rf"{_REST}\b(?:us|our|your?|site|website)\b{_REST}",
        r"we (?:value|respect|care about|take) your privacy(?: seriously)?",
        r"your privacy (?:is important|matters)(?: to us)?",
        r"(?:we|this site) (?:ask|need)s? (?:for )?your consent" + _REST,
        rf"(?:我们|本(?:网)?站|本网页|本页面|该网站|此网站|网站)(?:和(?:我们的)?合作伙伴)?(?:会|将|可能|正在|也)*"
        rf"(?:使用|采用|利用|通过|存储|设置)(?:了)?[^。！？，,]{{0,12}}cookies?(?:技术|文件|等技术|和类似技术|及类似技术)?"
        rf"(?:$|(?=[^。]{{0,120}}(?:您|你|体验|流量|个性化|广告|正常运行)){_REST}$)",
        rf"(?:如果?|若|当)?(?:您|你)?(?:继续|点击|一旦|通过|使用){_REST}"
        rf"(?:即|则|表示|代表|视为|意味着|您|你)(?:您|你|已)*(?:同意|接受){_REST}"
        rf"(?:cookies?|隐私(?:政策|声明)|使用条款){_REST}",
        r"(?:如需|要|点击|请)?(?:了解|查看|阅读|详见|请参阅|参阅|参见|获取)[^。]{0,20}"
        r"(?:cookies?(?:政策|声明|设置|说明)?|隐私(?:政策|声明|条款))[^。，]{0,8}",
        rf"(?:您|你)(?:也)?可(?:以)?(?:随时)?[^。，]{{0,20}}(?:更改|管理|撤回|拒绝|禁用|关闭|调整|修改)"
        rf"[^。]{{0,20}}(?:cookies?|设置|偏好|同意){_REST}",
        r"(?:我们|本站)?(?:非常)?(?:重视|尊重|关心|注重)(?:您|你)的隐私",
    )
)  # fmt: skip
"""Sentences of a consent notice, without their last mark."""
