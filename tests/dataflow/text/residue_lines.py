"""Lines with a label: what belongs to a site's frame, and what only looks like it.

Written for these tests, one to a line. `FRAME` are notices as sites show them; `CONTENT` are lines
of articles, manuals, recipes, stories and lists that use the same words.
"""

from __future__ import annotations

FRAME_ENGLISH = """
We use cookies to improve your experience on our website.
This site uses cookies.
This website uses cookies to ensure you get the best experience on our website.
By continuing to use this site, you agree to our use of cookies.
We use cookies to personalise content and ads and to analyse our traffic. Accept all Reject all
Our website uses cookies to give you the best browsing experience. Learn more.
We and our partners use cookies to show you personalised ads and to measure their performance.
We use cookies and similar technologies to enhance your visit. You can change your settings.
By clicking “Accept all”, you consent to the use of all cookies.
If you continue browsing we assume that you accept our use of cookies.
For more information, please see our cookie policy.
Read more about how we use cookies in our Privacy Policy.
You can manage your cookie preferences at any time.
We value your privacy
Your privacy is important to us
This website stores cookies on your computer to remember you and improve our services.
Accept all cookies
Reject all
Accept | Decline | Settings
Manage preferences
Cookie settings
**We use cookies** to provide a better service to you. [Learn more](/cookies) [Accept](#)
This site uses cookies from third parties to deliver its services and to analyze our traffic.
We use necessary cookies to make our site work properly.
Skip to content
Skip to main content
Skip to navigation
[Jump to navigation](#nav)
Jump to search
Back to top
↑ Back to top
[Back to top ↑](#top)
Top of page
Toggle navigation
Menu Close menu
Advertisement
ADVERTISEMENT
- Advertisement -
Advertisements
Sponsored content
Sponsored Links
Article continues below advertisement
Story continues below advertisement
Advertisement - Continue reading below
Report this ad
Remove ads
Share this article
Share this post
Share on Facebook
Share on: Facebook | Twitter | LinkedIn
Share this: Facebook Twitter Reddit Email
Share via WhatsApp
Share on Facebook Share on Twitter
Facebook Twitter LinkedIn WhatsApp Email
Facebook | Twitter | Instagram | YouTube
Follow us on Twitter
Follow us on Facebook, Twitter and Instagram
Follow us: Facebook · Instagram · YouTube
Tweet this
Pin it
Copy link
Print this page
Email this article
Print | Email | Share
Subscribe to our newsletter
Sign up for our newsletter
Join our mailing list
Subscribe now
Log in | Register
Login / Register
Sign in or register
Log in or sign up
Sign in | Create account
Log in to comment
You must be logged in to post a comment.
You must be logged in to reply.
Log in or register to post comments
Already a member? Log in
Already have an account? Sign in
Forgot your password?
Create an account
Leave a comment
Leave a reply
Cancel reply
Post a comment
Read more
Read more »
[Read more…](/2020/04/mill)
Continue reading →
Show more
Load more comments
View all posts
See all
You may also like
Related posts
Recommended for you
Trending now
Most popular
Home | About | Contact | Login
Home · Blog · Archive · About · Contact
Home | News | Events | Gallery | Contact us
Home » News » Local
Home › Garden › Tools › Spades
You are here: Home > Products > Mills
You are here: Home » Village » History
Privacy Policy | Terms of Service | Contact Us
Terms of use | Privacy policy | Cookie policy
About us | Careers | Press | Contact us | Sitemap
Privacy · Terms · Sitemap
« Previous | Next »
← Older posts | Newer posts →
Previous post: The mill in winter
Next post: How the sluice was mended
Previous article: A walk along the river
« Previous page | Next page »
My account | Cart | Checkout
Add to cart
Add to wishlist
Search | Login | Register
Follow us
Stay connected
Do not sell my personal information
Manage cookie preferences
""".strip().split("\n")

