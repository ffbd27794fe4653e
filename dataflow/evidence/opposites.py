"""Words that have an opposite: pairs of sides, with the forms that a word takes."""

from __future__ import annotations

from dataflow.evidence.han_pairs import HAN_PAIRS

Side = tuple[int, int]
"""Number of a pair of opposites, and which side of it: 1 or -1."""

_OPPOSITES = """
increase:i rise* rose risen grow* grew grown climb:r gain:r expand:r soar:r surge:r up more
  higher greater larger bigger 增加 增长 升到 升至 增到 涨到 升高 上升 提高 扩大 上涨 升高
  增多 增至 增强 | decrease:i fall* fell fallen drop:p decline:i shrink* shrank shrunk
  dwindle:i reduce:i diminish:r down less fewer lower smaller 减少 下降 降到 跌到 跌至 降低
  缩小 下跌 下滑 降至 减弱 sink* sank sunk
before prior earlier 之前 以前 年前 前 早于 先于 | after following later 之后 以后 年后 后 晚于 迟于
above over exceed:r 高于 大于 多于 超过 超出 | below under beneath 低于 小于 少于 不足 不到
all every each always everyone 全部 所有 全体 总是 | none nobody nothing 没有一 无一
most majority 大多数 大部分 多数 | minority 少数 小部分
allow:r permit:p permitted permitting legal authorise:i authorize:i may 允许 准许 许可 可以
  合法 | forbid* forbade forbidden prohibit:r ban:n banned banning illegal 禁止 不得 严禁
  不可以 不许 不准 违法 非法
accept:r approve:i agree:i adopt:r pass:s 接受 批准 同意 通过 赞成 | reject:r refuse:i
  decline:i oppose:i 拒绝 否决 反对
open:r opening 开放 开启 打开 开通 | close:i shut* 关闭 封闭 停用
begin* began begun start:r launch:s 开始 启动 | end:r finish:s stop:p cease:i 结束 终止 停止
first earliest 最早 首先 | last latest final 最后 最晚
oldest older 最老 最古老 年长 年老 | youngest newest newer younger 最新 最年轻 年轻 年幼
win* won victory defeat:r beat* beaten 打败 战胜 获胜 击败 赢得 取胜 逆转 | lose* lost 战败 失败
  输给 败给 不敌 落败 告负 失利
buy* bought purchase:i 购买 买入 收购 买下 | sell* sold 出售 卖出 售出 卖给
import:r 进口 输入 | export:r 出口 输出
success* succeed:r successful successfully 成功 | fail:r failure failed unsuccessful 失败
north northern 北 北部 北方 北侧 北岸 | south southern 南 南部 南方 南侧 南岸
east eastern 东 东部 东方 东侧 东岸 | west western 西 西部 西方 西侧 西岸
left 左侧 左边 向左 | right-hand 右侧 右边 向右
inside indoor indoors 内部 室内 里面 | outside outdoor outdoors 外部 室外 外面
upstream 上游 | downstream 下游
hot hotter hottest warm* warmer warmest 炎热 温暖 最热 变暖 | cold colder coldest cool* cooler
  coolest 寒冷 凉爽 最冷 变冷
highest maximum maximal most-expensive largest biggest greatest tallest longest 最高 最大 最多
  最长 | lowest minimum minimal smallest least shortest fewest 最低 最小 最少 最短
tall taller long longer high 更高 更长 | short shorter low 更低 更短 更矮
fast faster fastest quick* quicker rapid rapidly 更快 最快 迅速 快速 | slow slower slowest
  slowly 更慢 最慢 缓慢
heavy heavier heaviest 更重 最重 | light lighter lightest 更轻 最轻
strong stronger strongest strengthen:r 加强 更强 | weak weaker weakest weaken:r 削弱 更弱
deep deeper deepest 更深 最深 | shallow shallower shallowest 更浅 最浅
wide wider widest broad broader 更宽 最宽 | narrow narrower narrowest 更窄 最窄
thick thicker thickest 更厚 最厚 | thin thinner thinnest 更薄 最薄
expensive dear costly 昂贵 更贵 最贵 | cheap cheaper cheapest 便宜 低廉 更便宜 最便宜
rich richer wealthy 富裕 富有 | poor poorer 贫穷 贫困
improve:i better best 改善 好转 更好 最好 | worsen:r worse worst deteriorate:i 恶化 更差 最差
possible able 可能 能够 | impossible unable 不可能
necessary compulsory mandatory obligatory required must 必须 强制 必需 | optional voluntary
  unnecessary 自愿 可选 无需
safe safer safely harmless 安全 无害 | dangerous unsafe harmful hazardous 危险 有害
true correct 正确 真实 | false incorrect wrong 错误 虚假
public 公立 公共 公有 | private 私立 私人 私有
atleast 至少 不少于 不低于 | atmost 至多 最多只 不超过 不多于
male man men boy:r father son 男性 男子 男孩 父亲 儿子 | female woman women girl:r mother
  daughter 女性 女子 女孩 母亲 女儿
morning 上午 早晨 早上 | evening afternoon 下午 傍晚 晚上
day daytime 白天 | night nighttime 夜间 夜晚
summer 夏季 夏天 | winter 冬季 冬天
spring 春季 春天 | autumn 秋季 秋天
urban city 城市 城镇 | rural countryside 农村 乡村
visible 可见 | invisible hidden 不可见 看不见
full 满 | empty 空
wet damp 潮湿 湿润 | dry drier dried 干燥 干旱
present attend:r 出席 参加 | absent 缺席
join:r enter:r arrive:i 加入 进入 到达 抵达 | leave* left-the depart:r 离开 退出
appear:r 出现 | disappear:r vanish:s 消失
support:r favour:r favor:r 支持 | oppose:i against 反对
以上 | 以下
build* built construct:r erect:r 建造 修建 建成 | destroy:r demolish:s 摧毁 拆除 毁于
enable:i activate:i 启用 激活 | disable:i deactivate:i 禁用 停用
positive 阳性 正面 | negative 阴性 负面
single 单 | multiple several 多个
same identical equal 相同 一样 相等 | different unequal 不同
profit:r surplus 盈利 盈余 | loss losses deficit 亏损 赤字
even 偶数 | odd 奇数
lend* lent 借出 贷出 | borrow:r 借入 借来
teach* taught 教 | learn:r learnt 学
create:i found:r establish:s 成立 创立 创建 建立 | dissolve:i abolish:s 解散 撤销 废除
有权 | 无权
可以 能够 | 无法
应由 须由 应当 必须 | 无须 不必 不须 无需
适宜 适合 宜于 | 不宜 不适宜 不适合
予以 | 不予
翻倍 加倍 | 减半
畅销 热卖 大卖 | 滞销 惨淡
当选 | 落选
增强 加强 | 减弱
love:i like:i 喜爱 喜欢 | hate:i dislike:i 讨厌 厌恶
free 免费 | paid charged 付费 收费
domestic 国内 | foreign 国外 外国
new 新 | old 旧 老
white 白 白色 | black 黑 黑色
rarely seldom 很少 | often frequently 经常 常常
raise:i lift:r hoist:r | lower:r
retreat:r withdraw* withdrew withdrawn | advance:i
double:i triple:i | halve:i
gain:r | lose* lost
improve:i benefit:r restore:i | impair:r harm:r damage:i worsen:r
climb:r ascend:r | descend:r
hire:i employ:r recruit:r appoint:r | dismiss:s sack:r fire:i
confirm:r admit:p | deny denies denied denying
attack:r | retreat:r
lengthen:r extend:r prolong:r | shorten:r
accelerate:i | slow slows slowed slowing delay:r
prefer:p | avoid:r
trust:r | distrust:r
convict:r | acquit:p
heavier heaviest | lighter lightest
include:i | exclude:i
remember:r | forget* forgot forgotten
wake* woke awake | asleep
inhale:i | exhale:i
connect:r | disconnect:r
soluble | insoluble
guilty | innocent
majority | minority
freeze* froze frozen | melt:r thaw:r
float:r | sink* sank sunk
earlier sooner | later
voluntary | compulsory
artificial | natural
temporary | permanent permanently
major | minor
ancient | modern
reveal:r disclose:i publish:s | conceal:r hide* hid hidden
save:i | waste:i lost
encourage:i | discourage:i
attract:r | repel:p
upstairs | downstairs
overturn:r quash:s | uphold* upheld
warmed heat:r | cooled
clogged blocked | clean cleared
ahead | behind
recommend:r | discourage:i
cut cuts cutting slash:s | increase:i raise:i
keep* kept retain:r | delete:i remove:i discard:r
automatic automatically | manual manually
online | offline
vertical vertically | horizontal horizontally
liquid | solid
boil:r | freeze:i froze frozen
common | rare
easy easier easily simple | difficult complicated
quiet quieter quietly | loud louder loudly noisy
clean cleaner | dirty dirtier
entrance | exit
upper | lower
front | rear
internal internally | external externally
incoming inbound | outgoing outbound
junior | senior
buyer buyers purchaser | seller sellers vendor
landlord landlords lessor | tenant tenants lessee
employer employers | employee employees
lender creditor | borrower debtor
plaintiff claimant | defendant
licensor | licensee
switchon | switchoff
leftside | rightside
healthy healthier | ill sick unhealthy
flexible | rigid
sharp | blunt
wholly completely fully entirely | partly partially
always | never
postpone:i defer | brought-forward
praise:i | criticise:i criticize:i condemn:r
victory win | defeat
loosen:r | tighten:r
"""
"""A pair begins a line, its second side follows `|`, indented lines go on. Regular English endings
are added: `:r` adds s, ed, ing; `:i` the same where the word ends in e or not; `:s` adds es; `:p`
doubles the last letter; `*` marks irregular verbs (s and ing)."""


