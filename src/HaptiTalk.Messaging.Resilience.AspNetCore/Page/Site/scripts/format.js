// Numbers and times as people read them.

const none = "–";

export function rate(perSecond) {
  if (perSecond >= 10_000)
    return `${Math.round(perSecond / 1000)}k`;
  return perSecond >= 100 ? String(Math.round(perSecond)) : perSecond.toFixed(1);
}

export function count(value) {
  return value.toLocaleString("en");
}

/** Never rounds to the extremes: 100 % means all of them, 0 % none. */
export function share(part, whole) {
  if (!whole)
    return none;
  const percent = (100 * part) / whole;
  if (percent === 0 || percent === 100)
    return `${percent} %`;
  return `${Math.min(99.9, Math.max(0.1, percent)).toFixed(1)} %`;
}

export function latency(seconds) {
  if (seconds === null || seconds === undefined)
    return none;
  if (seconds < 0.001)
    return "<1 ms";
  return seconds < 1 ? `${Math.round(seconds * 1000)} ms` : `${seconds.toFixed(seconds < 10 ? 2 : 1)} s`;
}

/** How long: 250 ms, 12 s, 3 min 5 s, 2 h 4 min, 3 d 1 h. */
export function duration(seconds) {
  if (seconds < 1 && seconds > 0)
    return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 60)
    return `${Number.isInteger(seconds) ? seconds : seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600)
    return twoParts(whole, 60, "min", "s");
  return whole < 86_400 ? twoParts(Math.round(whole / 60), 60, "h", "min") : twoParts(Math.round(whole / 3600), 24, "d", "h");
}

function twoParts(value, size, large, small) {
  const rest = value % size;
  return rest ? `${Math.floor(value / size)} ${large} ${rest} ${small}` : `${value / size} ${large}`;
}

/** .NET's form of a duration, `[d.]hh:mm:ss[.fffffff]`, in seconds; null for any other text. */
export function secondsOf(text) {
  const parts = /^(?:(\d+)\.)?(\d{1,2}):(\d{2}):(\d{2}(?:\.\d+)?)$/.exec(text ?? "");
  if (!parts)
    return null;
  const [days, hours, minutes, seconds] = parts.slice(1).map(part => Number(part ?? 0));
  return days * 86_400 + hours * 3600 + minutes * 60 + seconds;
}

/** A .NET duration for people, other texts as they are. */
export function timeSpan(text) {
  const seconds = secondsOf(text);
  return seconds === null ? String(text ?? none) : duration(seconds);
}

const clockFormat = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const dayFormat = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });

/** The time of day; with the day when that is not today. */
export function clock(date, now = new Date()) {
  const time = clockFormat.format(date);
  return date.toDateString() === now.toDateString() ? time : `${dayFormat.format(date)} ${time}`;
}

/** `FailureRatio`, `failureRatio` → `failure ratio`. */
export function words(name) {
  return String(name ?? "").replace(/([a-z0-9])([A-Z])/g, "$1 $2").toLowerCase();
}
