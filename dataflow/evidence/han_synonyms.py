"""Chinese words that say the same as a word of the quote, or next to nothing, in an answer."""

from __future__ import annotations

import re
from functools import lru_cache

from dataflow.evidence.levelling import level

_GROUPS = """
建成 完工 竣工 落成 建造 修建 兴建 建设 承建 建起
孩子 儿童 小孩 婴儿 宝宝 幼儿 子女
去世 逝世 病逝 身亡 丧生 死亡 遇难 牺牲 死于 人死
增加 增长 上升 提高 上涨 增至 增到 升到 升至 提升 高出 多了 涨到 达到 扩大
减少 下降 降低 下跌 降到 降至 缩减 缩小 少了 下滑 回落 小了
购买 买入 买下 收购 采购 购入 购得 购置 买票 购票
出售 售出 卖出 卖掉 销售 卖给 转让 售价
表示 指出 认为 称 透露 介绍 说 强调 提到 据
使用 采用 利用 运用 用到 借助
住 居住 定居 移居 搬到 搬去 搬家 迁居 迁往
大约 左右 将近 接近 差不多 大概 上下 约
一共 总共 共计 合计 总计 累计 共
立即 马上 立刻 当即 随即 尽快 及时
禁止 不得 不许 严禁 不能 不准 不可 切勿 不要 不允许 禁用 谢绝 恕不
必须 务必 应当 应该 需要 须 应 要求
因为 由于 原因 缘故 起因 所致 导致 引起 造成 归结
最终 结果 最后 终于
抓住 抓获 落网 被捕 逮捕 捕获
修理 维修 修复 修好 修缮 翻修 整修
医生 大夫 医师
警方 警察 民警 公安
妻子 太太 夫人 爱人
丈夫 先生 老公
父亲 爸爸 父
母亲 妈妈 母
费用 花费 花了 耗资 投资 资金 经费 款项 钱 收费 票价
员工 职工 工人 雇员 人员 从业者
公司 企业 单位 厂家 厂商
教师 老师 教员
学生 学员 学童
免费 免票 不用买票 不收费 不收 不要钱 不用交钱 全免 免收 无需付费 不花钱
开始 启动 着手 起 始于 开展
结束 终止 完毕 为止 截止 截至
举行 举办 召开 开办 进行 开
获得 得到 取得 拿到 赢得 荣获 获 领到 享有 享受
每年 年均 一年 全年 年度
每天 每日 天天 一天 日均
每月 月均 一个月
关闭 关门 闭馆 停业 不开放 不营业 歇业 休馆
开放 营业 开门 开馆
首次 第一次 最早 最先 头一次 初次
儿子 长子 次子 独子
女儿 长女 次女
便宜 低廉 较低 实惠 价低
昂贵 贵 较高 价高 高价
喜欢 喜爱 热爱 爱好 钟爱
帮助 协助 援助 帮忙 支援
制造 生产 制作 制成 出产 产量
研究 调查 实验 试验 跟踪 研究者
发现 查出 找到 表明 显示 得知 证实
公布 发布 宣布 公开 发表 通报
位于 坐落 地处 处在 在于
担任 任 出任 当 做 兼任 接任 就任 负责
离开 离职 辞职 卸任 退出 离任
回家 返乡 回到 返回 回乡
参观 游览 观看 看展 观众 游客
汽车 车辆 轿车 小车
火车 列车 动车
飞机 航班 客机 飞行
轮船 客船 船只 货轮
房子 住房 房产 房屋 住宅 房
上映 放映 播出 播放 见面
破坏 损坏 毁坏 损毁 受损 毁掉
改变 变更 调整 更改 变化 改为 修改
原来 原先 以前 从前 过去 此前 之前
后来 之后 以后 此后 随后 继而
目前 现在 如今 当前 至今
星期 周 礼拜
晚上 夜里 夜间 夜晚 傍晚 晚间
早上 早晨 清晨 上午 一早
下午 午后
昨天 昨日
今天 今日 当日 当天
明天 次日 翌日 第二天 隔天
半数 一半 过半 五成
多数 大多数 大部分 过半 多半 六成 七成 八成
全部 所有 全体 一律 均 都
最高 至多 最多 上限 不超过 以下 以内
最低 至少 起码 不低于 不少于 以上
提前 提早 早于 预先
推迟 延期 延后 延迟 顺延 延至
同意 批准 通过 赞成 许可 准许
反对 拒绝 否决 不同意 驳回
输给 不敌 败给 负于 落败
战胜 击败 打败 逆转 获胜 取胜 胜
冠军 第一名 夺冠 榜首 头名
写 撰写 创作 著 编写 作者
设计 设计师 绘制
治疗 医治 诊治 疗法
服用 吃 口服 服药
喝 饮用 饮
老人 老年人 长者 年长者
年轻人 青年 青少年
妇女 女性 女子 孕妇 女人
男子 男性 男人
容易 易 便于 方便
困难 难以 不易
主要 首要 最大 为主
支付 交纳 缴纳 付款 付 交 缴
赔偿 补偿 赔付
合同 协议 合约 协定
规定 要求 条款 规则 条例
检查 检测 检验 查看 巡检
更换 换 替换 调换 换成
安装 装 装配 装上
存放 放在 保存 储存 收藏 存
拆除 拆掉 拆毁
出生 生于 诞生
学习 求学 就读 学 考入 考上
毕业 毕业于
成立 创立 创建 创办 设立 组建 建立
合并 并入 合为
增加 新增 添加 加入 加上
删除 清除 清空 清掉 移除 抹除
自动 不用人工 无需人工
展出 陈列 展览 展示
捐赠 捐给 捐出 捐献 赠送 赠给 赠予 送给
营收 营业收入 收入 销售额
利润 净利 盈利 净利润
同比 比上年 较上年 比去年 上年同期
公里 千米
持续 历时 长达 为期 延续 持续到
派 派遣 派出 委派
超过 高于 多于 大于 逾
不足 不到 低于 少于 不满
地震 震灾
受伤 伤者 伤员 负伤
"""
_LIGHT = re.compile(
    "时间|地点|原因|情况|方式|问题|东西|事情|左右|大约|需要|可以|能够|应该|如果|因为|由于|所以|因此|但是|"
    "不过|以及|还有|已经|分别|其中|一共|总共|大概|差不多|后来|之后|之前|以后|以前|成为|作为|得到|受到|"
    "进行|属于|关于|对于|根据|按照|通过|这个|那个|这种|那种|这些|那些|这家|这位|那名|这座|该|本次|此次|"
    "当时|同时|最终|最后|结果|目前|现在|包括|具有|拥有|提供|负责|处于|实际|一些|许多|非常|比较|有关|"
    "为了|名叫|叫做|称为|也就是|即"
)
_LONGEST = 40_000
"""Characters of an answer that are looked at, as in `terms_of`."""
_WORDS = [line.split() for line in _GROUPS.strip().splitlines()]


