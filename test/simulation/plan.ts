import { createDice, type Dice } from './dice.ts'

/** Where in a turn the daemon is killed. */
export const CRASH_POINTS = ['gathered', 'decided', 'told', 'saved', 'performed'] as const
export type CrashPoint = (typeof CRASH_POINTS)[number]

export const BEHAVIOURS = [
  'good',
  'slow',
  'bad',
  'bad',
  'hangs',
  'deaf',
  'polite',
  'unstartable',
] as const
export type Behaviour = (typeof BEHAVIOURS)[number]

/** A wrapper whose file says something that is not so. */
export const LIES = ['none', 'none', 'none', 'future', 'past', 'stuck'] as const
export type Lie = (typeof LIES)[number]

/** Something that happens to the house. Plain data, so that a history can be shown, cut down and repeated. */
export type Step =
  | { readonly do: 'wait'; readonly turns: number }
  | {
      readonly do: 'sleep' | 'set' | 'freeze the daemon' | 'freeze the machine'
      readonly ms: number
    }
  | { readonly do: 'kill'; readonly at: CrashPoint }
  | { readonly do: 'reboot'; readonly ms: number }
  | { readonly do: 'start' | 'restart' }
  | { readonly do: 'request' | 'signal' | 'hold' | 'let go' }
  | {
      readonly do: 'come'
      readonly telling: boolean
      readonly bare: boolean
      readonly lie: Lie
      readonly calls: boolean
    }
  | {
      readonly do: 'act' | 'hang' | 'go on' | 'die' | 'go' | 'recycle'
      readonly who: number
    }
  | {
      readonly do: 'work'
      readonly what: 'running' | 'queued' | 'reports' | 'pending'
      readonly count: number
    }
  | { readonly do: 'bedtime'; readonly force: boolean }
  | { readonly do: 'behave'; readonly chore: number; readonly how: Behaviour }
  | { readonly do: 'run chore' | 'reset chore'; readonly chore: number }
  | { readonly do: 'disk'; readonly full: boolean }
  | { readonly do: 'person'; readonly is: 'unknown' | 'active' | 'idle' }

export interface Settings {
  readonly tickMs: number
  readonly staleAfterMs: number
  readonly drowsyAfterMs: number
  readonly bedtimeAfterMs: number
  readonly asleepAfterMs: number
  readonly exitWhenAsleep: boolean
  readonly systemIdle: boolean
  /** Whether file changes wake the loop early. */
  readonly watcher: boolean
}

export interface Plan {
  readonly seed: number
  readonly settings: Settings
  readonly steps: readonly Step[]
}

const SECOND = 1_000
const HOUR = 3_600_000
const JUMPS = [-24 * HOUR, -HOUR, -10 * SECOND, 10 * SECOND, HOUR, 24 * HOUR, 9_000 * HOUR]

/** The history that belongs to a seed. */
export function planHistory(seed: number): Plan {
  const dice = createDice(seed)
  const settings = chooseSettings(dice)
  const steps = dice.chance(0.15) ? planNights(dice) : planDay(dice)
  return { seed, settings, steps }
}

function planDay(dice: Dice): Step[] {
  const steps = Array.from({ length: dice.between(4, 28) }, () => chooseStep(dice))
  return steps.flatMap((step) => [step, ...pause(dice)])
}

/** The same chore in trouble, night after night. */
function planNights(dice: Dice): Step[] {
  const chore = dice.below(6)
  const trouble = dice.pick(['bad', 'hangs', 'deaf', 'unstartable'] as const)
  const nights = dice.between(3, 6)
  return Array.from({ length: nights }, (): Step[] => [
    { do: 'behave', chore, how: dice.chance(0.75) ? trouble : dice.pick(BEHAVIOURS) },
    { do: 'request' },
    { do: 'wait', turns: dice.between(8, 40) },
    ...(dice.chance(0.2) ? [{ do: 'set', ms: dice.pick(JUMPS) } as const] : []),
    ...(dice.chance(0.6) ? [chooseStep(dice)] : []),
    ...pause(dice),
    ...(dice.chance(0.2) ? [{ do: 'sleep', ms: 25 * HOUR } as const] : []),
  ]).flat()
}

