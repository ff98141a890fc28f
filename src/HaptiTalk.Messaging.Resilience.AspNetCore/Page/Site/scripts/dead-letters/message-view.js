// One message whole. All of it was written by others, and all of it is text here.

import { el } from "../dom.js";
import { count } from "../format.js";
import { facts, table } from "./table.js";

export function messageView(message, tools) {
  const { failure, envelope, properties, headers } = message;
  return [
    el("div", { class: "actions" }, tools.replay("Replay this message", `message ${message.messageId ?? message.id}`, { ids: [message.id] }), tools.exportLink({ ids: [message.id] })),
    facts([
      ["Exception", failure.exceptionType], ["It said", failure.exceptionMessage], ["Reason", failure.reason], ["Failed", timeText(failure.at)],
      ["Consumer", failure.consumerType], ["Input queue", failure.inputQueue], ["Message type", message.messageType], ["Message id", message.messageId],
      ["Trace id", message.traceId], ["Sent", timeText(message.sentAt)], ["Replayed", message.replays ? `${message.replays} times` : "never"],
      ["Failed deliveries", count(message.deliveryCount)], ["Exchange", message.exchange], ["Routing key", message.routingKey], ["Fingerprint", failure.fingerprint],
    ]),
    ...block("Stack trace", failure.stackTrace),
    ...block(`Body, ${count(message.bodySize)} bytes`, bodyOf(message)),
    ...failure.deaths.length ? [el("h3", {}, "Dead-lettered by the broker"), table("Dead-lettered by the broker", ["Queue", "Reason", "Times", "First"],
      failure.deaths.map(death => [death.queue, death.reason, count(death.count), timeText(death.at) ?? "–"]))] : [],
    ...pairs("Headers", headers),
    ...envelope ? pairs("Envelope", flat(envelope)) : [],
    ...pairs("Properties", properties),
  ];
}

function block(title, text) {
  return text ? [el("h3", {}, title), el("pre", { tabindex: "0", role: "region", "aria-label": title }, text)] : [];
}

function pairs(title, values) {
  const entries = Object.entries(values).filter(([, value]) => value !== null && value !== undefined);
  return entries.length ? [el("h3", {}, title), table(title, ["Name", "Value"], entries.map(([name, value]) => [el("code", {}, name), el("code", {}, valueText(value))]))] : [];
}

function bodyOf({ bodyText, bodySize }) {
  if (bodyText === null)
    return bodySize === 0 ? "empty" : "It is no text. An export has its bytes.";
  try {
    return JSON.stringify(JSON.parse(bodyText), null, 2);
  } catch {
    return bodyText;
  }
}

// Headers and host of an envelope stand beside its own members.
function flat({ headers, host, ...own }) {
  return { ...own, ...prefixed("header ", headers), ...prefixed("host ", host) };
}

function prefixed(prefix, values) {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [prefix + name, value]));
}

function valueText(value) {
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function timeText(time) {
  return time === null ? null : new Date(time).toLocaleString("en-GB");
}
