// What differs between two descriptions of settings.

import { el, path } from "./dom.js";
import { secondsOf, timeSpan } from "./format.js";

/** Every setting whose value or origin is not the same in both, in the order of the documentation. */
export function diffOf(before, after) {
  const old = new Map(before.map(setting => [setting.key, setting]));
  const now = new Map(after.map(setting => [setting.key, setting]));
  const keys = [...new Set([...after.map(setting => setting.key), ...before.map(setting => setting.key)])];
  return keys
    .map(key => ({ key, before: old.get(key), after: now.get(key) }))
    .filter(({ before: from, after: to }) => from?.value !== to?.value || from?.origin !== to?.origin);
}

export function diffTable(differences) {
  return el("table", { class: "diff" },
    el("caption", { class: "visually-hidden" }, "Settings before and after"),
    el("thead", {}, el("tr", {}, ["Setting", "Before", "After"].map(name => el("th", { scope: "col" }, name)))),
    el("tbody", {}, differences.map(({ key, before, after }) => el("tr", {},
      el("th", { scope: "row" }, el("code", {}, path(key))),
      side("before", before, after),
      side("after", after, before)))));
}

/** A value as it is written, and for a duration what that means. */
export function valueOf(value) {
  if (value === null || value === undefined)
    return [el("span", { class: "muted" }, "not set")];
  return [el("code", {}, value), secondsOf(value) === null ? null : el("span", { class: "muted" }, timeSpan(value))];
}

function side(name, setting, other) {
  const origin = setting && setting.origin !== other?.origin ? el("span", { class: "origin" }, path(setting.origin)) : null;
  return el("td", {}, el("span", { class: name }, valueOf(setting?.value)), origin);
}
