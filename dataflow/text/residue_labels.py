"""Labels of a site's frame, English and Chinese, in lower case.

Strong labels say nothing but what to do with the page; weak ones are ordinary words that are
labels only in the company of others.
"""

from __future__ import annotations


def _labels(lines: str) -> frozenset[str]:
    """The labels between bars and line ends."""
    return frozenset(label for line in lines.split("\n") for label in line.split("|") if label)


STRONG = _labels(
    """
skip to content|skip to main content|skip to main|skip to navigation|skip to search
skip to footer|skip navigation|skip links|jump to content|jump to navigation|jump to search
back to top|return to top|go to top|scroll to top|top of page|back to the top|toggle navigation
toggle menu|toggle search|open menu|close menu|mobile menu|navigation menu|search this site
print this page|email this page|print this article|email this article|share this page
share this article|share this post|share this story|share this|tweet this|pin it|copy link
share via email|bookmark this page|add to favorites|add to favourites|report this ad|why this ad
advertisement|advertisements|sponsored content|sponsored links|sponsored link|sponsored post
paid advertisement|promoted content|ad choices|adchoices|remove ads|article continues below
article continues below advertisement|story continues below|story continues below advertisement
continue reading below|scroll to continue|advertisement - continue reading below
scroll to continue reading|advertisement continues below|subscribe to our newsletter
sign up for our newsletter|join our newsletter|get our newsletter|subscribe to our mailing list
join our mailing list|subscribe now|subscribe today|log in to comment|login to comment
sign in to comment|log in to reply|login to reply|log in or register|sign in or register
login or register|log in or sign up|sign in or sign up|login / register
log in to leave a comment|login or register to post comments|log in or register to post comments
you must be logged in to post a comment|you must be logged in to leave a comment
you must be logged in to reply|already a member? log in|already a subscriber? log in
already have an account? log in|already have an account? sign in|forgot your password?
forgot password?|lost your password?|read more|read more »|continue reading|show more|show less
load more|load more comments|view more|see all|view all|view all posts|show all comments
you may also like|you might also like|you may also be interested in|recommended for you
more stories for you|related articles|related posts|related stories|related content|trending now
most popular|most read|follow us|follow us on|connect with us|stay connected|leave a comment
leave a reply|post a comment|cancel reply|add a comment|accept cookies|accept all cookies
accept all|reject all|reject all cookies|allow all cookies|allow all|decline all
necessary cookies only|only necessary cookies|manage cookies|manage preferences
manage cookie preferences|cookie settings|cookie preferences|cookie consent|cookie notice
customise cookies|customize cookies|cookies settings|manage consent|consent preferences
privacy preferences|privacy preference center|save preferences|your privacy choices
do not sell my personal information|do not sell or share my personal information
we value your privacy|we care about your privacy|your privacy matters to us|add to cart
add to basket|add to wishlist|add to wish list|proceed to checkout|跳转到内容|跳到内容|跳至内容
跳到主要内容|跳转到主要内容|跳至主要内容|跳到导航|跳转到导航|跳转至导航|返回顶部|回到顶部|回顶部
返回首页|回到首页|返回列表|返回上一页|返回上页|回到上一页|打印本页|打印本文|打印此页|关闭窗口
关闭本页|加入收藏|设为首页|添加收藏|收藏本站|收藏本页|复制链接|分享本文|一键分享|分享给好友
分享到朋友圈|分享至朋友圈|广告|广告位|广告位招租|赞助商链接|赞助商广告|推广链接|商业推广
查看更多|阅读全文|展开全文|查看全文|点击查看更多|点击加载更多|加载更多|显示更多|收起全文
更多评论|查看更多评论|查看全部评论|暂无评论|发表评论|发布评论|写评论|我要评论|登录后评论
登录后发表评论|请先登录|请登录|请登录后评论|请先登录后再评论|您还没有登录|您尚未登录|立即登录
立即注册|免费注册|还没有账号？立即注册|没有账号？立即注册|已有账号？立即登录|忘记密码？|忘记密码
相关推荐|相关阅读|推荐阅读|热门推荐|猜你喜欢|大家都在看|热门文章|最新文章|为您推荐|为你推荐
相关文章|下载app|下载客户端|打开app|立即下载app|打开app查看更多|打开app阅读全文|打开app阅读更多
在app内打开|关注公众号|关注微信公众号|关注我们|联系客服|在线客服|接受所有cookie|接受全部cookie
拒绝所有cookie|拒绝全部cookie|仅限必要cookie|cookie设置|cookie偏好设置|管理cookie|管理cookie偏好
接受cookie|全部接受|全部拒绝|仅接受必要cookie|隐私偏好设置|字号：大 中 小|字体：大 中 小
加入购物车|加入心愿单
"""
)