def _forms(entry: str) -> list[str]:
    """A word with its regular endings: `:r` adds s, ed, ing; `:i` drops an e; `:s` adds es."""
    word, _, kind = entry.replace("-", " ").partition(":")
    if word.endswith("*"):
        word = word[:-1]
        stem = word.removesuffix("e")
        doubled = word + word[-1] if word[-1] in "nt" else stem
        return [word, word + "s", stem + "ing", doubled + "ing"]
    if kind == "i":
        stem = word[:-1]
        return [word, word + "s", word + "d" if word.endswith("e") else word + "ed", stem + "ing"]
    if kind in ("p", "n"):
        return [word, word + "s", word + word[-1] + "ed", word + word[-1] + "ing"]
    if kind in ("r", "s"):
        return [word, word + ("s" if kind == "r" else "es"), word + "ed", word + "ing"]
    return [word]


_COMPARED = "多少 高低 大小 长短 快慢 早晚 好差 重轻 贵廉 深浅 宽窄 远近 强弱 厚薄 热冷 新旧"
COMPARED = frozenset(_COMPARED) - {" "}
"""Chinese characters that compare after 比; with 更, 最, 较 before them they do anywhere."""


def _table() -> dict[str, tuple[Side, ...]]:
    found: dict[str, tuple[Side, ...]] = {}
    lines = (_OPPOSITES.rstrip() + HAN_PAIRS).replace("\n  ", " ").strip().splitlines()
    for line, text in enumerate(lines):
        for side, entries in zip((1, -1), text.split("|"), strict=True):
            for entry in entries.split():
                for form in _forms(entry):
                    if (line, side) not in found.get(form, ()):
                        found[form] = (*found.get(form, ()), (line, side))
    for line, pair in enumerate(_COMPARED.split(), len(lines)):
        for side, character in ((1, pair[0]), (-1, pair[1])):
            for form in (character, *(before + character for before in "更最较越")):
                found[form] = ((line, side),)
    return found


OPPOSITES: dict[str, tuple[Side, ...]] = _table()
"""The sides that a word is on: a few words are in two pairs (left)."""
LONGEST_HAN = max(len(word) for word in OPPOSITES if not word.isascii())
"""Characters of the longest Chinese word in it."""
