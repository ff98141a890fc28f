// How far a replay is, and stopping it.

import { el, setAttribute, setHidden, setText } from "../dom.js";
import { count, duration, rate, secondsOf } from "../format.js";
import { outcomesOf, stopOf } from "./outcomes.js";

const interval = 500;

export class ReplayWatch {
  #api;
  #ended;
  #id = null;
  #turn = 0;
  #timer;
  #canControl = false;
  #title = el("h3");
  #bar = el("progress", { "aria-label": "Replayed so far" });
  #numbers = el("p", { class: "numbers" });
  #stop = el("button", { type: "button", class: "grave", onclick: () => this.#askToStop() }, "Stop");
  #failure = el("p", { class: "failure", role: "alert", hidden: true });
  #result = el("div", { role: "status" });

  element = el("div", { class: "replay", hidden: true }, this.#title,
    el("div", { class: "actions" }, this.#bar, this.#numbers, this.#stop), this.#failure, this.#result);

  /** @param ended called when messages have moved for the last time */
  constructor(api, ended) {
    this.#api = api;
    this.#ended = ended;
  }

  /** Looks whether one is running, begun on another page or before a reload. */
  async find(queue) {
    this.leave();
    const turn = this.#turn;
    try {
      const running = (await this.#api.replays()).find(replay => replay.queue === queue && replay.endedAt === null);
      if (running && turn === this.#turn && this.#id === null)
        this.follow(running);
    } catch {
      // The groups below say what is wrong.
    }
  }

  follow(replay) {
    this.leave();
    this.#id = replay.id;
    setHidden(this.element, false);
    this.#result.replaceChildren();
    this.#fail("");
    this.#show(replay);
    this.#timer = setTimeout(() => this.#ask(), interval);
  }

  leave() {
    clearTimeout(this.#timer);
    this.#turn++;
    this.#id = null;
    setHidden(this.element, true);
  }

  allow(canControl, explanation) {
    if (canControl !== this.#canControl)
      this.#stop.disabled = !canControl;
    this.#canControl = canControl;
    setAttribute(this.#stop, "aria-describedby", canControl ? null : explanation);
  }

  async #ask() {
    const id = this.#id;
    try {
      const replay = await this.#api.replayOf(id);
      if (id !== this.#id)
        return;
      this.#fail("");
      this.#show(replay);
      if (replay.endedAt !== null) {
        this.#ended();
        return;
      }
    } catch (failure) {
      if (id !== this.#id)
        return;
      this.#fail(failure.message);
      if (failure.status === 404)
        return;
    }
    this.#timer = setTimeout(() => this.#ask(), interval);
  }

  async #askToStop() {
    this.#stop.disabled = true;
    try {
      this.#show(await this.#api.stop(this.#id));
    } catch (failure) {
      this.#fail(failure.message);
      this.#stop.disabled = !this.#canControl;
    }
  }

  #show({ state, messages, progress, report, problem, endedAt }) {
    const isOver = endedAt !== null;
    setText(this.#title, isOver ? `Replay of ${messages}: ${state}` : `Replaying ${messages}`);
    setHidden(this.#stop, isOver);
    this.#stop.disabled = state === "stopping" || !this.#canControl;
    setText(this.#stop, state === "stopping" ? "Stopping" : "Stop");
    setHidden(this.#bar, isOver);
    if (progress) {
      setAttribute(this.#bar, "max", progress.total);
      setAttribute(this.#bar, "value", progress.seen);
    } else {
      this.#bar.removeAttribute("value");
    }
    setText(this.#numbers, progress ? numbersOf(progress, isOver) : isOver ? "" : "Beginning …");
    if (isOver && this.#result.childElementCount === 0)
      this.#result.replaceChildren(...resultOf(report, problem));
  }

  #fail(text) {
    setText(this.#failure, text);
    setHidden(this.#failure, text === "");
  }
}

function numbersOf({ total, seen, replayed, kept, returned, perSecond, remaining }, isOver) {
  const left = secondsOf(remaining);
  return [
    `${count(seen)} of ${count(total)} looked at`,
    `${count(replayed)} replayed`,
    kept ? `${count(kept)} kept` : "",
    returned ? `${count(returned)} came back` : "",
    `${rate(perSecond)}/s`,
    isOver || left === null ? "" : `${duration(Math.ceil(left))} left`,
  ].filter(Boolean).join(" · ");
}

function resultOf(report, problem) {
  if (!report)
    return [el("p", { class: "failure" }, problem)];
  return [el("p", { class: report.stop === "completed" ? "outcome" : "failure" }, stopOf(report)), ...outcomesOf(report).flat().filter(Boolean)];
}
