"""Office files: a Word report, Chinese slides and a bilingual workbook."""

from __future__ import annotations

import io
from datetime import datetime

from docx import Document
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from pptx import Presentation
from pptx.util import Inches, Pt

from sample_data.make import packages, texts

WHEN = datetime(2025, 1, 15, 8, 0, 0)

COST = (
    ("Section", "Work", "Length (m)", "Cost (yuan)"),
    ("Village hall", "Pipe under the path, new ditch", "60", "14,200"),
    ("Village hall to bends", "Cross drains and crushed granite", "430", "17,600"),
    ("The two bends", "Stone steps with a gravel path beside them", "120", "21,300"),
    ("Bends to footbridge", "Path raised by thirty centimetres", "230", "8,300"),
    ("Sum", "", "840", "61,400"),
)

INVENTORY = (
    ("No.", "Instrument", "Since", "State", "Remark"),
    (1, "Tipping bucket rain gauge", 1987, "good",
     "The bearing was renewed in 2019. It is checked with a burette every September."),
    (2, "Hand rain gauge", 1987, "good",
     "This is the reference: when the two gauges disagree, the hand gauge is right."),
    (3, "Pressure sensor, upper weir", 2003, "drifts",
     "It drifts by a few millimetres after each flood and is to be joined by a second one."),
    (4, "Float and pressure sensor, lower weir", 2011, "good",
     "The float sticks when there is sand in the pipe, so the pipe is flushed every month."),
    (5, "Evaporation pan with hook gauge", 1994, "good",
     "It stands too close to the camphor tree and will be moved nine metres to the west."),
    (6, "Fog net of one square metre", 2015, "new mesh",
     "The mesh was replaced in August 2024, after a goat had eaten the lower third of it."),
)  # fmt: skip

INVENTORY_ZH = (
    ("编号", "仪器", "启用年份", "状态", "备注"),
    (1, "翻斗式雨量计", 1987, "良好", "二〇一九年更换轴承，每年九月用滴定管校验一次。"),
    (2, "人工雨量筒", 1987, "良好", "作为基准使用：两者读数不一致时，以人工雨量筒为准。"),
    (3, "上堰压力传感器", 2003, "漂移", "每次洪水之后会漂移几毫米，计划加装第二支。"),
    (4, "下堰浮子与压力传感器", 2011, "良好", "管内进沙时浮子会卡住，因此每月冲洗一次。"),
    (5, "蒸发皿与钩形测针", 1994, "良好", "离樟树太近，将向西移动九米。"),
    (6, "一平方米雾网", 2015, "新网", "二〇二四年八月更换，原网的下部被山羊吃掉了。"),
)

SLIDES = (
    (
        "三件小事，一整年的数据",
        (
            "每天清晨清理堰口：一片落叶会让流量多算两成，而且事后无法补救。",
            "每月对一次时钟：暴雨的先后次序，靠的是记录器之间不差一分钟。",
            "缺测就留空：补上的数字看起来完整，却会让人误以为土壤有更长的记忆。",
        ),
    ),
)
SLIDE_TABLE = (
    ("地块", "修筑方式", "三十厘米深处的记忆时间", "建议"),
    ("老梯田", "五十年代人工砌石坎", "约 21 天", "二月上旬冬灌，每周巡查一次"),
    ("新梯田", "二〇〇九年机械修筑", "约 14 天", "增施有机肥，枝叶留在地里"),
    ("自然坡地", "从未修整", "约 9 天", "三月中旬浇水，不做冬灌"),
)


def word() -> bytes:
    """The proposal as DOCX: headings by style, bulleted and numbered lists, a table."""
    document = Document()
    for block in texts.blocks("docx_report.txt"):
        if block.kind == "slot":
            table = document.add_table(rows=0, cols=len(COST[0]), style="Table Grid")
            for row in COST:
                for cell, text in zip(table.add_row().cells, row, strict=True):
                    cell.text = text
            document.add_paragraph()
        elif block.kind == "heading":
            document.add_heading(block.text, level=int(block.mark) - 1)
        else:
            styles = {"bullet": "List Bullet", "number": "List Number"}
            document.add_paragraph(block.text, style=styles.get(block.kind))
    about = document.core_properties
    about.title, about.author = "Repair of the visitors' path", "Lin Wanqiu"
    about.created = about.modified = WHEN
    out = io.BytesIO()
    document.save(out)
    return packages.repack(out.getvalue())


def slides() -> bytes:
    """Three Chinese slides as PPTX: a title, bullets, a table."""
    deck = Presentation()
    first = deck.slides.add_slide(deck.slide_layouts[0])
    first.shapes.title.text = "一座小观测站怎样读懂一座山"
    first.placeholders[1].text = "青岚山野外站　开放日讲座　二〇二五年四月十二日"
    for title, points in SLIDES:
        slide = deck.slides.add_slide(deck.slide_layouts[1])
        slide.shapes.title.text = title
        frame = slide.placeholders[1].text_frame
        frame.text = points[0]
        for point in points[1:]:
            frame.add_paragraph().text = point
    last = deck.slides.add_slide(deck.slide_layouts[5])
    last.shapes.title.text = "三种坡地，三种记忆"
    size = (len(SLIDE_TABLE), len(SLIDE_TABLE[0]))
    frame = last.shapes.add_table(*size, Inches(0.5), Inches(1.8), Inches(9), Inches(3))
    for row, texts_of_row in enumerate(SLIDE_TABLE):
        for column, text in enumerate(texts_of_row):
            cell = frame.table.cell(row, column)
            cell.text = text
            cell.text_frame.paragraphs[0].font.size = Pt(16)
    last.notes_slide.notes_text_frame.text = (
        "讲到这里，请听众猜一猜：十年以后新梯田会有多少天的记忆？"
    )
    about = deck.core_properties
    about.title, about.author = "一座小观测站怎样读懂一座山", "高树年"
    about.created = about.modified = WHEN
    out = io.BytesIO()
    deck.save(out)
    return packages.repack(out.getvalue())


def workbook() -> bytes:
    """The inventory as XLSX, one sheet in English and one in Chinese."""
    book = Workbook()
    book.remove(book.active)
    for title, rows in (("Inventory", INVENTORY), ("仪器清单", INVENTORY_ZH)):
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
        for cell in sheet[1]:
            cell.font = Font(bold=True)
            cell.fill = PatternFill("solid", fgColor="DDE8E1")
        for column, width in zip("ABCDE", (6, 34, 9, 11, 70), strict=True):
            sheet.column_dimensions[column].width = width
        for cell in sheet["E"]:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    book.properties.creator = "Ruan Yu"
    book.properties.created = book.properties.modified = WHEN
    out = io.BytesIO()
    book.save(out)
    parts = packages.unpack(out.getvalue())
    return packages.pack((name, _dated(data)) for name, data in parts)


def _dated(data: bytes) -> bytes:
    # openpyxl writes the moment of saving over `modified`
    start, end = data.find(b"<dcterms:modified"), data.find(b"</dcterms:modified>")
    if start < 0:
        return data
    start = data.index(b">", start) + 1
    return data[:start] + WHEN.strftime("%Y-%m-%dT%H:%M:%SZ").encode() + data[end:]