function chooseSettings(dice: Dice): Settings {
  const tickMs = dice.pick([10, 30]) * SECOND
  const drowsy = dice.between(2, 4)
  const bedtime = drowsy + dice.between(1, 6)
  const asleep = bedtime + dice.between(0, 8)
  const orNever = (ticks: number): number => (dice.chance(0.04) ? 0 : ticks * tickMs)
  return {
    tickMs,
    staleAfterMs: 3 * tickMs,
    drowsyAfterMs: orNever(drowsy),
    bedtimeAfterMs: orNever(bedtime),
    asleepAfterMs: orNever(asleep),
    exitWhenAsleep: dice.chance(0.6),
    systemIdle: dice.chance(0.4),
    watcher: dice.chance(0.3),
  }
}

function pause(dice: Dice): Step[] {
  return dice.chance(0.6) ? [{ do: 'wait', turns: dice.between(1, 6) }] : []
}

type Maker = (dice: Dice) => Step

const MAKERS: readonly (readonly [weight: number, make: Maker])[] = [
  [10, (dice) => ({ do: 'wait', turns: dice.between(3, 25) })],
  [5, (dice) => ({ do: 'sleep', ms: dice.pick([5 * SECOND, 600 * SECOND, 2 * HOUR, 25 * HOUR]) })],
  [5, (dice) => ({ do: 'set', ms: dice.pick(JUMPS) })],
  [2, (dice) => ({ do: 'freeze the daemon', ms: dice.between(1, 400) * SECOND })],
  // Shorter than a tick, it may begin and end between two looks and nobody could know.
  [2, (dice) => ({ do: 'freeze the machine', ms: dice.between(40, 400) * SECOND })],
  [8, (dice) => ({ do: 'kill', at: dice.pick(CRASH_POINTS) })],
  [3, (dice) => ({ do: 'reboot', ms: dice.between(20, 20_000) * SECOND })],
  [8, () => ({ do: 'start' })],
  [3, () => ({ do: 'restart' })],
  [6, () => ({ do: 'request' })],
  [3, () => ({ do: 'signal' })],
  [3, () => ({ do: 'hold' })],
  [4, () => ({ do: 'let go' })],
  [
    12,
    (dice) => ({
      do: 'come',
      telling: dice.chance(0.5),
      bare: dice.chance(0.4),
      lie: dice.pick(LIES),
      calls: dice.chance(0.7),
    }),
  ],
  ...(['act', 'hang', 'go on', 'die', 'go', 'recycle'] as const).map(
    (what): readonly [number, Maker] => [5, (dice) => ({ do: what, who: dice.below(4) })],
  ),
  [
    6,
    (dice) => ({
      do: 'work',
      what: dice.pick(['running', 'queued', 'reports', 'pending']),
      count: dice.pick([0, 0, 1, 2]),
    }),
  ],
  [4, (dice) => ({ do: 'bedtime', force: dice.chance(0.4) })],
  [8, (dice) => ({ do: 'behave', chore: dice.below(6), how: dice.pick(BEHAVIOURS) })],
  [2, (dice) => ({ do: 'run chore', chore: dice.below(6) })],
  [1, (dice) => ({ do: 'reset chore', chore: dice.below(6) })],
  [3, (dice) => ({ do: 'disk', full: dice.chance(0.5) })],
  [2, (dice) => ({ do: 'person', is: dice.pick(['unknown', 'active', 'idle']) })],
]

const TOTAL = MAKERS.reduce((sum, [weight]) => sum + weight, 0)

function chooseStep(dice: Dice): Step {
  let left = dice.below(TOTAL)
  for (const [weight, make] of MAKERS) {
    if (left < weight) return make(dice)
    left -= weight
  }
  return { do: 'wait', turns: 1 }
}
