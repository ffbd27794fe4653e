"""English wordings of the rules' questions, by task."""

from __future__ import annotations

WORDINGS: dict[str, tuple[str, ...]] = {
    "scoped": (
        "According to “{title}”, {question}",
        "In “{title}”, {question}",
        "Going by the text “{title}”, {question}",
    ),
    "table": (
        "In the table, what is given as “{column}” for “{row}”{key}?",
        "Look into the table: which entry does “{row}”{key} have under “{column}”?",
    ),
    "table_in": (
        "According to the table “{place}”, what is given as “{column}” for “{row}”{key}?",
        "In the table “{place}”, which entry does “{row}”{key} have under “{column}”?",
        "Look up “{row}”{key} in the table “{place}”: what stands under “{column}”?",
    ),
    "find_row_in": (
        "In the table “{place}”, which {name} has “{value}” as its {column}?",
        "For which {name} does the table “{place}” give “{value}” as {column}?",
    ),
    "max_in": (
        "In the table “{place}”, which {name} has the highest value of “{column}”?",
        "Which {name} comes first in the table “{place}” if it is sorted by “{column}”, highest "
        "first?",
    ),
    "min_in": (
        "In the table “{place}”, which {name} has the lowest value of “{column}”?",
        "Where in the table “{place}” is “{column}” lowest? Give the {name}.",
    ),
    "sum_in": (
        "Add up the column “{column}” of the table “{place}” over {rows}.",
        "What do the values of “{column}” in the table “{place}” come to in total ({rows})?",
    ),
    "mean_in": (
        "What is the mean of “{column}” in the table “{place}” over {rows}? Round to {digits}.",
        "Average the column “{column}” of the table “{place}” ({rows}), rounded to {digits}.",
    ),
    "count_in": (
        "For how many of {rows} in the table “{place}” is “{column}” above {bound}?",
        "Count the entries of the table “{place}” whose “{column}” exceeds {bound} ({rows}).",
    ),
    "difference_in": (
        "In the table “{place}”, by how much do “{one}” and “{two}” differ in “{column}”?",
        "Going by the table “{place}”, how large is the difference in “{column}” between “{one}” "
        "and “{two}”?",
    ),
    "ratio_in": (
        "In the table “{place}”, how many times as high is “{column}” for “{one}” as for “{two}”? "
        "Round to {digits}.",
        "Divide the “{column}” of “{one}” by that of “{two}” in the table “{place}”, and round to "
        "{digits}.",
    ),
    "rank_in": (
        "List the {name} entries of the table “{place}” by “{column}”, highest first.",
        "Sort {rows} in the table “{place}” by “{column}” in descending order.",
    ),
    "filter_in": (
        "Which {name} entries of the table “{place}” have “{column}” above {bound}?",
        "List each {name} in the table “{place}” for which “{column}” is greater than {bound}.",
    ),
    "higher_in": (
        "Which of the two has the higher value of “{column}” in the table “{place}”: “{one}” or "
        "“{two}”?",
    ),
    "answer_extreme": ("{row}, with {value}.",),
    "answer_value": ("The result is {result}.",),
    "answer_sum": ("The values add up to {result}.",),
    "answer_mean": ("The mean is {result}.",),
    "answer_count": ("It is above {bound} in {result} of {n} cases.",),
    "answer_difference": ("They differ by {result}.",),
    "answer_ratio": ("It is {result} times as high.",),
    "digits": ("one decimal place", "two decimal places", "three decimal places"),
    "rows": ("all {n} rows",),
    "rows_but_total": ("the {n} rows other than totals",),
    "record": (
        "Turn the row “{row}” of this table into a JSON object; use the column headers as keys.",
        "Extract the entry “{row}” from the table below as JSON, one key for each column.",
    ),
    "record_fields": (
        "Extract the fields of the following lines as a JSON object.",
        "Read the entries below into a JSON object, one key for each line.",
    ),
    "csv": (
        "Convert the table below to CSV.",
        "Rewrite this table as comma-separated values, the headers in the first line.",
    ),
    "quote": (
        "Quote the sentence of the passage that answers this question: {question}",
        "Which sentence of the text below answers the question “{question}”? Quote it.",
        "{question} Answer with a sentence from the passage.",
    ),
    "outline": (
        "The parts of this text have lost their headings. Write one heading for each part, as an "
        "outline.",
        "Draw up an outline of the text below: a heading of a few words for each of its parts.",
    ),
    "timeline": (
        "Make a timeline of what the text below tells, one line for each year.",
        "List the events of this passage in order of their years, each with its year in front.",
    ),
    "describe_row": (
        "Read out the row “{row}” of this table as “column: entry”, one line each.",
        "What does the table say about “{row}”? Give one line for each column.",
        "List everything that the table below says about “{row}”, one line for each column.",
    ),
    "list": (
        "List the points that the text below gives on “{heading}”.",
        "What does the text below list under “{heading}”?",
    ),
    "intro": (
        "The text says: “{lead}” Which points does it then list?",
        "In the text below, what is listed after the words “{lead}”?",
    ),
    "steps": (
        "Extract the numbered steps for “{heading}” from the text below.",
        "According to the text below, which steps does “{heading}” take?",
    ),
    "order": (
        "Put these steps into the right order.",
        "The following steps are out of order. Arrange them as they are to be carried out.",
    ),
    "rewrite_list": (
        "Rewrite the following sentence as a list with one point a line.",
        "Break this sentence down into an introduction and a bulleted list.",
    ),
    "points": (
        "List the points that the writer makes, in order and in the writer's own words.",
        "Which numbered points does the following text make? Quote the sentence of each.",
    ),
    "requests": (
        "What does the writer of this message ask the reader to do? Quote the requests.",
        "Pick out every request in the following text.",
    ),
    "title": (
        "Suggest a title for the following text.",
        "What would be a fitting title for this text?",
        "Give the text below a short title.",
    ),
    "heading": (
        "Which heading would suit this passage?",
        "Give the following section a heading.",
        "Sum up the topic of this passage in a heading of a few words.",
    ),
    "choose_heading": (
        "Which of these headings belongs to the passage: {options}?",
        "Choose the right heading for the passage below from {options}.",
    ),
    "choose_title": ("Which of these titles fits the text below: {options}?",),
    "summary": (
        "Which sentence of this passage sums it up best?",
        "State the main point of the following passage in one of its own sentences.",
    ),
    "abstract": (
        "Summarise the following document in a few sentences.",
        "Write the summary that could open this document.",
    ),
    "true_false": (
        "True or false, going by the passage? Correct the statement if it is false.",
        "Check the statement against the passage and correct it if it is wrong.",
    ),
    "given": ("Statement: {statement}\n\nPassage: {passage}",),
    "true": ("True. The passage says: {sentence}",),
    "false": ("False. The passage says: {sentence}",),
    "says_cause": (
        "The passage says that {clause}. What reason does it give?",
        "According to the passage, what is the reason that {clause}?",
    ),
    "says_aim": ("The passage says that {clause}. What purpose or result does it name?",),
    "abbreviation": ("What does {short} stand for?", "What is the full form of {short}?"),
    "faq_short": ("{heading}",),
    "docstring": (
        "Say in a sentence what this code does.",
        "Write a docstring for the following function.",
    ),
    "from_notes": (
        "Write a passage on “{heading}” from these notes.",
        "Turn the following notes on “{heading}” into a short text.",
    ),
    "from_notes_in": (
        "Write the section “{heading}” of “{title}” from these notes.",
        "Turn these notes on “{heading}” into running text, for “{title}”.",
        "Using the notes below, write a passage on “{heading}” ({title}).",
    ),
    "explain": ("Explain “{heading}”.", "Write a short explanation of “{heading}”."),
    "explain_in": (
        "Explain “{heading}” in the context of “{title}”.",
        "What does a reader of “{title}” need to know about “{heading}”?",
    ),
    "apply": ("Give practical guidance on “{heading}”.",),
    "apply_in": (
        "Give practical guidance on “{heading}” in the context of “{title}”.",
        "Write instructions on “{heading}” for “{title}”.",
    ),
    "analyse": ("Discuss “{heading}” and give reasons.",),
    "analyse_in": (
        "Discuss “{heading}” in the context of “{title}” and give reasons.",
        "Explain the reasons behind “{heading}” ({title}).",
    ),
    "compare": ("Compare {one} and {two}.",),
    "compare_in": (
        "Compare {one} and {two} in the context of “{title}”.",
        "How do {one} and {two} differ? The context is “{title}”.",
    ),
    "ask_again": ("Thanks. {question}", "I see. {question}", "Next: {question}", "{question}"),
    "and_row": ("And for “{row}”?", "What about “{row}”?"),
}
