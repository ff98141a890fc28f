// What went wrong, by kind: the first thing to see of a queue.

import { el, path } from "../dom.js";
import { clock, count } from "../format.js";
import { button, table } from "./table.js";

const nothing = "says nothing";

export function groupsView({ depth, groups, ungrouped, incomplete }, tools, open) {
  if (depth === 0)
    return [el("p", { class: "empty" }, "No messages.")];
  return [
    el("div", { class: "actions" },
      tools.replay(`Replay all ${count(depth)}`, `all ${count(depth)} messages`, {}), tools.exportLink({})),
    incomplete ? el("p", { class: "tag-line" }, `Not all were looked at: ${incomplete}.`) : "",
    ungrouped ? el("p", { class: "tag-line" }, `${count(ungrouped)} messages belong to none of these groups.`) : "",
    table("Groups of dead letters", ["Exception", "Messages", "Message type", "Input queue", "First", "Last", "Replay"], groups.map(group => row(group, tools, open))),
  ];
}

function row(group, tools, open) {
  const { key, count: size, oldest, newest, select } = group;
  const exception = key.exceptionType ?? nothing;
  const title = `${count(size)} of ${exception}${key.messageType ? `, ${shortOf(key.messageType)}` : ""}`;
  return [
    button(path(exception), `${title}: show messages`, () => open({ title, select: setIn(select), size })),
    count(size),
    key.messageType ? el("span", { title: key.messageType }, shortOf(key.messageType)) : nothing,
    key.inputQueue ?? nothing,
    timeOf(oldest),
    timeOf(newest),
    tools.replay("Replay", title, { select: setIn(select) }),
  ];
}

/** The last part of a type's name. */
export function shortOf(type) {
  return type.split(/[:.]/).at(-1) || type;
}

export function timeOf(time) {
  return time === null ? "–" : el("time", { datetime: time, title: new Date(time).toLocaleString("en-GB") }, clock(new Date(time)));
}

function setIn(select) {
  return Object.fromEntries(Object.entries(select).filter(([, value]) => value !== null));
}