FRAME_CHINESE = """
我们使用Cookie来改善您的浏览体验。
本网站使用 cookies 以提升您的使用体验。
本站使用Cookie，继续浏览即表示您同意我们使用Cookie。
继续使用本网站即表示您同意我们的隐私政策和Cookie的使用。
我们和我们的合作伙伴使用Cookie来分析流量并向您展示个性化广告。
点击“接受”，即表示您同意我们使用 Cookie。 接受 拒绝
了解更多请查看我们的隐私政策
您可以随时更改Cookie设置。
我们重视您的隐私
接受所有Cookie
全部接受
仅限必要Cookie
Cookie设置
管理Cookie偏好
跳到主要内容
跳转到内容
跳转至导航
返回顶部
↑ 返回顶部
[返回顶部](#top)
回到顶部
返回首页
返回列表
返回上一页
广告
【广告】
推广链接
赞助商链接
广告位招租
上一篇：水车的历史
下一篇：如何修理水闸
上一篇：没有了
上一篇: 冬天的磨坊
下一篇 >> 村里的春天
上一篇
下一条：关于召开全村大会的通知
上一页 | 下一页
上一页 1 2 3 下一页
上一章 | 目录 | 下一章
上一章 目录 下一章
首页 | 上一页 | 下一页 | 尾页
责任编辑：张三
（责任编辑：李四）
责任编辑：王小明 校对：赵刚
[责任编辑：陈芳]
责编：周涛
网络编辑：刘洋
审核：孙丽
编审：何平
扫码关注我们
扫描二维码关注公众号
扫描下方二维码，关注我们的微信公众号
长按识别二维码关注
请使用微信扫一扫分享到朋友圈
微信扫一扫，关注我们
手机扫码阅读
欢迎关注我们的微信公众号：水车村
关注公众号，获取更多资讯
长按下方二维码加入读者群
扫码下载APP
点击下载客户端
打开APP查看更多
下载APP，阅读全文
关注我们
关注微信公众号
京ICP备12345678号
沪ICP备10001234号-2
京ICP备12345678号-1 京公网安备11010802012345号
京公网安备 11010502030000号
版权所有 © 2020 水车村文化有限公司 浙ICP备09012345号
Copyright © 2019-2023 示例网 版权所有 粤ICP备15000000号-3
技术支持：某某科技 备案号：苏ICP备05000001号
分享到：
分享到：微信 微博 QQ空间
分享到：微信 | 新浪微博 | 朋友圈
分享至：微博 豆瓣 人人网
分享到朋友圈
一键分享
分享本文
复制链接
转发到：微信好友 朋友圈
登录 | 注册
登录 注册
请先登录
请先登录后再评论
登录后发表评论
您还没有登录
还没有账号？立即注册
已有账号？立即登录
忘记密码？
立即注册
发表评论
查看全部评论
暂无评论
加载更多
点击加载更多
查看更多
阅读全文
[阅读全文](/2020/04/shuiche)
展开全文
相关推荐
相关阅读
猜你喜欢
热门文章
为您推荐
首页 > 新闻中心 » 村务
首页 » 产品中心 » 水泵
当前位置：首页 > 新闻 > 本地
您现在的位置：首页 > 文化 > 民俗
您的位置：首页 > 公告
你的位置：首页 » 知识 » 农业
首页 | 关于我们 | 联系我们 | 网站地图
关于我们 | 联系我们 | 隐私政策 | 法律声明
首页 新闻 产品 服务 联系我们
设为首页 | 加入收藏
设为首页
加入收藏
打印本页 | 关闭窗口
【打印】【关闭】
打印本页
关闭窗口
字号：大 中 小
【字体：大 中 小】
点赞 收藏 分享 举报
收藏 | 分享 | 举报
购物车 | 我的订单 | 退出登录
加入购物车
""".strip().split("\n")