@lru_cache(maxsize=1)
def _groups() -> tuple[re.Pattern[str], dict[str, frozenset[str]]]:
    """A pattern of all words of the groups, longest first, and the others of each."""
    others: dict[str, frozenset[str]] = {}
    for words in _WORDS:
        for word in words:
            others[word] = others.get(word, frozenset()) | (frozenset(words) - {word})
    ranked = sorted(others, key=lambda word: (-len(word), word))
    return re.compile("|".join(map(re.escape, ranked))), others


@lru_cache(maxsize=512)
def held_otherwise(answer: str, quote: str) -> bytes:
    """1 for each character of `level(answer)` that is of a synonym of a word of the quote, else 0.

    2 for those of words that say next to nothing.

    >>> list(held_otherwise("孩子情况", "儿童"))
    [1, 1, 2, 2]
    """
    text, plain = level(answer[:_LONGEST]), level(quote)
    pattern, others = _groups()
    known: dict[str, bool] = {}
    found = bytearray(len(text))
    for match in _LIGHT.finditer(text):
        found[match.start() : match.end()] = b"\2" * len(match[0])
    for match in pattern.finditer(text):
        word = match[0]
        if word not in known:
            known[word] = any(other in plain for other in others[word])
        if known[word]:
            found[match.start() : match.end()] = b"\1" * len(match[0])
    return bytes(found)
