"""Texts that carry a licence, with its SPDX expression, and texts that only mention one."""

from __future__ import annotations

BODY = "The harbour was rebuilt after the flood.\n\nIts cranes are still in use today.\n\n"
BODY_ZH = "港口在洪水之后重建。\n\n那些起重机至今仍在使用。\n\n"

GRANTED: tuple[tuple[str, str], ...] = (
    ("This work is licensed under a Creative Commons Attribution 4.0 International License.",
     "CC-BY-4.0"),
    ("This work is licensed under CC BY-SA 4.0.", "CC-BY-SA-4.0"),
    ("This article is distributed under the terms of the Creative Commons Attribution-NonCommercial"
     "-NoDerivatives 4.0 International License.", "CC-BY-NC-ND-4.0"),
    ("Except where otherwise noted, content on this site is licensed under a Creative Commons "
     "Attribution-ShareAlike 3.0 license.", "CC-BY-SA-3.0"),
    ("Text is available under the Creative Commons Attribution-ShareAlike License 4.0; additional "
     "terms may apply.", "CC-BY-SA-4.0"),
    ("© 2021 The Harbour Society. This is an open access article under the CC BY license "
     "(http://creativecommons.org/licenses/by/4.0/).", "CC-BY-4.0"),
    ("Licensed under https://creativecommons.org/licenses/by-nc/4.0/", "CC-BY-NC-4.0"),
    ("CC BY 4.0", "CC-BY-4.0"),
    ("https://creativecommons.org/licenses/by-sa/3.0/", "CC-BY-SA-3.0"),
    ("To the extent possible under law, the author has waived all rights to this work, which is "
     "published under CC0 1.0.", "CC0-1.0"),
    ("License: CC0-1.0", "CC0-1.0"),
    ("This data set is dedicated to the public domain "
     "(https://creativecommons.org/publicdomain/zero/1.0/).", "CC0-1.0"),
    ("This book has been released into the public domain by its author.",
     "LicenseRef-public-domain"),
    ("This report is in the public domain.", "LicenseRef-public-domain"),
    ("This document is published under a Creative Commons Attribution licence.",
     "LicenseRef-CC-BY"),
    ("This program is free software: you can redistribute it and/or modify\nit under the terms of "
     "the GNU General Public License as published by\nthe Free Software Foundation, either version "
     "3 of the License, or\n(at your option) any later version.", "GPL-3.0-or-later"),
    ("This program is free software; you can redistribute it and/or modify it under the terms of "
     "the GNU General Public License version 2 as published by the Free Software Foundation.",
     "GPL-2.0-only"),
    ("This library is free software; you can redistribute it and/or modify it under the terms of "
     "the GNU Lesser General Public License as published by the Free Software Foundation; either "
     "version 2.1 of the License, or (at your option) any later version.", "LGPL-2.1-or-later"),
    ("This file is distributed under the GNU Affero General Public License, version 3.",
     "AGPL-3.0-only"),
    ("Released under the GPLv3.", "GPL-3.0-only"),
    ("This software is licensed under the GPL-2.0-or-later.", "GPL-2.0-or-later"),
    ("License: GPLv2+", "GPL-2.0-or-later"),
    ("This manual is covered by the GNU GPL.", "GPL-1.0-or-later"),
    ("Permission is granted to copy, distribute and/or modify this document under the terms of the "
     "GNU Free Documentation License, Version 1.3 or any later version published by the Free "
     "Software Foundation.", "GFDL-1.3-or-later"),
    ("This manual is available under the GFDL 1.2.", "GFDL-1.2-only"),
    ('Licensed under the Apache License, Version 2.0 (the "License"); you may not use this file '
     "except in compliance with the License.", "Apache-2.0"),
    ("## License\n\nApache-2.0", "Apache-2.0"),
    ("This project is licensed under the Apache License 2.0.", "Apache-2.0"),
    ("## License\n\nMIT © Jane Miller", "MIT"),
    ("## License\n\nHarbour is released under the MIT License.", "MIT"),
    ("License: MIT", "MIT"),
    ("This package is distributed under the MIT license; see the file LICENSE.", "MIT"),
    ("Copyright (c) 2020 Jane Miller\n\nPermission is hereby granted, free of charge, to any person"
     " obtaining a copy\nof this software and associated documentation files, to deal in it without"
     " restriction.\n\nThe above copyright notice and this permission notice shall be included in "
     "all copies.", "MIT"),
    ("Copyright (c) 2019 Jane Miller\n\nRedistribution and use in source and binary forms, with or "
     "without\nmodification, are permitted provided that redistributions of source code must retain"
     " the\nabove copyright notice.\n", "BSD-2-Clause"),
    ("Redistribution and use in source and binary forms are permitted. Neither the name of the "
     "society nor the names of its contributors may be used to endorse or promote products derived "
     "from this software.", "BSD-3-Clause"),
    ("This code is released under the 3-clause BSD license.", "BSD-3-Clause"),
    ("This tool is available under the BSD-2-Clause license.", "BSD-2-Clause"),
    ("Distributed under the New BSD License.", "BSD-3-Clause"),
    ("This Source Code Form is subject to the terms of the Mozilla Public License, v. 2.0.",
     "MPL-2.0"),
    ("License: MPL 2.0", "MPL-2.0"),
    ("This module is licensed under the ISC license.", "ISC"),
    ("This program and the accompanying materials are made available under the terms of the Eclipse"
     " Public License 2.0.", "EPL-2.0"),
    ("# SPDX-License-Identifier: BSD-3-Clause\nimport harbour\n", "BSD-3-Clause"),
    ("/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */\nint cranes;\n",
     "GPL-2.0-only WITH Linux-syscall-note"),
    ("// SPDX-License-Identifier: (MIT OR Apache-2.0)\nfn main() {}\n", "MIT OR Apache-2.0"),
    ("This crate is licensed under either of the Apache License, Version 2.0 or the MIT license at "
     "your option. This project accepts patches.", "Apache-2.0 OR MIT"),
    ("All content is licensed under CC BY 4.0, and all code is licensed under the MIT License.",
     "CC-BY-4.0 AND MIT"),
    ("Dual-licensed under MIT or Apache-2.0.", "Apache-2.0 OR MIT"),
    ("Contains public sector information. This report is licensed under the Open Government Licence"
     " v3.0.", "OGL-UK-3.0"),
    ("This font documentation is published under the SIL Open Font License 1.1.", "OFL-1.1"),
    ("Unless otherwise stated, this website is licensed under the Creative Commons "
     "Attribution-NonCommercial-ShareAlike 4.0 International licence.", "CC-BY-NC-SA-4.0"),
    ("Our documentation is published under CC-BY-3.0.", "CC-BY-3.0"),
)  # fmt: skip

