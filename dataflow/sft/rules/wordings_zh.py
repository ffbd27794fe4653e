"""Chinese wordings of the rules' questions, by task."""

from __future__ import annotations

WORDINGS: dict[str, tuple[str, ...]] = {
    "scoped": (
        "根据《{title}》，{question}",
        "在《{title}》中，{question}",
        "请依据《{title}》回答：{question}",
    ),
    "table": (
        "表格里“{row}”{key}的“{column}”是什么？",
        "请查表回答：“{row}”{key}一行的“{column}”写的是什么？",
    ),
    "table_in": (
        "根据表格“{place}”，“{row}”{key}的“{column}”是什么？",
        "在表格“{place}”里，“{row}”{key}一行的“{column}”写的是什么？",
        "请从表格“{place}”中查出“{row}”{key}的“{column}”。",
    ),
    "find_row_in": (
        "在表格“{place}”里，哪一个{name}的“{column}”是“{value}”？",
        "表格“{place}”中，“{column}”为“{value}”的{name}是哪一个？",
    ),
    "max_in": (
        "在表格“{place}”里，哪个{name}的“{column}”数值最大？",
        "把表格“{place}”按“{column}”从高到低排列，排在第一的{name}是哪个？",
    ),
    "min_in": (
        "在表格“{place}”里，哪个{name}的“{column}”数值最小？",
        "表格“{place}”中“{column}”数值最小的{name}是哪个？",
    ),
    "sum_in": (
        "把表格“{place}”中“{column}”一列的数值加起来（{rows}），一共是多少？",
        "表格“{place}”里“{column}”的合计是多少？请计算{rows}。",
    ),
    "mean_in": (
        "表格“{place}”中“{column}”的平均值是多少？请按{rows}计算，保留{digits}。",
        "求表格“{place}”里“{column}”一列的平均数（{rows}），结果保留{digits}。",
    ),
    "count_in": (
        "表格“{place}”的{rows}中，“{column}”超过{bound}的有几个？",
        "请数一数，表格“{place}”里有多少行的“{column}”大于{bound}（{rows}）。",
    ),
    "difference_in": (
        "根据表格“{place}”，“{one}”与“{two}”的“{column}”相差多少？",
        "在表格“{place}”里，“{one}”和“{two}”两行的“{column}”之差是多少？",
    ),
    "ratio_in": ("根据表格“{place}”，“{one}”的“{column}”是“{two}”的多少倍？保留{digits}。",),
    "rank_in": (
        "请把表格“{place}”中的各个{name}按“{column}”从高到低排列。",
        "按“{column}”由高到低，列出表格“{place}”里的{name}。",
    ),
    "filter_in": (
        "表格“{place}”中，哪些{name}的“{column}”超过{bound}？",
        "请列出表格“{place}”里“{column}”大于{bound}的{name}。",
    ),
    "higher_in": ("根据表格“{place}”，“{one}”和“{two}”哪一个的“{column}”数值更大？",),
    "answer_extreme": ("{row}，数值为{value}。",),
    "answer_value": ("结果是{result}。",),
    "answer_sum": ("合计为{result}。",),
    "answer_mean": ("平均值为{result}。",),
    "answer_count": ("{n}个之中有{result}个超过{bound}。",),
    "answer_difference": ("相差{result}。",),
    "answer_ratio": ("约为{result}倍。",),
    "digits": ("一位小数", "两位小数", "三位小数"),
    "rows": ("全部{n}行",),
    "rows_but_total": ("合计以外的{n}行",),
    "record": (
        "请把下面表格中“{row}”一行转换成 JSON 对象，以列名作为键。",
        "请从下表提取“{row}”的各项信息，用 JSON 表示，每一列一个键。",
    ),
    "record_fields": (
        "请把下面各行的信息提取成一个 JSON 对象。",
        "请将以下条目整理为 JSON，每行一个键。",
    ),
    "csv": ("请把下面的表格转换成 CSV 格式。", "请将下表改写为以逗号分隔的文本，第一行为表头。"),
    "quote": (
        "请从下面的文字中找出能够回答“{question}”的原句。",
        "{question}请引用文中的一句原话回答。",
        "下面的文字中，哪一句回答了“{question}”这个问题？",
    ),
    "outline": (
        "下面的文字没有小标题，请按顺序为各部分拟出小标题，列成提纲。",
        "请为下面的文字列一份提纲，每一部分用几个字概括。",
    ),
    "timeline": (
        "请按时间先后整理下面文字中的事件，每行先写年份。",
        "请根据下面的文字列出大事年表，一年一行。",
    ),
    "describe_row": (
        "表中关于“{row}”有哪些信息？请按“列名：内容”逐行列出。",
        "请把下表中有关“{row}”的内容逐列写出来，每列一行。",
    ),
    "list": (
        "请列出下面的文字在“{heading}”之下给出的各点。",
        "下面的文字在“{heading}”这一部分列了哪几条？",
    ),
    "intro": (
        "文中写道：“{lead}”接下来列出了哪几点？",
        "在下面的文字中，“{lead}”之后列举了哪些内容？",
    ),
    "steps": (
        "请从下面的文字中摘出“{heading}”的各个步骤。",
        "根据下面的文字，“{heading}”分哪几步？",
    ),
    "order": ("请把下面的步骤按正确的顺序排列。", "下列步骤的顺序被打乱了，请重新排好。"),
    "rewrite_list": (
        "请把下面这句话改写成列表，一行一条。",
        "请将这句话拆成一句引言和若干条目。",
    ),
    "points": (
        "请按顺序摘出作者提出的各点，用原文的句子回答。",
        "下面的文字分几点说明？请逐条引用原句。",
    ),
    "requests": (
        "这封信里，写信人请对方做哪些事？请摘录原句。",
        "请找出下面文字中提出的全部要求，用原句回答。",
    ),
    "title": ("请为下面的文字拟一个标题。", "下面这段文字适合用什么标题？"),
    "heading": (
        "请为下面这一节拟一个小标题。",
        "用几个字概括下面这段文字的主题，作为小标题。",
        "下面这段文字放在哪个小标题之下比较合适？请拟一个。",
    ),
    "choose_heading": (
        "下面的小标题中，哪一个属于这段文字：{options}？",
        "请从{options}中为下面的文字选出正确的小标题。",
    ),
    "choose_title": ("下面的标题中，哪一个适合这段文字：{options}？",),
    "summary": (
        "下面这段文字中，哪一句最能概括全文？",
        "请用原文中的一句话说明下面这段文字的主旨。",
    ),
    "abstract": ("请用几句话概括下面的文档。", "请为下面的文档写一段摘要。"),
    "true_false": (
        "请根据这段文字判断下面的说法是否正确，如有错误请改正。",
        "对照原文，检查下面这句话对不对，不对的话请更正。",
    ),
    "given": ("说法：{statement}\n\n原文：{passage}",),
    "true": ("正确。原文是：{sentence}",),
    "false": ("错误。原文是：{sentence}",),
    "why": ("为什么{clause}？", "根据这段文字，为什么{clause}？", "文中说“{clause}”，原因是什么？"),
    "says_cause": ("文中说“{clause}”，原因是什么？", "文中说“{clause}”，为什么？"),
    "says_aim": ("文中说“{clause}”，目的是什么？",),
    "says_result": (
        "文中说“{clause}”，会带来什么结果？",
        "文中说“{clause}”，这样有什么作用或结果？",
    ),
    "abbreviation": ("{short}是什么的缩写？", "{short}的全称是什么？"),
    "faq_short": ("{heading}",),
    "docstring": ("请用一句话说明这段代码的作用。", "请为下面的函数写一条文档说明。"),
    "from_notes": (
        "请把下面的要点连成一段通顺的文字，主题是“{heading}”。",
        "以下是关于“{heading}”的要点，请改写成完整的句子。",
        "请以“{heading}”为题，把这些要点写成一段话。",
    ),
    "from_notes_in": (
        "请根据下面的要点，为《{title}》写出“{heading}”一节。",
        "请把下面的要点连成通顺的文字，作为《{title}》中“{heading}”的内容。",
        "下面是《{title}》“{heading}”一节的要点，请写成完整的段落。",
        "笔记只有要点，请补成句子：《{title}》，“{heading}”。",
    ),
    "explain": ("请说明“{heading}”。", "请写一段文字解释“{heading}”。"),
    "explain_in": (
        "请结合《{title}》的主题说明“{heading}”。",
        "请介绍《{title}》中“{heading}”的内容。",
    ),
    "apply": ("请就“{heading}”写出可以照着做的说明。",),
    "apply_in": (
        "请就“{heading}”写出可以照着做的说明，主题是《{title}》。",
        "关于《{title}》，“{heading}”具体应当怎么做？",
    ),
    "analyse": ("请谈谈“{heading}”，并说明原因。",),
    "analyse_in": (
        "请结合《{title}》谈谈“{heading}”，并说明原因。",
        "请解释《{title}》中“{heading}”背后的原因。",
    ),
    "compare": ("请比较{one}和{two}。",),
    "compare_in": (
        "请结合《{title}》比较{one}和{two}。",
        "就《{title}》而言，{one}和{two}有什么不同？",
    ),
    "ask_again": ("谢谢。{question}", "明白了。{question}", "再问一下：{question}", "{question}"),
    "and_row": ("那么“{row}”呢？", "“{row}”呢？"),
}
