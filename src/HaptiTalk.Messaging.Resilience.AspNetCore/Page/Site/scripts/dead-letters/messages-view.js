// The messages of one group, a page at a time.

import { el } from "../dom.js";
import { count } from "../format.js";
import { shortOf, timeOf } from "./groups-view.js";
import { button, table } from "./table.js";

const pageSize = 50;

export function messagesView({ messages, matches, skip, incomplete }, group, tools, { show, turn }) {
  if (messages.length === 0)
    return [el("p", { class: "empty" }, "None of them is there any more.")];
  return [
    el("div", { class: "actions" },
      tools.replay(`Replay these ${count(matches)}`, group.title, { select: group.select }), tools.exportLink(group.select)),
    incomplete ? el("p", { class: "tag-line" }, `Not all were looked at: ${incomplete}.`) : "",
    table("Messages", ["Message", "Failed", "Type", "What the exception said", "Replayed"], messages.map(message => [
      button(message.messageId ?? message.id, `Message ${message.messageId ?? message.id}: show`, () => show(message)),
      timeOf(message.failure.at),
      message.messageType ? shortOf(message.messageType) : "–",
      el("span", { class: "clipped" }, message.failure.exceptionMessage ?? message.failure.reason ?? "–"),
      message.replays ? `${message.replays} ×` : "–",
    ])),
    el("div", { class: "actions" },
      el("p", { class: "muted" }, `${count(skip + 1)} to ${count(skip + messages.length)} of ${count(matches)}`),
      el("button", { type: "button", disabled: skip === 0, onclick: () => turn(Math.max(0, skip - pageSize)) }, "Previous"),
      el("button", { type: "button", disabled: skip + messages.length >= matches, onclick: () => turn(skip + pageSize) }, "Next")),
  ];
}