CONTENT_ENGLISH = """
We use cookies made of oats when we bake for the village fair.
We use cookies to teach children fractions.
The site uses cookies only after a visitor has logged in, which is why the test below clears them.
Our bakery sells cookies, cakes and bread.
This recipe makes twenty-four cookies.
Cookies should be cooled on a rack before they are packed.
A cookie is a small piece of data that a server sends to a browser.
In 2009 websites began to show banners that asked for consent to cookies.
Many websites use cookies to follow visitors from page to page.
The browser sends all cookies of the domain with each request.
We use a cookie to store the session id on the client.
We use cookies to store the session id, because the server keeps no state.
Set the cookie's SameSite attribute to Lax.
She accepted all the cookies that were offered to her.
Accept all cookies is the button that most visitors click, the study found.
You can disable cookies in Firefox under Settings, then Privacy.
To delete cookies, open the menu and choose History.
The court held that consent to cookies must be given freely.
Reject all of these claims unless you have seen the proof.
Accept all changes before you save the file.
Skip to content that matters: three chapters on water.
Skip to section 4 if you have installed the program already.
Skip the navigation exercise if your compass is broken.
Go back to the top of the hill and turn left.
Back to the top of the league: how the club was rebuilt
The advertisement appeared in the newspaper on 4 May.
Advertisement is the soul of business, wrote one of them.
An advertisement for the mill was painted on the wall.
Advertising paid for most newspapers of the time.
The article continues below the fold.
Sponsored links are marked with a small label in the results.
Share this article with your class and ask them to find the error.
Share on Monday what you have learned on Sunday.
Share prices fell by four percent on Tuesday.
Share the folder with another user by right-clicking it.
Share: a part that one person has of something.
Facebook bought Instagram in 2012 for one billion dollars.
Facebook, Twitter and LinkedIn were founded between 2003 and 2006.
Facebook, Twitter, LinkedIn, WhatsApp
The team compared Facebook, Twitter and Reddit as sources.
Follow us up the stairs, said the guide.
Follow the river until you see the mill.
Follow us on this journey through four hundred years of milling.
Tweet this at your own risk, he wrote under the picture.
Print this page of the atlas at full scale to measure distances.
Print the report and sign it.
Email this address if the pump fails.
Subscribe to the topic with the second argument of the function.
Subscribers to our newsletter were older than other readers.
Subscribe now, pay later was the motto of the campaign.
Log in as root and restart the service.
Log in to the server with your key.
Login fails when the clock of the client is wrong.
Sign in with the name that you chose in step 2.
Sign in the window: closed until spring.
Register a handler for each signal.
Register the device before you switch it on.
Log in or register handlers lazily; both calls are safe.
You must be logged in to the console before you can post a comment on a ticket, the manual says.
You must be logged in as an administrator to change this setting.
Forgot your password? Three ways to reset it on Linux
Create an account on the test server with the command below.
Create account objects only inside a transaction.
Leave a comment in the code where the reason is not obvious.
Leave a reply address on the envelope.
Post a comment to the thread through the API by sending a PUT request.
Read more books, watch less television.
Read more than one source before you write.
Read more about the history of the mill in chapter 3.
Continue reading from the position where the parser stopped.
Show more respect to the people who repair the road.
Show less, tell more: advice for narrators
Load more data than fits into memory and the program swaps.
View all records of a customer in one table.
See all the stars of the Big Dipper on a clear night.
Related articles of the law are listed in the annex.
Recommended for you to know: the sluice opens at six.
Trending now upwards after three years of decline, prices worry bakers.
Most popular among the names was Anna.
Home is where the heart is.
Home
Home and Away
Home, sweet home
Homes > 3 bedrooms are rare in this village.
Home > Paragraph > Line spacing opens the dialog in the word processor.
Home / End: move to the start or end of the line
About
About the author
About us and them: a novel of two families
Contact
Contact with water causes a reaction.
Contact us before the meeting if you need a ramp, wrote the school in 1987.
Products | Prices | Quantities
Name | Address | Phone
North | South | East | West
Red | Green | Blue
Yes | No | Unknown
File > Save as > PDF
Settings > Privacy > Cookies
Settings > Accounts > Add account
Edit | View | Insert
Input | Output | Error
Monday | Tuesday | Wednesday
Search engines and directories
Search
Help
Help the boy up, she said.
News travels fast in a small place.
News
Events
Events are sent to all listeners in order of registration.
Support for the old format ends in June.
Support
Terms and conditions of sale apply to orders above 500 euros.
Terms of service were changed twice that year.
Privacy policy makers met in Geneva.
Privacy is a right, not a product.
We value your privacy more than our comfort, the monk told his guest.
Your privacy is important to us, they said, and sold the list.
Your privacy settings are stored in a file named prefs.ini.
Previous post offices stood on the market square.
Previous page tables are flushed on a context switch.
Previous work on this problem is listed in section 2.
Next page: the return value is the address of the next page.
Next, open the valve.
Next
Next article of clothing: a pair of boots
Older posts of the fence were rotten.
Previous versions are kept for thirty days.
Menu of the day: soup, fish, apple cake
Menu
Close
Close the window before the storm comes.
Open menu items are highlighted.
Loading
Loading dock hours: 6 to 14
Please wait
Cart: a vehicle with two wheels
Cart
Add to cart the eggs, the flour and the milk.
Add to the mixture two eggs and a cup of milk.
Checkout opens a branch of the repository.
Top of the page: the name of the guild in gold
Copy link targets into the table by hand.
Copyright was unknown to the scribes.
All rights reserved is a phrase from the Buenos Aires Convention.
Stay connected to the rope at all times.
Report this advertisement to the council, the mayor demanded.
Remove ads from the wall with warm water and a scraper.
Remove all ads older than a year: DELETE FROM ads
1. Log in
2. Sign in or register
3. Add to cart
- Register
- Search for the part by its number
Comments
Comments: the council has not yet answered.
Reply
Reply to the letter within ten days.
Email: mill@example.org
Phone: 555 0142
Tags: water, wood, stone
Category: Machines
Posted in History
Written by A. Miller
Published on 4 May 2019
Last updated: 12 June 2020
Copyright 2018 by the authors. This work is licensed under CC BY 4.0.
Sources: parish register, letters, two maps
See also: sluice, weir, leat
References
""".strip().split("\n")

