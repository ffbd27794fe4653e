"""Chinese characters and words that are opposites where one stands in place of the other."""

from __future__ import annotations

from functools import lru_cache

_CHARACTERS = """
前后 上下 左右 东西 南北 内外 里外 大小 多少 高低 长短 快慢 早晚 早迟 轻重 软硬 深浅 宽窄
厚薄 冷热 干湿 新旧 增减 升降 涨跌 涨落 开关 开闭 封开 启闭 买卖 进出 入出 加减 来去 胜负 胜败
赢输 男女 父母 夫妻 昼夜 日夜 春秋 夏冬 始终 先后 正负 公私 生死 活死 真假 对错 强弱 明暗
远近 甜苦 粗细 黑白 老少 借还 收放 收发 存取 推拉 哥弟 姐妹 儿女 首末 长幼 贵贱 贵廉 贫富
穷富 好坏 好差 优劣 满空 动静 分合 攻守 得失 盈亏 主客 横竖 阴晴 古今 雌雄 公母 奇偶 单双
松紧 稀密 疏密 清浊 升落 起落 聚散 胖瘦 美丑 迎送 爱恨 褒贬 奖罚 醒睡 立坐 穿脱 戴摘 装卸
装拆 建拆 添减 扩缩 伸缩 浮沉 凹凸 直弯 曲直 生熟 热凉 暖凉 易难 咸淡 浓淡 亮暗 哭笑 甘苦
善恶 留走 留弃 老幼 老嫩 盛衰 兴衰 兴亡 兴废 立废 抑扬 取舍 虚实 吉凶 荣辱 叔侄 师徒 主仆
主副 正副 正反 顺逆 纵横 赠收 赔赚 有无 宽严 紧松 专兼 全半 丰枯
"""
_WORDS = """
超过|不如 受理|驳回 接受|驳回 采纳|驳回 批准|驳回 同意|拒绝 答应|拒绝 允许|拒绝 支持|反对
赞成|反对 通过|否决 成功|失败 战胜|输给 击败|输给 打败|输给 击败|败给 夺冠|落败 白天|夜间
白天|夜里 白天|夜晚 白天|晚上 上午|晚上 清晨|傍晚 清晨|深夜 黎明|黄昏 日出|日落 全部|部分
所有|部分 全部|没有 免费|付费 免费|收费 允许|禁止 可以|禁止 可以|不得 必须|不必 必须|不得
应当|不应 鼓励|禁止 鼓励|限制 缓解|加剧 促进|阻碍 帮助|阻碍 保护|破坏 成立|解散 创办|关闭
开业|停业 开工|停工 复工|停工 开通|停运 恢复|中断 恢复|停止 继续|停止 继续|中断 保留|取消
保留|废除 保留|拆除 设立|取消 制定|废除 启动|停止 启用|停用 公开|保密 公开|秘密 参加|退出
加入|离开 到达|离开 抵达|离开 飞抵|离开 进入|离开 来到|离开 购买|出售 收购|出售 雇用|解雇
聘用|解聘 录用|辞退 任命|罢免 当选|落选 获救|遇难 生还|遇难 幸存|遇难 出生|去世 结婚|离婚
团结|分裂 提前|推迟 增长|下降 赚钱|亏本 昂贵|便宜 安全|危险 简单|复杂 温暖|寒冷 茂盛|稀疏
丰收|歉收 充足|不足 充足|短缺 过剩|短缺 新鲜|腐烂 完整|残缺 修复|损坏 坚固|脆弱 光滑|粗糙
透明|浑浊 安静|吵闹 安静|嘈杂 勤奋|懒惰 谨慎|大意 勇敢|胆小 谦虚|骄傲 乐观|悲观 满意|不满
喜欢|讨厌 喜爱|厌恶 信任|怀疑 相信|怀疑 记得|忘记 承认|否认 肯定|否定 证实|推翻 合法|非法
自愿|强制 自愿|被迫 主动|被动 直接|间接 永久|临时 永久|暂时 固定|流动 国营|私营 城市|农村
城里|乡下 陆地|海上 淡水|海水 顶部|底部 表面|内部 中心|边缘 开头|结尾 第一|最后 年长|年轻
成年|未成年 已婚|未婚 儿子|女儿 叔叔|姑姑 舅舅|姨妈 老师|学生 甲方|乙方 原告|被告
房东|房客 医生|病人 雇主|雇员
"""


@lru_cache(maxsize=1)
def _pairs() -> tuple[tuple[str, str], ...]:
    pairs = [(two[0], two[1]) for two in _CHARACTERS.split()]
    pairs += [(one, other) for entry in _WORDS.split() for one, _, other in [entry.partition("|")]]
    return (*pairs, *((other, one) for one, other in pairs))


@lru_cache(maxsize=4096)
def opposed(given: str, said: str) -> bool:
    """Whether two texts that stand in one place hold an opposite each, and neither both.

    >>> opposed("北", "南"), opposed("父亲", "母亲"), opposed("南北", "南"), opposed("红", "绿")
    (True, True, False, False)
    """
    if not given or not said:
        return False
    return any(
        one in given and other in said and other not in given and one not in said
        for one, other in _pairs()
    )
