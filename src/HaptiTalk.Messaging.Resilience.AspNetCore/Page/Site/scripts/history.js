// What the page has seen of each row: totals become rates.

const longestGap = 4000;

/** How much of the past the charts show. */
export const chartWindow = 5 * 60_000;

export class History {
  #previous = null;
  #points = { time: [], calls: [], failures: [], states: [] };

  /** Calls per second, failures per second and the state, by time in seconds. */
  get points() {
    return this.#points;
  }

  add(time, { executions, state }) {
    const sample = { time, ...executions, total: executions.successful + executions.failed };
    const previous = this.#previous;
    if (previous && time <= previous.time)
      return;
    this.#previous = sample;
    // Totals that fall belong to a process that was started again.
    if (previous && sample.total >= previous.total)
      this.#addPoint(previous, sample, state);
  }

  #addPoint(previous, sample, state) {
    const { time, calls, failures, states } = this.#points;
    const gap = sample.time - previous.time;
    if (gap > longestGap)
      push(this.#points, (previous.time + 1) / 1000, null, null, null);
    else
      push(this.#points, sample.time / 1000, perSecond("total"), perSecond("failed"), state);

    while (time.length && time[0] < (sample.time - chartWindow) / 1000)
      [time, calls, failures, states].forEach(values => values.shift());

    function perSecond(name) {
      return (1000 * (sample[name] - previous[name])) / gap;
    }
  }
}

function push({ time, calls, failures, states }, ...values) {
  time.push(values[0]);
  calls.push(values[1]);
  failures.push(values[2]);
  states.push(values[3]);
}