WEAK = _labels(
    """
home|homepage|home page|about|about us|contact|contact us|faq|faqs|help|help center|help centre
support|blog|news|login|log in|log out|logout|sign in|sign out|sign up|register|my account
account|profile|cart|my cart|basket|checkout|wishlist|search|menu|sitemap|site map|privacy
privacy policy|privacy notice|terms|terms of use|terms of service|terms & conditions
terms and conditions|cookie policy|cookies|legal|legal notice|imprint|disclaimer|accessibility
careers|jobs|press|advertise|advertise with us|newsletter|newsletters|subscribe|rss|feedback
share|print|email|e-mail|comments|comment|reply|like|next|previous|prev|next post|previous post
next page|previous page|next article|previous article|older posts|newer posts|back|archives
archive|categories|tags|shop|store|products|services|gallery|events|donate|downloads|english
中文|简体中文|繁體中文|more|loading|close|accept|reject|decline|agree|ok|got it|i agree|settings
preferences|learn more|more information|first|last|all|top|follow|message|save|report|edit
delete|copyright|all rights reserved|首页|主页|网站首页|关于我们|关于|联系我们|联系方式|帮助
帮助中心|常见问题|登录|登陆|注册|退出|退出登录|个人中心|我的账户|我的订单|购物车|搜索|菜单|导航
网站地图|站点地图|隐私政策|隐私声明|隐私条款|服务条款|使用条款|用户协议|法律声明|免责声明
版权声明|版权所有|加入我们|诚聘英才|招聘信息|人才招聘|广告服务|广告合作|商务合作|友情链接|新闻
新闻中心|产品|产品中心|服务|服务中心|博客|论坛|社区|下载|下载中心|订阅|收藏|分享|点赞|评论|回复
举报|打印|关闭|转发|上一页|下一页|上一篇|下一篇|上一章|下一章|目录|尾页|末页|第一页|返回
返回目录|手机版|电脑版|客户端|微信|微博|意见反馈|反馈|投诉建议|在线留言|留言|更多|接受|拒绝|同意
不同意|我知道了|知道了|设置|了解更多|大|中|小|字号|字体|书签|加入书签|advertising
create an account|create account|create new account|main menu|立即购买
"""
)

ANCHORS = _labels(
    """
create account|create an account
home|homepage|login|log in|sign in|register|sign up|my account|sitemap|site map|privacy policy
terms of use|terms of service|contact us|about us|cookie policy|rss|skip to content|cart
legal notice|首页|主页|网站首页|登录|登陆|注册|网站地图|隐私政策|关于我们|联系我们|购物车
友情链接|设为首页|加入收藏|返回顶部|上一章|下一章|上一页|下一页|打印|举报|收藏|分享|关闭|接受
拒绝|previous|next|prev|previous page|next page|previous post|next post|older posts|newer posts
accept|reject|decline|share
"""
)
"""Weak labels that a list of things to read about hardly has: a menu has one of them at least."""

NETWORKS = _labels(
    """
facebook|twitter|x|linkedin|whatsapp|reddit|email|e-mail|pinterest|telegram|tumblr|print
copy link|more|pocket|messenger|weibo|wechat|line|instagram|youtube|tiktok|mastodon|bluesky
threads|rss|微信|朋友圈|微信好友|微博|新浪微博|腾讯微博|qq空间|qq好友|qq|豆瓣|人人网|复制链接
更多|知乎|抖音|百度贴吧|贴吧|印象笔记|钉钉
"""
)

NOUNS = frozenset({"advertisement", "advertisements", "广告", "广告位"})
"""Strong labels that a list of things may have, too."""