GRANTED_ZH: tuple[tuple[str, str], ...] = (
    ("本作品采用知识共享署名 4.0 国际许可协议进行许可。", "CC-BY-4.0"),
    ("本作品采用知识共享署名-非商业性使用-相同方式共享 4.0 国际许可协议进行许可。",
     "CC-BY-NC-SA-4.0"),
    ("除另有声明外，本网站内容采用知识共享署名-相同方式共享 3.0 许可协议授权。", "CC-BY-SA-3.0"),
    ("本文遵循 CC BY-NC-ND 4.0 协议，转载请注明出处。", "CC-BY-NC-ND-4.0"),
    ("版权声明：本文为原创文章，遵循 CC 4.0 BY-SA 版权协议，转载请附上原文链接。", "CC-BY-SA-4.0"),
    ("本站所有文章采用 CC BY-SA 4.0 许可协议。", "CC-BY-SA-4.0"),
    ("许可协议：MIT", "MIT"),
    ("许可证: Apache-2.0", "Apache-2.0"),
    ("本项目采用 MIT 许可证。", "MIT"),
    ("本项目基于 Apache License 2.0 协议开源。", "Apache-2.0"),
    ("本软件遵循 GPLv3 协议发布。", "GPL-3.0-only"),
    ("本程序依据 GNU 通用公共许可证第 3 版或更高版本发布。", "GPL-3.0-or-later"),
    ("本软件采用木兰宽松许可证，第2版。", "MulanPSL-2.0"),
    ("本项目遵循 MulanPSL v2 许可证。", "MulanPSL-2.0"),
    ("## 许可证\n\n木兰宽松许可证 第2版", "MulanPSL-2.0"),
    ("## 许可协议\n\nMIT © 张三", "MIT"),
    ("本书以 CC0 1.0 发布。", "CC0-1.0"),
    ("本作品已进入公有领域。", "LicenseRef-public-domain"),
    ("本手册依据 GNU Free Documentation License 1.3 发布。", "GFDL-1.3-only"),
    ("除非另有说明，本文档以 BSD-3-Clause 许可证授权。", "BSD-3-Clause"),
)  # fmt: skip

