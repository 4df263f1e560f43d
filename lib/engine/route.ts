// Which time steps a pass computes, keeps and recomputes, and in which order.

import { type Action, reversal, type Schedule } from './checkpoint.ts';
import { scheduleOf } from './schedule.ts';
import type { ThroughTime } from './through-time.ts';
import { type Window, type Windows, windowsOf } from './truncate.ts';

/** The order in which a sequence is computed: windows of gradients, each divided into segments by a schedule. */
export interface Route {
  /** First to last. */
  readonly windows: Windows;
  readonly schedule: Schedule;
}

/** What a pass does next. Rooms 0 to snapshots − 1 are those of the schedule; the initial and the lasting room follow. */
export type RouteAction =
  /** Copy the states in a slot of the tape, by default the current one, to a room. */
  | { readonly do: 'save'; readonly room: number; readonly slot?: number }
  /** Continue from the states in a room. */
  | { readonly do: 'load'; readonly room: number }
  /** Run one segment forward; `record` when its backward pass comes next and needs its outputs. */
  | { readonly do: 'forward'; readonly from: number; readonly to: number; readonly record: boolean }
  /** Run the recorded segment backward. */
  | { readonly do: 'backward'; readonly from: number; readonly to: number; readonly window: Window };

/** The room of the states before the first time step. */
export function initialRoom({ schedule }: Route): number {
  return schedule.snapshots;
}

/** The room of the states that outlast a window: those before the next window, or those that the caller requested. */
export function lastingRoom({ schedule }: Route): number {
  return schedule.snapshots + 1;
}

/**
 * The windows and segments of a pass over T time steps.
 *
 * @param lossFrom - the first time step that has a loss
 * @param bytesOf - bytes that the whole model takes with a route
 * @throws ArgumentError for a memory budget that is too small
 */
export function routeOf(
  where: string,
  T: number,
  { checkpoint, truncate }: ThroughTime,
  lossFrom: number,
  bytesOf: (route: Route) => number,
): Route {
  const windows = windowsOf(T, truncate, lossFrom);
  const schedule = scheduleOf(where, windows.longest, checkpoint, (each) => bytesOf({ windows, schedule: each }));
  return { windows, schedule };
}

/** The actions of a forward pass over time steps [from, to), segment by segment. */
export function* forwardActions(from: number, to: number, length: number): Generator<RouteAction, void> {
  for (let t = from; t < to; t += length) yield { do: 'forward', from: t, to: Math.min(to, t + length), record: false };
}

/**
 * The actions of a forward and backward pass over each window, from the states before the first time step. At the end,
 * the lasting room has the states after `until` time steps.
 */
export function* trainingActions(route: Route, until: number): Generator<RouteAction, void> {
  const { windows, schedule } = route;
  yield* forwardActions(0, windows.at(0).from, schedule.length);
  for (let i = 0; i < windows.count; i++) {
    const next = i + 1 < windows.count ? windows.at(i + 1).from : undefined;
    yield* windowActions(route, windows.at(i), next ?? until);
    if (next !== undefined) yield { do: 'load', room: lastingRoom(route) };
  }
}

/**
 * The actions of a forward and backward pass over one window. Copies the states after `lasting` time steps to their
 * room.
 */
function* windowActions(route: Route, window: Window, lasting: number): Generator<RouteAction, void> {
  const room = lastingRoom(route);
  yield { do: 'save', room: 0 };
  if (lasting === window.from) yield { do: 'save', room };
  for (const action of reversal(window.from, window.to, route.schedule)) {
    const translated = translate(action, window);
    yield translated;
    if (translated.do !== 'forward') continue;
    const { from, to } = translated;
    if (from < lasting && lasting <= to) yield { do: 'save', room, slot: lasting - from };
  }
}

function translate(action: Action, window: Window): RouteAction {
  if (action.do === 'save' || action.do === 'load') return { do: action.do, room: action.snapshot };
  const { from, to } = action;
  if (action.do === 'back') return { do: 'backward', from, to, window };
  return { do: 'forward', from, to, record: action.do === 'record' && to > window.lossFrom };
}
