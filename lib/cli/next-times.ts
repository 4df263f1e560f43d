// Continues a column of times: numbers, or dates and times of ISO 8601 at equal steps of months, or of days, hours and less.

/** The next times; undefined if the steps are not equal, or the times of no known form. */
export function nextTimes(times: readonly string[], count: number): string[] | undefined {
  if (times.length < 2) return undefined;
  return nextNumbers(times, count) ?? nextMonths(times, count) ?? nextMoments(times, count);
}

/** The step between numbers, if it is always the same and not 0. */
function stepOf(numbers: readonly number[]): number | undefined {
  const step = numbers[1]! - numbers[0]!;
  const isEqual = numbers.every(
    (each, k) => k === 0 || Math.abs(each - numbers[k - 1]! - step) <= 1e-9 * Math.max(1, Math.abs(each)),
  );
  return isEqual && step > 0 ? step : undefined;
}

const counted = <T>(count: number, make: (k: number) => T): T[] => Array.from({ length: count }, (_, k) => make(k + 1));

function nextNumbers(times: readonly string[], count: number): string[] | undefined {
  if (times.some((each) => each.trim() === '' || !Number.isFinite(Number(each)))) return undefined;
  const numbers = times.map(Number);
  const step = stepOf(numbers);
  return step === undefined
    ? undefined
    : counted(count, (k) => String(Number((numbers.at(-1)! + k * step).toPrecision(15))));
}

const DATE = /^(\d{4})-(\d{2})(?:-(\d{2})(?:([ T])(\d{2}):(\d{2})(?::(\d{2})(\.\d{1,3})?)?(Z|[+-]\d{2}:?\d{2})?)?)?$/;

interface Moment {
  readonly year: number;
  readonly month: number;
  /** 1 if the text has none. */
  readonly day: number;
  /** Milliseconds since midnight. */
  readonly clock: number;
  readonly parts: RegExpExecArray;
}

function momentOf(text: string): Moment | undefined {
  const parts = DATE.exec(text.trim());
  if (parts === null) return undefined;
  const [year, month, day, hour, minute, second] = [1, 2, 3, 5, 6, 7].map((k) => Number(parts[k] ?? (k === 3 ? 1 : 0)));
  const clock = ((hour! * 60 + minute!) * 60 + second!) * 1000 + Math.round(1000 * Number(`0${parts[8] ?? ''}`));
  const isReal = month! >= 1 && month! <= 12 && day! >= 1 && day! <= daysOf(year!, month!) && clock < 86_400_000;
  return isReal ? { year: year!, month: month!, day: day!, clock, parts } : undefined;
}

const daysOf = (year: number, month: number): number => new Date(Date.UTC(year, month, 0)).getUTCDate();

const padded = (value: number, width = 2): string => String(value).padStart(width, '0');

/** A moment in the form of another. Without a zone, each day has 24 hours. */
function written(ms: number, { parts }: Moment): string {
  const date = new Date(ms);
  const day = `${padded(date.getUTCFullYear(), 4)}-${padded(date.getUTCMonth() + 1)}`;
  if (parts[3] === undefined) return day;
  const whole = `${day}-${padded(date.getUTCDate())}`;
  if (parts[5] === undefined) return whole;
  const clock = `${padded(date.getUTCHours())}:${padded(date.getUTCMinutes())}`;
  const seconds = parts[7] === undefined ? '' : `:${padded(date.getUTCSeconds())}`;
  const digits = parts[8] === undefined ? '' : `.${padded(date.getUTCMilliseconds(), 3).slice(0, parts[8].length - 1)}`;
  return `${whole}${parts[4]}${clock}${seconds}${digits}${parts[9] ?? ''}`;
}

function momentsOf(times: readonly string[]): Moment[] | undefined {
  const moments = times.map(momentOf);
  const [first] = moments;
  const form = (each: Moment | undefined): string | undefined =>
    each && [3, 5, 7, 9].map((k) => each.parts[k] === undefined).join();
  return moments.every((each) => each !== undefined && form(each) === form(first)) ? (moments as Moment[]) : undefined;
}

/** Months: the same day, or always the last one. */
function nextMonths(times: readonly string[], count: number): string[] | undefined {
  const moments = momentsOf(times);
  if (moments === undefined) return undefined;
  const last = moments.at(-1)!;
  const isEnd = moments.every(({ year, month, day }) => day === daysOf(year, month));
  const isSame = moments.every(({ day }) => day === last.day);
  const step = stepOf(moments.map(({ year, month }) => 12 * year + month));
  if (step === undefined || !(isEnd || isSame) || moments.some(({ clock }) => clock !== last.clock)) return undefined;
  const months = 12 * last.year + last.month - 1;
  return counted(count, (k) => {
    const [year, month] = [Math.floor((months + k * step) / 12), ((months + k * step) % 12) + 1];
    const day =
      last.parts[3] === undefined
        ? 1
        : isEnd && !isSame
          ? daysOf(year, month)
          : Math.min(last.day, daysOf(year, month));
    return written(Date.UTC(year, month - 1, day) + last.clock, last);
  });
}

/** Days, hours and less. */
function nextMoments(times: readonly string[], count: number): string[] | undefined {
  const moments = momentsOf(times);
  const numbers = moments?.map(({ year, month, day, clock }) => Date.UTC(year, month - 1, day) + clock);
  const step = numbers && stepOf(numbers);
  return step === undefined ? undefined : counted(count, (k) => written(numbers!.at(-1)! + k * step, moments!.at(-1)!));
}