MENTIONED: tuple[str, ...] = (
    "Unlike the GPL, a permissive licence lets you close the source.",
    "The Linux kernel is licensed under the GPLv2.",
    "Wikipedia moved from the GFDL to CC BY-SA 3.0 in 2009.",
    "The MIT License is the most common licence on code hosting sites.",
    "Should this project be licensed under the MIT License?",
    "This article explains how software is released under the Apache License 2.0.",
    "This chapter compares the GPL with the BSD licenses.",
    "We chose not to release this book under a Creative Commons licence such as CC BY 4.0.",
    "This work is not licensed under CC BY 4.0.",
    "Photo by Jane Miller, licensed under CC BY 2.0.",
    "Image: harbour.jpg, CC BY-SA 4.0, via a media archive.",
    "Figure 3 is reproduced from Miller (2019) under CC BY 4.0.",
    "This project uses a parser that is licensed under the MIT License.",
    "This package depends on libraries which are distributed under the LGPL 2.1.",
    "Add the line \"This work is licensed under CC BY 4.0\" to your page.",
    "To apply the licence, write `Licensed under the Apache License, Version 2.0` into each file.",
    "The court held that the GNU General Public License, version 2, is enforceable.",
    "He works at MIT and teaches there.",
    "MIT Press published the book in 1996.",
    "Her driving license was suspended in 2004.",
    "A fishing license is required on the lake.",
    "The Apache helicopter landed at noon.",
    "BSD is a family of operating systems.",
    "FreeBSD 13 was released in April.",
    "The software was previously distributed under the GPLv2.",
    "The code would have been released under the MPL 2.0.",
    "If this software is licensed under the GPL, you must publish your changes.",
    "Many authors publish under CC BY-NC 4.0 because their funders ask for it.",
    "Creative Commons was founded in 2001.",
    "Creative Commons Attribution 4.0 allows commercial use.",
    "Most works published before 1929 are in the public domain in the United States.",
    "Shakespeare's plays are in the public domain.",
    "The public domain grows every year on the first of January.",
    "What does it mean when a document is licensed under the GFDL?",
    "| package | licence |\n| --- | --- |\n| lodash | MIT |\n| numpy | BSD-3-Clause |",
    "## Third-party licenses\n\nlodash\n\nLicensed under the MIT License.",
    "## Acknowledgements\n\nThe icons are distributed under CC BY 4.0.",
    "```\nSPDX-License-Identifier: MIT\n```\n\nPut such a tag at the top of each of your files and "
    "let the tool check that every file of the tree has one before you publish a new version.",
    "An SPDX-License-Identifier: MIT tag is enough for most tools.",
    "SPDX-License-Identifier: <your licence>",
    "The licence text of the GPL has about 5,600 words.",
    "### GPL\n\nA strong copyleft licence.\n\n### MIT\n\nA short permissive licence.",
    "All rights reserved. No part of this publication may be reproduced.",
    "The licence may be the GPL, the LGPL or the MPL.",
    "Richard Stallman wrote the GNU General Public License in 1989.",
    "You can choose between CC BY and CC BY-SA when you upload.",
    "The cover image is available under CC BY-SA 2.0.",
    "The data that we analysed were published by the city under the Open Government Licence v3.0.",
    "Version 3 of the GNU General Public License was published in 2007.",
    "This survey examines packages that are licensed under the MIT License.",
)  # fmt: skip

MENTIONED_ZH: tuple[str, ...] = (
    "与 GPL 不同，MIT 许可证允许闭源。",
    "Linux 内核采用 GPLv2 许可证。",
    "本文介绍 GPL 与 BSD 许可证的区别。",
    "本文讨论如何选择知识共享许可协议。",
    "如果本项目采用 MIT 许可证，你可以商用。",
    "图片来源：张三，CC BY-SA 4.0。",
    "封面照片采用知识共享署名 2.0 许可协议。",
    "本项目依赖的库采用 LGPL 许可证。",
    "本软件不采用 GPL 许可证。",
    "木兰宽松许可证是中国首个国际通用的开源许可证。",
    "麻省理工学院（MIT）位于剑桥市。",
    "他获得了驾驶许可。",
    "本文件需经授权方可查阅。",
    "双方签署了合作协议。",
    "该作品已进入公有领域。",
    "什么是知识共享署名 4.0 许可协议？",
    "维基百科的文字采用知识共享署名-相同方式共享协议。",
    "本项目曾采用 GPLv2 许可证。",
    "## 第三方组件\n\n本库采用 MIT 许可证。",
    "许多作者选择以 CC BY 4.0 发布文章。",
)  # fmt: skip

