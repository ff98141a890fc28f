// What became of messages, in words.

import { el } from "../dom.js";
import { count } from "../format.js";
import { table } from "./table.js";

const outcomes = {
  replayed: ["Replayed", "in the target, and gone here"],
  wouldReplay: ["Would be replayed", "nothing has been done yet"],
  heldBack: ["Held back", "replayed as often as allowed already; kept"],
  requesterGone: ["Nobody waits", "a request whose caller is gone; kept"],
  noTarget: ["No target", "nothing says where it came from; kept"],
  targetUnconfirmed: ["Target unconfirmed", "only its headers say where it came from, and its sender may have written them: name a target; kept"],
  targetMissing: ["Target missing", "there is no such queue; kept"],
  targetRefused: ["Target full", "it took no more; kept"],
  notPermitted: ["Not permitted", "these credentials may not publish there; kept"],
  messageRefused: ["Not to be sent", "it cannot be read, or its headers are too large; kept"],
  inDoubt: ["In doubt", "kept, and perhaps in the target too"],
};

const stops = {
  completed: "Everything meant was dealt with.",
  cancelled: "It was stopped. What was left stays where it was.",
  tooManyReturned: "It stopped by itself: too many messages came back.",
  notConsumed: "It stopped by itself: nobody took the messages up in time.",
  targetMissing: "It stopped: a target queue has disappeared.",
  targetRefused: "It stopped: a target queue took no more.",
  notPermitted: "It stopped: these credentials may not publish to the target.",
  nearDeliveryLimit: "It stopped: messages are near their delivery limit.",
  tooManyKept: "It stopped: more messages had to be kept than can be held.",
  sourceGone: "It stopped: the queue of dead letters has disappeared.",
  brokerLost: "It stopped: the broker was lost.",
  incomplete: "It ended before everything was dealt with.",
  messageRefused: "It stopped: the broker refuses one of the messages.",
};

/** A report as a table, with targets and warnings. */
export function outcomesOf(report) {
  const rows = Object.entries(report.outcomes).map(([name, size]) => {
    const [title, meaning] = outcomes[name] ?? [name, ""];
    return [title, count(size), meaning];
  });
  const targets = Object.entries(report.targets);
  return [
    rows.length ? table("Outcome", ["Outcome", "Messages", "Meaning"], rows) : el("p", {}, "No message is meant."),
    targets.length ? el("p", {}, `To ${targets.map(([queue, size]) => `${queue} (${count(size)})`).join(", ")}.`) : null,
    report.returned ? el("p", {}, `${count(report.returned)} came back.`) : null,
    report.possibleDuplicates ? el("p", { class: "failure" }, `${count(report.possibleDuplicates)} may be in both queues now.`) : null,
    report.warnings.map(warning => el("p", { class: "tag-line" }, warning)),
  ];
}

export function stopOf({ stop, problem }) {
  const sentence = stops[stop] ?? stop;
  return problem && stop !== "cancelled" ? `${sentence} ${problem}` : sentence;
}
