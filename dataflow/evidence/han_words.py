"""Words of a Chinese text with their places, and those that are names by a dictionary's tags."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from dataflow.evidence.levelling import level

_LONGEST = 40_000
_NAMING = ("nr", "ns", "nt")
_GIVEN = ("n", "nr", "a", "b", "g", "q", "t", "zg", "ng", "ns", "nrt", "nz", "j")
"""Tags of what may be a given name behind a surname: the dictionary has it as another word."""
_JOINTS = "由被把将向给从让比与和跟同对于在自是教请为据到随叫派替但拜"
_JOINT = re.compile(f"([{_JOINTS}])")
"""What the cutter takes into names that stand beside it."""
_LONGEST_NAME = 6
_COMMON = frozenset(
    "城市 都市 大城市 小城 小镇 大镇 城镇 县城 省城 首都 乡村 农村 长度 宽度 高度 深度 厚度 湿度 温度 速度 亮度 海洋 湖泊 "
    "山脉 山坡 山地 河口 河流 港湾 海湾 海岸 大街 街道 小区 社区 地区 外国 国外 国家队 加盟 卫星 太阳 家族 王朝 "
    "朝廷 陆军 海军 空军 国防军 青少年 少年 青年 小姐 女士 先生 先后 祖先 子孙 嘉宾 顾问 古老 博客 亚军 冠军 季军 "
    "荣获 获 晋级 成长 成立 美丽 上市 长约 南北 东西 东北 东南 西北 西南 阴阳 新建 普通 保安 曝光 大战 恒星 恐龙 熊猫 "
    "修道院 交汇处 天桥 新城 北站 西站 东站 南站 南路 北路 东路 西路 二人 两人 三人 富豪 巨龙 史前 成文法 金属 安全 "
    "和平 方便 明白 高兴 高中 初中 小学 大学 中学 学校 医院 银行 公司 公园 机场 车站 码头 港口 工厂 农场 商店 市场 "
    "幸福 健康 康复 温暖 温和 温泉 雷雨 毛病 毛衣 毛巾 牛奶 牛肉 马匹 马车 马路 马上 马达 鱼类 鱼群 鸟类 花园 花费 花销 "
    "花样 钱财 钱币 金钱 金额 金融 水平 水库 水流 路程 路线 路面 车辆 车厢 车主 田地 田野 石头 石块 石材 时候 时间 时长 "
    "时刻 小时 年龄 年轻 年长 年纪 年代 高龄 高出 高度 高峰 高大 宽大 方式 方面 方向 方法 成本 成员 成果 成功 成绩 成年 "
    "成人 成分 全部 全体 全程 全年 全长 曾经 曾祖 常常 常年 经常 平常 平时 平均 连接 连续 连同 任何 任务 任职 任命 应该 应当 "
    "应对 向来 向上 党员 古代 古典 古城 明确 明显 明年 程度 程序 项目 项链 于是 关于 关门 关闭 关停 易于 容易 简单 简称 "
    "强大 强度 单位 单程 单独 党派 白天 白色 白昼 黄色 黄昏 蓝色 红色 绿色 黑色 灰色 夏天 夏季 秋天 秋季 冬天 冬季 春天 春季 "
    "华人 中文 英文 汉语 老师 教师 学生 孩子 医师 律师 祖父 祖母 父亲 母亲 儿子 女儿 丈夫 妻子 哥哥 弟弟 姐姐 妹妹 "
    "胡同 胡子 胡萝卜 伍 苗木 苗圃 梅花 林木 林区 柳树 杨树 松树 桂花 路口 路人 广场 广告 广播 安排 安装 安放 安葬 安静 乐器 乐曲 "
    "施工 施行 施肥 解除 解散 解决 别人 别处 何时 何处 何人 谁人 盛产 盛行 盛大 储存 储备 储量 房屋 房间 房子 房产 余下 余额 费用 "
    "费时 雷电 贺信 倪 汤药 罗列 和解 和谈 计算 计划 计时 宋代 唐代 清代 明代 元代 汉代 汉朝 宋朝 唐朝 明朝 清朝 元朝 晋代 周边 周围 "
    "周末 周年 周期 周日 周一 周二 周三 周四 周五 周六 纪念 纪录 纪元 舒适 屈服 祝贺 祝福 董事 董事会 杜绝 阮 席位 季节 季度 "
    "江水 江面 江边 江岸 颜色 颜料 郭 盛 钟头 钟表 钟楼 徐徐 骆驼 樊篱 霍乱 万人 万元 支付 支持 支出 支流 柯 管理 管道 "
    "莫非 经过 经营 房租 干燥 干旱 应聘 宗教 丁 宣布 宣称 宣传 贲 邓 郁 单价 杭 洪水 洪灾 包括 包含 包围 诸多 左边 左侧 左右 "
    "崔 吉 钮 龚 程 嵇 邢 滑雪 裴 陆地 陆续 荣誉 翁 荀 羊毛 羊群 甄 曲 家人 家庭 家乡 家具 封闭 封面 封存 芮 羿 储 靳 汲取 "
    "松 井水 段落 富裕 富有 巫 乌云 焦点 巴士 弓 牧民 牧场 隗 山谷 山顶 山峰 山村 谷地 谷物 车票 车费 侯 宓 蓬 全球 全国 全省 全市 全县 全镇 全村 全家 "
    "全身 班级 仰 秋收 仲裁 伊 宫殿 宁静 仇恨 栾 暴雨 暴风雨 甘 厉害 戎 祖国 武器 武装 符合 刘 景色 景点 景区 詹 束缚 龙".split()
)
"""Common nouns and verbs that a dictionary tags as names, and what is cut out wrongly as one."""
_HAN = re.compile("[\u4e00-\u9fff]+")


@dataclass(frozen=True, slots=True)
class HanWord:
    """A word as it stands in `level(text)[start:end]`; `tag` is its part of speech."""

    text: str
    start: int
    end: int
    tag: str

    @property
    def names(self) -> bool:
        """Whether it names a person, a place or a body."""
        return self.tag[:2] in _NAMING and len(self.text) > 1 and self.text not in _COMMON


@lru_cache(maxsize=512)
def words_of(text: str) -> tuple[HanWord, ...]:
    """The words of `text` in order, a surname and what it is followed by as one.

    >>> [(w.text, w.names) for w in words_of("翟明德在北京教书。")][:3]
    [('翟明德', True), ('在', False), ('北京', True)]
    """
    from dataflow.quality.chinese_words import tagged  # compiled kernels: not for English alone

    found: list[HanWord] = []
    at = 0
    for word, tag in tagged(level(text[:_LONGEST])):
        for piece in _JOINT.split(word) if tag == "nr" and len(word) > 2 else (word,):
            if not piece:
                continue
            start, at = at, at + len(piece)
            last = found[-1] if found else None
            if last is not None and _continues(last, piece, tag):
                found[-1] = HanWord(last.text + piece, last.start, at, "nr")
            else:
                found.append(HanWord(piece, start, at, "p" if piece in _JOINTS else tag))
    return tuple(found)


def _continues(last: HanWord, word: str, tag: str) -> bool:
    """Whether a word belongs to the name before it."""
    size = len(last.text) + len(word)
    if last.tag[:2] != "nr" or not _HAN.fullmatch(word) or size > _LONGEST_NAME:
        return False
    if word[0] in _JOINTS:
        return False
    if tag[:2] == "nr":
        return True
    return size < 4 and len(last.text) < 3 and tag in _GIVEN and last.text not in _COMMON


@lru_cache(maxsize=512)
def han_names(text: str) -> tuple[str, ...]:
    """The different names among the words of `text`, in order."""
    return tuple(dict.fromkeys(word.text for word in words_of(text) if word.names))
