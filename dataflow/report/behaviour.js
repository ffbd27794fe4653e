"use strict";
// Only comfort: sorting, searching, opening all, trying another bound. The page is whole without it.
(() => {
  const phrases = document.getElementById("phrases").content;
  const say = (key) => phrases.querySelector(`[data-phrase="${key}"]`).cloneNode(true);
  const make = (name, className, ...children) => {
    const element = document.createElement(name);
    if (className) element.className = className;
    element.append(...children);
    return element;
  };

  const zh = document.getElementById("in-zh");
  const follow = () => { document.documentElement.lang = zh.checked ? "zh-Hans" : "en"; };
  if ((navigator.language || "").toLowerCase().startsWith("zh")) zh.checked = true;
  document.querySelectorAll("[name=language]").forEach((r) => r.addEventListener("change", follow));
  follow();

  const valueOf = (cell) => {
    const text = cell.textContent.replace(/,/g, "").trim();
    const match = /^(-?[\d.]+(?:e-?\d+)?)\s*(B|kB|MB|GB|TB)?$/.exec(text);
    if (!match) return text === "–" ? -Infinity : text;
    return Number(match[1]) * 1000 ** Math.max(0, ["B", "kB", "MB", "GB", "TB"].indexOf(match[2]));
  };
  const compare = (a, b) => (typeof a === "number" && typeof b === "number"
    ? a - b : String(a).localeCompare(String(b)));
  document.querySelectorAll("table.sortable").forEach((table) => {
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, column) => {
      const button = make("button", "", ...head.childNodes);
      button.type = "button";
      head.append(button);
      button.addEventListener("click", () => {
        const down = head.getAttribute("aria-sort") === "ascending";
        heads.forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        const rows = [...table.tBodies[0].rows];
        rows.sort((a, b) => compare(valueOf(a.cells[column]), valueOf(b.cells[column])) * (down ? -1 : 1));
        table.tBodies[0].append(...rows);
      });
    });
  });

  document.querySelectorAll("[data-search]").forEach((box) => {
    const rows = [...box.querySelectorAll("tbody tr")];
    const input = make("input", "");
    input.type = "search";
    const left = make("output", "num", String(rows.length));
    box.before(make("label", "search", say("search"), input, left));
    input.addEventListener("input", () => {
      const wanted = input.value.toLowerCase();
      rows.forEach((row) => { row.hidden = !row.textContent.toLowerCase().includes(wanted); });
      left.textContent = String(rows.filter((row) => !row.hidden).length);
    });
  });

  document.querySelectorAll("[data-details]").forEach((box) => {
    const all = [...box.querySelectorAll("details")];
    const button = make("button", "button", say("open_all"));
    button.type = "button";
    button.addEventListener("click", () => {
      const open = !all.every((details) => details.open);
      all.forEach((details) => { details.open = open; });
      button.replaceChildren(say(open ? "close_all" : "open_all"));
    });
    box.before(button);
  });

  const list = (text) => text.split(",").map(Number);
  document.querySelectorAll("figure[data-bound]").forEach((figure) => {
    const edges = list(figure.dataset.edges);
    const kept = list(figure.dataset.kept);
    const lost = list(figure.dataset.rejected);
    const atLeast = "least" in figure.dataset;
    const bound = Number(figure.dataset.bound);
    const total = kept.reduce((a, b) => a + b, 0) + lost.reduce((a, b) => a + b, 0);
    const input = make("input", "");
    input.type = "range";
    input.min = "0";
    input.max = String(edges.length - 1);
    let nearest = 0;
    edges.forEach((edge, at) => {
      if (Math.abs(edge - bound) < Math.abs(edges[nearest] - bound)) nearest = at;
    });
    input.value = String(nearest);
    const output = make("output", "");
    const show = () => {
      const at = Number(input.value);
      let stay = 0;
      kept.forEach((count, bin) => { if (atLeast ? bin >= at : bin < at) stay += count + lost[bin]; });
      const edge = edges[at].toLocaleString("en", { maximumSignificantDigits: 4 });
      output.replaceChildren(`${atLeast ? "≥" : "≤"} ${edge}: ${stay} / ${total} `, say("would_keep"));
    };
    input.addEventListener("input", show);
    const name = make("span", "hidden", say("slider"));
    figure.querySelector(".facts").after(make("label", "slider", name, input, output));
  });

  const restore = [];
  window.addEventListener("beforeprint", () => {
    document.querySelectorAll(".reasons details:not([open])").forEach((details) => {
      restore.push(details);
      details.open = true;
    });
  });
  window.addEventListener("afterprint", () => restore.splice(0).forEach((d) => { d.open = false; }));
})();
