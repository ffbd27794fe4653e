"""The page's words on samples."""

from __future__ import annotations

from dataflow.report.wording import Pair

SAMPLES: dict[str, Pair] = {
    "sft": ("Samples", "样本"),
    "sft_note": (
        "Each sample quotes the passage that its answer rests on, and code has found the "
        "quote there. Scores are measured, not asked for, unless they say so.",
        "每个样本都引用了答案所依据的原文，引文均由程序核对。除注明外，分数均为实测。",
    ),
    "train": ("Training", "训练"),
    "validation": ("Validation", "验证"),
    "test": ("Test", "测试"),
    "method": ("Method", "方法"),
    "task": ("Task", "任务"),
    "backend": ("Made by", "生成方式"),
    "perspective": ("For whom", "视角"),
    "difficulty": ("Difficulty", "难度"),
    "kind": ("Asks to", "指令类型"),
    "flaw": ("Flaw of the worse answer", "较差回答的缺陷"),
    "wanted_share": ("{share} wanted", "目标 {share}"),
    "unanswerable": (
        "{count} of {all} test questions have no answer in the corpus.",
        "{all} 个测试问题中有 {count} 个在语料中没有答案。",
    ),
    "variety": ("Variety", "多样性"),
    "samples_of": ("Samples", "样本数"),
    "distinct_1": ("Distinct words", "不同词占比"),
    "distinct_2": ("Distinct pairs", "不同二元组占比"),
    "self_bleu": ("Self-BLEU", "Self-BLEU"),
    "verbs": ("What is asked for most", "最常见的动词与宾语"),
    "scores_of": ("Scores", "评分"),
    "spent": ("What the model cost", "模型开销"),
    "requests": ("requests", "请求"),
    "cached": ("from the cache", "来自缓存"),
    "prompt_tokens": ("prompt tokens", "提示词元"),
    "completion_tokens": ("answer tokens", "回答词元"),
    "money": ("money", "金额"),
    "tokens_left": ("tokens left", "剩余词元"),
    "money_left": ("money left", "剩余金额"),
    "instruction": ("Instruction", "指令"),
    "input": ("Input", "输入"),
    "output": ("Output", "输出"),
    "evidence": ("Evidence", "证据"),
    "worse": ("The worse answer", "较差的回答"),
    "no_answer": ("The corpus has no answer.", "语料中没有答案。"),
}
SCORE_NAMES: dict[str, Pair] = {
    "support": ("held by the quote", "引文支持度"),
    "faithfulness": ("keeps to the source", "忠实度"),
    "copied": ("question shared with the answer", "问题与答案重合"),
    "answer_tokens": ("words of the answer", "回答词数"),
    "retrieval_rank": ("rank of its chunk in a search", "检索名次"),
    "novelty": ("likeness to an earlier sample", "与先前样本的相似度"),
    "curation": ("grade by the model that wrote it", "生成模型自评"),
    "judge": ("P(yes) of the judging model", "评审模型 P(yes)"),
    "perplexity": ("perplexity of the answer", "回答困惑度"),
    "ifd": ("instruction-following difficulty", "指令遵循难度"),
    "reward": ("reward model", "奖励模型"),
    "quality": ("quality model from reviews", "人工评审质量模型"),
}
