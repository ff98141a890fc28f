// Puts the page together. Each part knows how to show a snapshot; nothing else knows more than one part.

import { Announcer } from "./announcer.js";
import { Api } from "./api.js";
import { Confirm } from "./confirm.js";
import { Connection } from "./connection.js";
import { DeadLetters } from "./dead-letters/dead-letters.js";
import { Details } from "./details.js";
import { setHidden, setText } from "./dom.js";
import { EventStream } from "./event-stream.js";
import { History } from "./history.js";
import { forgetColours } from "./palette.js";
import { Poller } from "./poller.js";
import { Problems } from "./problems.js";
import { ServicesTable } from "./services-table.js";
import { keyOf } from "./states.js";
import { Summary } from "./summary.js";
import { startTheme } from "./theme.js";
import { Timeline } from "./timeline.js";

const tickEvery = 500;

// This file is …/resilience/assets/scripts/main.js, wherever the host has put …/resilience.
const api = new Api(new URL("../../", import.meta.url));
const histories = new Map();
const announcer = new Announcer();
const connection = new Connection(text => announcer.say(text));
const timeline = new Timeline();
const confirm = new Confirm();
const deadLetters = new DeadLetters(api, confirm);
const details = new Details(api, confirm, timeline, () => poller.askNow());
const open = (key, operation) => details.open(key, operation);
const summary = new Summary(open);
const table = new ServicesTable(document.getElementById("services-table"), open);
const problems = new Problems();
const poller = new Poller(api, { received: show, failed: failure => connection.failed(failure) });
const events = new EventStream(api.eventsAddress, {
  happened(id, event) {
    timeline.add(id, event);
    details.showEvents();
  },
  missed: () => timeline.markGap(),
  changed: isConnected => connection.eventsChanged(isConnected),
});

function show(overview) {
  connection.received(overview);
  const now = connection.now;
  for (const service of overview.services) {
    const key = keyOf(service);
    if (!histories.has(key))
      histories.set(key, new History());
    histories.get(key).add(Date.parse(overview.time), service);
  }

  setText(document.getElementById("host"), `${overview.environment} · revision ${overview.revision}`);
  setHidden(document.getElementById("access"), overview.canControl);
  problems.show(overview, now);
  summary.show(overview, now);
  table.show(overview.services, histories, now);
  details.show(overview, histories, now);
  deadLetters.show(overview, now);
  announcer.show(overview.services, now);
}

function tick() {
  connection.show();
  const { age, now } = connection;
  summary.tick(age, now);
  table.tick(age, now);
  details.tick(age, now);
}

startTheme(document.getElementById("theme"), () => {
  forgetColours();
  table.redraw();
  details.redraw();
});
poller.start();
deadLetters.start();
events.start();
setInterval(tick, tickEvery);