CONTENT_CHINESE = """
我们使用饼干碎来做蛋糕的底。
Cookie 是服务器发给浏览器的一小段数据。
很多网站使用 Cookie 来记录访客的登录状态，这引起了争议。
我们用 Cookie 保存会话编号，因为服务器不保存状态。
浏览器会在每次请求时把该域名下的 Cookie 一起发送。
如果禁用了 Cookie，用户将无法登录系统。
法院认为，网站必须在使用 Cookie 之前征得用户同意。
点击“接受所有 Cookie”的用户占九成，研究发现。
您可以在浏览器的设置中清除缓存，然后重新打开页面。
我们重视隐私，因为它关系到每一个人的尊严。
隐私政策的制定者在日内瓦开会。
接受所有人的意见之后，他改了三稿。
全部接受这些条件的公司只有两家。
拒绝全部邀请以后，他独自去了山里。
跳到主要内容之前，先介绍一下背景。
跳转到内容所在的行需要用到行号。
返回顶部的指令是 goto 0。
回到顶部的时候，天已经黑了。
返回首页之前请保存数据。
返回上一页的函数叫 history.back。
返回列表中的第一个元素。
返回列表的长度
广告学是一门年轻的学科。
广告在报纸上登了三天。
广告费占成本的两成。
墙上贴满了广告。
推广链接的点击率逐年下降。
推广普通话是一项长期的工作。
上一篇文章我们介绍了循环，这一篇介绍函数。
上一篇：我们讲了循环。这一篇讲函数。
上一篇论文已经证明了这个结论
下一篇报道写的是水车的修理过程。
下一条命令会删除整个目录。
下一条河要等到春天才会解冻
上一页的例子里少了一个括号。
下一页给出了完整的证明
上一章介绍了水车的原理，本章介绍磨盘。
下一章将讨论如何修理水闸。
目录
目录和文件的权限不同
首页
首页是读者最先看到的一页。
首页的设计要简洁
责任编辑的工作是核对每一处引文。
责任编辑要对稿件的质量负责
编辑部收到了三百封来信。
编辑：用来修改文件内容的命令
校对是出版流程中的最后一步。
校对三遍以后，他仍然不放心。
审核：由财务部门在三个工作日内完成。
审核通过后，系统会发送一封邮件。
扫码支付在城市里已经很普遍。
扫描二维码之后，系统会生成一个订单号，并发送到手机。
用户扫码关注后即可领取优惠券，系统会自动记录渠道来源。
扫描仪的分辨率是六百点每英寸。
长按电源键五秒，设备会重新启动。
长按识别功能在旧版本中不可用，请先升级。
二维码由黑白相间的方块组成。
微信扫一扫功能是怎样实现的？
关注儿童健康是全社会的责任。
关注水质变化，及时上报。
关注点分离是软件设计的基本原则
欢迎来到水车村，这里有三百年的历史。
欢迎各位老师同学参加今天的讲座。
公众号的运营者需要每天发布文章。
下载客户端之后，先检查校验和，再安装。
下载的文件保存在当前目录。
打开文件查看内容
打开窗户，让空气流通。
安装应用程序需要管理员权限。
备案是网站上线之前的必要步骤。
网站备案号的格式为京ICP备12345678号，应放在页脚。
例如：京ICP备12345678号
ICP 是互联网内容提供商的缩写。
ICP备案需要提交营业执照。
电感耦合等离子体（ICP）用于元素分析。
版权所有者有权要求停止侵权。
版权归作者所有，转载需注明出处。
分享是一种美德。
分享到此结束，谢谢大家。
分享文件夹的步骤如下：
分享到群里的照片被删除了。
微信、微博和QQ是常用的社交软件。
微博的用户超过五亿。
微信的支付功能在二〇一三年上线。
豆瓣是一个读书和电影的社区。
朋友圈里有人发了水车的照片。
登录服务器，然后重启服务。
登录失败时，请检查时钟是否准确。
登录
登录和注册的流程图见附录。
注册一个处理函数，用来接收信号。
注册商标的有效期是十年。
请先登录到控制台，再执行下面的命令。
请登录后台修改配置文件
您还没有登录名的话，可以向管理员申请。
立即注册的好处是可以保留用户名。
忘记密码的处理方法有三种
忘记密码？三种在 Linux 上重设的方法
发表评论文章的人多半是教师。
发表评论的接口需要身份验证。
评论
评论家认为这部小说写得很好。
暂无评论数据时返回空列表。
加载更多的数据会占用更多的内存。
查看更多的例子可以帮助理解。
查看日志文件，找到出错的一行。
阅读全文之后回答下列问题。
阅读全文，概括段落大意。
展开全文搜索的功能需要建立索引
相关推荐算法的研究始于九十年代。
相关阅读材料见书后。
相关研究
猜你喜欢哪一种颜色的游戏很简单
热门文章的共同特点是标题短。
关于
关于水车的传说有很多。
关于我们村的历史，老人们说法不一。
联系
联系我们村的人都知道，水车是村里的标志。
联系方式：张先生，电话见后
新闻
新闻学概论
产品质量由检验科负责。
产品 | 价格 | 数量
姓名 | 地址 | 电话
红 | 绿 | 蓝
春 | 夏 | 秋 | 冬
东 | 南 | 西 | 北
是 | 否 | 不详
大 | 中 | 小
文件 > 另存为 > PDF
设置 > 隐私 > Cookie
设置 > 通用 > 关于本机
开始 > 控制面板 > 网络
首页 > 段落 > 行距可以打开对话框。
当前位置：北纬三十度，东经一百二十度
当前位置的坐标保存在变量 p 里。
您的位置信息只用于导航。
你的位置在第三排左边。
位置：村口
帮助
帮助老人过马路是好事。
搜索引擎的工作原理
搜索
菜单：清蒸鱼、炒青菜、米饭
菜单
服务条款的修改需要提前三十天通知用户。
服务
隐私政策应当用简单的语言写成。
常见问题的解决办法见附录。
购物车是一种带轮子的手推车。
购物车里的商品最多保存三十天。
加入购物车的接口返回商品数量。
收藏古籍的人越来越少。
收藏品的价格逐年上涨
举报违法行为是公民的权利。
打印机卡纸时，先关闭电源。
打印本页的内容需要横向纸张。
打印
关闭窗口之前请保存文件。
关闭水闸，等水位下降。
字号为小四，行距一点五倍。
字体：正文用宋体，标题用黑体。
点赞的人数超过一千。
设为首页的网址可以在选项里修改。
来源：县志、家谱、两张地图
作者：王明
发布时间：2019年5月4日
更新日期：2020-06-12
关键词：水车；磨坊；水利
摘要：本文介绍水车的历史。
分类：机械
标签：水、木、石
电话：0571-88880000
地址：浙江省某县水车村一号
参考文献
附录一
答：因为水往低处流。
注：表中数字为估计值。
1. 登录
2. 打开菜单，选择“设置”
3. 返回首页
""".strip().split("\n")

FRAME = (*FRAME_ENGLISH, *FRAME_CHINESE)
CONTENT = (*CONTENT_ENGLISH, *CONTENT_CHINESE)
