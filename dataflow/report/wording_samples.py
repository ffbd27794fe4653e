"""The page's words on samples."""

from __future__ import annotations

from dataflow.report.wording import Pair

SAMPLES: dict[str, Pair] = {
    "sft": ("Samples", "样本"),
    "sft_note": (
        "For training and testing models. Each sample that was made from a document quotes the "
        "passage that its answer rests on, and code has found the quote there.",
        "用于训练和测试模型。凡由文档生成的样本都引用了答案所依据的原文，引文均由程序在原文中核对。",
    ),
    "train": ("training", "训练"),
    "validation": ("validation", "验证"),
    "test": ("test", "测试"),
    "split_other": ("other", "其他"),
    "part_method": ("By method", "按方法"),
    "part_flaw": ("Flaw of the worse answer", "较差回答的缺陷"),
    "part_answerable": ("Answered by the corpus", "语料能否回答"),
    "part_task": ("By kind of query", "按查询类型"),
    "method": ("Method", "方法"),
    "perspective": ("For whom", "面向谁"),
    "difficulty": ("How hard", "难度"),
    "ask_kind": ("What it asks to do", "要求做什么"),
    "trait_lang": ("Language", "语言"),
    "tasks_of": ("Tasks of the instructions", "指令的任务"),
    "writers": ("Written by", "由谁生成"),
    "others": ("{count} more", "其余 {count} 种"),
    "funnel": ("From candidates to samples", "从候选到样本"),
    "funnel_note": (
        "Every candidate that did not become a sample has a row in rejects/ with the value and "
        "the bound that decided.",
        "凡未成为样本的候选，rejects/ 中都有一行，记有起决定作用的数值与界限。",
    ),
    "candidates": ("Candidates", "候选"),
    "answers": ("Answers of the model", "模型应答"),
    "checks": ("Checks against the source", "对照原文核查"),
    "novelty": ("Novelty", "新颖性"),
    "leaks": ("Leaks of test questions", "测试题泄漏"),
    "judges": ("Judges", "评审"),
    "choice": ("Choice", "选取"),
    "mixes": ("Controlled mixes", "受控配比"),
    "traits": ("For whom, how hard, and what for", "面向谁、多难、做什么"),
    "mixes_by_model": (
        "A bar is what came out, a mark is the share that was asked for. Checks come after the "
        "asking, so the two differ. Counted are the instructions that a model wrote.",
        "条形为实际占比，竖线为目标占比；核查在生成之后进行，因此二者会有出入。仅统计模型所写的指令。",
    ),
    "mixes_by_choice": (
        "A bar is what came out, a mark is the share that [select] wants of all instructions.",
        "条形为实际占比，竖线为 [select] 对全部指令设定的目标占比。",
    ),
    "mixes_free": (
        "What the rules gave; nobody asked for shares.",
        "规则生成的结果；未设定目标占比。",
    ),
    "wanted": ("target {share}", "目标 {share}"),
    "no_value": ("without one", "未标注"),
    "variety": ("How varied the instructions are", "指令有多丰富"),
    "variety_note": (
        "Distinct words and pairs: the more, the more varied. Self-BLEU: how much of an "
        "instruction stands in others, the less the better. Vendi score: how many instructions "
        "with nothing in common would be as varied; 256 is the most it can see. Measured on at "
        "most {count} instructions of a language.",
        "不同词与不同二元组的占比越高越丰富；Self-BLEU 为一条指令与其他指令重合的程度，越低越好；"
        "Vendi 分数表示其丰富程度相当于多少条毫无共同之处的指令，最高为 256。"
        "每种语言最多取 {count} 条指令计算。",
    ),
    "instructions": ("Instructions", "指令数"),
    "distinct_1": ("Distinct words", "不同词"),
    "distinct_2": ("Distinct pairs of words", "不同二元组"),
    "self_bleu": ("Self-BLEU", "Self-BLEU"),
    "vendi": ("Vendi score", "Vendi 分数"),
    "verbs": ("What is asked for most: verbs and their objects", "最常见的动词及其宾语"),
    "scores_of": ("Scores and their bounds", "分数与界限"),
    "scores_note": (
        "Of all four data sets together. Green: samples. Red: candidates that this bound left out. "
        "A dashed line is a bound of the recipe; its arrow points to the side that stays.",
        "四个数据集合计。绿色：样本；红色：被该界限剔除的候选。"
        "虚线为配方中的界限，箭头指向保留的一侧。",
    ),
    "other_scores": ("Other scores, without a bound: {count}", "其他未设界限的分数：{count} 项"),
    "spent": ("What the model cost", "模型开销"),
    "spent_note": (
        "Of the run that asked. What came from the cache cost nothing.",
        "为实际提问的那次运行的开销；来自缓存的应答不计费用。",
    ),
    "requests": ("requests sent", "次请求"),
    "from_cache": ("answers from the cache", "次应答来自缓存"),
    "prompt_tokens": ("prompt tokens", "提示词元"),
    "completion_tokens": ("answer tokens", "应答词元"),
    "unknown_tokens": ("tokens reserved for requests that broke off", "词元预留给中断的请求"),
    "money": ("money, by the recipe's prices", "金额（按配方中的价格）"),
    "token_budget": ("Token budget", "词元预算"),
    "money_budget": ("Money budget", "金额预算"),
    "spent_before": ("earlier {value}", "此前 {value}"),
    "spent_now": ("this run {value}", "本次 {value}"),
    "spent_left": ("left {value}", "剩余 {value}"),
    "failures": ("Answers that were none", "失败的应答"),
    "no_failures": ("Every request was answered.", "所有请求均得到应答。"),
    "user": ("User", "用户"),
    "assistant": ("Assistant", "助手"),
    "more_turns": ("{count} more turns", "另有 {count} 轮"),
    "evidence": ("Evidence and scores", "证据与分数"),
    "chosen": ("chosen", "优选"),
    "worse": ("rejected", "拒选"),
    "answer": ("answer", "答案"),
    "no_answer": ("The corpus has no answer.", "语料中没有答案。"),
    "chunk_of": ("the chunk that answers it", "能回答它的分块"),
    "examples": ("A look at them", "样本一览"),
}
SETS: dict[str, Pair] = {
    "sft": ("Instructions", "指令"),
    "preferences": ("Preferences", "偏好对"),
    "evalset": ("Test questions", "测试题"),
    "retrieval": ("Queries", "检索查询"),
}
PARTS: dict[str, Pair] = {
    "extractive": ("taken from the text", "摘自原文"),
    "table": ("from tables", "取自表格"),
    "question": ("question and answer", "问答"),
    "back_translation": ("back-translation", "反向翻译"),
    "dialogue": ("dialogue", "对话"),
    "reasoning": ("reasoning", "推理"),
    "summary": ("summary", "摘要"),
    "revision": ("revised by principles", "按原则修订"),
    "self_instruct": ("self-instruct", "自我指令"),
    "preference": ("preference pair", "偏好对"),
    "query": ("query", "检索查询"),
    "evalset": ("test question", "测试题"),
    "number": ("a number changed", "数字有误"),
    "date": ("a date changed", "日期有误"),
    "name": ("a name changed", "名称有误"),
    "negation": ("turned to its opposite", "意思相反"),
    "truncated": ("cut short", "不完整"),
    "off_topic": ("about something else", "答非所问"),
    "unfaithful": ("says what the source does not", "原文未提及"),
    "unasked": ("adds what was not asked", "添加了未问的内容"),
    "true": ("has an answer", "有答案"),
    "false": ("has none", "无答案"),
    "keywords": ("keywords", "关键词"),
    "heading": ("heading", "标题"),
}
"""Methods, flaws, and kinds of queries and test questions."""
TRAIT_VALUES: dict[str, Pair] = {
    "novice": ("novices", "新手"),
    "expert": ("experts", "专家"),
    "practitioner": ("practitioners", "从业者"),
    "theorist": ("theorists", "理论研究者"),
    "easy": ("easy", "简单"),
    "medium": ("medium", "中等"),
    "hard": ("hard", "困难"),
    "explain": ("explain", "解释"),
    "apply": ("apply", "应用"),
    "analyse": ("analyse", "分析"),
    "create": ("create", "创作"),
    "compare": ("compare", "比较"),
}
FAILURES: dict[str, Pair] = {
    "truncated": ("cut off at the token limit", "达到词元上限被截断"),
    "context_overflow": ("prompt too long for the model", "提示超出模型上下文"),
    "budget_exhausted": ("not sent: the budget is spent", "未发送：预算已用完"),
    "malformed": ("not what was asked for", "应答格式有误"),
    "refused": ("refused by the server", "被服务器拒绝"),
    "redirected": ("redirected elsewhere", "被重定向"),
    "server_error": ("error of the server", "服务器错误"),
    "rate_limited": ("too many requests", "请求过于频繁"),
    "unreachable": ("server not reached", "无法连接服务器"),
    "timeout": ("no answer in time", "超时无应答"),
    "lost": ("no answer", "没有应答"),
}
SCORE_NAMES: dict[str, Pair] = {
    "support": ("held by the quote", "引文支持度"),
    "faithfulness": ("keeps to the source", "忠实度"),
    "copied": ("question shared with the answer", "问题与答案重合"),
    "answer_tokens": ("words of an instruction's answer", "指令回答的词数"),
    "retrieval_rank": ("rank of its chunk in a search", "检索名次"),
    "novelty": ("likeness to an earlier sample", "与先前样本的相似度"),
    "curation": ("grade by the model that wrote it", "生成模型自评"),
    "judge": ("P(yes) of the judging model", "评审模型 P(yes)"),
    "perplexity": ("perplexity of the answer", "回答困惑度"),
    "ifd": ("instruction-following difficulty", "指令遵循难度"),
    "reward": ("reward model", "奖励模型"),
    "quality": ("quality model from reviews", "人工评审质量模型"),
}
