// Why a queue cannot be looked into, and what would help.

import { el } from "../dom.js";

export function refusalView(refused, tools = null) {
  const { reason, remedies } = refused.problem ?? {};
  if (!remedies)
    return [el("p", { class: "failure" }, refused.message)];
  return [
    el("p", { class: "failure" }, "This queue cannot be read safely."),
    el("p", {}, `${reason}.`),
    remedies.length ? el("p", {}, "What would help:") : "",
    el("ul", { class: "remedies" }, remedies.map(({ description, command }) =>
      el("li", {}, description, command ? el("pre", { tabindex: "0", role: "region", "aria-label": "Command" }, command) : null))),
    tools
      ? el("div", { class: "actions" }, tools.replay("Replay all", "all messages", {}), el("p", { class: "muted" }, "A replay takes messages out, and does not have to give them back."))
      : "",
  ];
}
