"""Wordings of the tasks on running prose, by language and task."""

from __future__ import annotations

PROSE: dict[str, dict[str, tuple[str, ...]]] = {
    "en": {
        "speaker": (
            "Who says this in the passage: “{said}”?",
            "To whom does the passage attribute the words “{said}”?",
            "Name the person or body that is quoted with the words “{said}”.",
        ),
        "said": (
            "What does {name} say, according to the passage?",
            "What statement does the passage report from {name}?",
        ),
        "who_is": (
            "Who is {name}, according to the passage?",
            "How does the passage introduce {name}?",
        ),
        "age": ("How old is {name}, according to the passage?", "What age is given for {name}?"),
        "event": (
            "What does the passage say happened {when}?",
            "Which event does the passage date {when}?",
        ),
        "dates": (
            "Extract all dates and years from the passage as a JSON list, in the order in which "
            "they stand.",
            "Which dates does this text mention? Answer with a JSON list of strings.",
        ),
        "amounts": (
            "Extract every sum of money and every percentage from the passage as a JSON list.",
            "List the amounts of money and the percentages in this text as JSON strings, in order.",
        ),
        "cloze": (
            "One word or name was replaced by ____. Which one was it?",
            "Fill in the gap (____) with a name that the passage uses elsewhere.",
        ),
        "restore": (
            "Restore the capital letters and the punctuation of this text.",
            "This transcript has no punctuation and no capitals. Write it out properly.",
            "Edit the following text: put in punctuation marks and capital letters.",
        ),
        "missing_sentence": (
            "A sentence is missing at […]. Which of the sentences below the text belongs there?",
            "Choose the sentence that fills the gap […] in the text.",
        ),
    },
    "zh": {
        "speaker": ("“{said}”这句话是谁说的？", "文中“{said}”是谁的话？"),
        "said": ("根据这段文字，{name}有什么说法？", "文中提到{name}怎么说？"),
        "event": ("根据这段文字，{when}发生了什么事？", "文中记载{when}有什么事？"),
        "dates": (
            "请按出现的先后，把文中的日期和年份提取为一个 JSON 列表。",
            "文中提到了哪些日期？请用 JSON 列表回答。",
        ),
        "amounts": (
            "请把文中的金额和百分比提取为一个 JSON 列表。",
            "文中有哪些金额和百分比？请按顺序用 JSON 列表给出。",
        ),
        "works": (
            "文中提到了哪些作品或文献（书名号内的名称）？请用 JSON 列表给出。",
            "请把这段文字里书名号中的名称提取为一个 JSON 列表，不要重复。",
        ),
        "cloze": (
            "文中有一处名称换成了____，这里原来是什么？",
            "请根据上下文，在____处填入文中别处出现过的名称。",
        ),
        "restore": (
            "请给下面的文字加上标点符号。",
            "下面这段文字没有标点，请补上。",
            "请为这段文字断句，加上合适的标点。",
        ),
        "missing_sentence": (
            "文中 […] 处缺了一句话，应当是下面列出的哪一句？",
            "请从文后的几句话中选出应放在 […] 处的一句。",
        ),
    },
}
