// Tables of foreign things: wide ones scroll by themselves, not the page.

import { el } from "../dom.js";

const numbers = new Set(["Messages", "Per minute", "Delivery limit", "Times", "Replayed"]);

/** @param rows arrays of cells, each a text, a node or several; the first one names the row */
export function table(caption, columns, rows) {
  return el("div", { class: "scroll", role: "region", tabindex: "0", "aria-label": caption },
    el("table", { class: "dead-letters" },
      el("caption", { class: "visually-hidden" }, caption),
      el("thead", {}, el("tr", {}, columns.map(name => el("th", { scope: "col", class: classOf(name) }, name)))),
      el("tbody", {}, rows.map(([first, ...rest]) => el("tr", {},
        el("th", { scope: "row" }, ...[first].flat().map(text)),
        rest.map((cell, index) => el("td", { class: classOf(columns[index + 1]) }, ...[cell].flat().map(text))))))));
}

/** Names with their values. */
export function facts(entries) {
  return el("dl", { class: "dead-letter-facts" }, entries
    .filter(([, value]) => value !== null && value !== undefined && value !== "")
    .map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, String(value)))));
}

/** A button that reads as a link to more. */
export function button(content, label, onclick, attributes = {}) {
  return el("button", { type: "button", class: "link", "aria-label": label, onclick, ...attributes }, content);
}

function classOf(column) {
  return numbers.has(column) ? "number" : null;
}

function text(cell) {
  return cell instanceof Node ? cell : String(cell ?? "–");
}