SECOND_GRANTED: tuple[tuple[str, str], ...] = (
    (
        "This book is made available under the Creative Commons Attribution-NonCommercial 3.0 "
        "Unported License.",
        "CC-BY-NC-3.0",
    ),
    ("This tutorial is shared under CC BY-NC-SA 4.0.", "CC-BY-NC-SA-4.0"),
    ("Copyright 2018 Ada Smith. Licensed under the EUPL v1.2.", "EUPL-1.2"),
    ("The source code of this site is released under the MIT license.", "MIT"),
    (
        "© 2022 by the authors. Licensee Port Press. This article is an open access article "
        "distributed under the terms and conditions of the Creative Commons Attribution (CC "
        "BY) license (https://creativecommons.org/licenses/by/4.0/).",
        "CC-BY-4.0",
    ),
    ("**License:** GPL-3.0-or-later", "GPL-3.0-or-later"),
    ("License\n-------\n\nBSD 3-Clause", "BSD-3-Clause"),
    (
        "This documentation is subject to the terms of the GNU Free Documentation License, "
        "version 1.2.",
        "GFDL-1.2-only",
    ),
    (
        "These lecture notes are licensed under the Creative Commons Attribution-ShareAlike "
        "4.0 International License.",
        "CC-BY-SA-4.0",
    ),
    ("LICENSE: Apache License, Version 2.0", "Apache-2.0"),
    (
        "Unless otherwise indicated, all materials on these pages are published under CC BY 3.0.",
        "CC-BY-3.0",
    ),
    ("The contents of this file are subject to the Mozilla Public License Version 2.0.", "MPL-2.0"),
    ("This plugin is free software, released under the GPLv2 or later.", "GPL-2.0-or-later"),
    ("-- SPDX-License-Identifier: MPL-2.0\nselect 1;", "MPL-2.0"),
    ("This work is marked with CC0 1.0.", "CC0-1.0"),
    ("本教程采用 CC BY-NC 4.0 许可协议进行许可。", "CC-BY-NC-4.0"),
    ("本仓库代码遵循 Apache-2.0 协议。", "Apache-2.0"),
    ("协议：CC BY-SA 4.0", "CC-BY-SA-4.0"),
    (
        "除特别注明外，本站所有内容以知识共享署名-非商业性使用 4.0 国际许可协议发布。",
        "CC-BY-NC-4.0",
    ),
    ("本数据集在 CC0 1.0 下发布。", "CC0-1.0"),
    ("本工具使用 BSD 2-Clause 许可证开源。", "BSD-2-Clause"),
    ("## 开源协议\n\n本项目使用 GPL-3.0 协议。", "GPL-3.0-only"),
    (
        "版权所有 © 2020 李四。本文档依据知识共享署名-禁止演绎 4.0 国际许可协议授权。",
        "CC-BY-ND-4.0",
    ),
)
"""Written after the rules, as a check on them: 21 of 23 were found, 2 of 25 below were taken for
licences, before four rules were amended for it."""

SECOND_MENTIONED: tuple[str, ...] = (
    "The GPL requires derived works to be licensed under the GPL.",
    "GitHub reports that 44% of repositories are licensed under the MIT License.",
    "MySQL is available under the GPLv2 and a commercial licence.",
    "This paper studies why developers prefer the Apache License 2.0 over the GPL.",
    "Our analysis covers 1,200 projects licensed under the MPL 2.0.",
    "The map is by OpenStreetMap contributors, ODbL.",
    "Chapter 4: The Creative Commons Attribution-ShareAlike 4.0 License",
    "This table lists the licences: MIT, BSD-3-Clause and ISC.",
    "In 2007 the project relicensed from GPLv2 to GPLv3.",
    "You may use the logo under CC BY 4.0 if you ask first.",
    "Users must agree to the Apache License, Version 2.0 before uploading.",
    "This function returns the license string, for example 'MIT'.",
    "This page shows images that are in the public domain.",
    "This rule applies to software licensed under the LGPL.",
    "The committee recommends that this software be released under the EUPL 1.2.",
    "Bach's music is in the public domain, but this recording is not.",
    "本文比较了 MIT、BSD 与 Apache-2.0 三种许可证。",
    "该库遵循 MIT 协议。",
    "这些图片采用 CC BY 4.0 协议。",
    "本研究分析了采用 GPL 许可证的项目。",
    "作者计划将本软件以 GPLv3 发布。",
    "根据 GPL 许可证，衍生作品必须开源。",
    "使用 MIT 许可证的项目越来越多。",
    "本章介绍知识共享署名 4.0 许可协议的内容。",
    "李白的诗早已进入公有领域。",
)
