const DURATION_UNITS: ReadonlyMap<string, number> = new Map([
  ['ms', 1],
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
])

const SIZE_UNITS: ReadonlyMap<string, number> = new Map([
  ['', 1],
  ['B', 1],
  ['KiB', 1024],
  ['MiB', 1024 ** 2],
  ['GiB', 1024 ** 3],
  ['kB', 1000],
  ['MB', 1000 ** 2],
  ['GB', 1000 ** 3],
])

export const DURATION_FORM =
  'a duration such as "200ms", "30s", "5m", "2h" or "7d", or a number of seconds'
export const SIZE_FORM = 'a size such as "64MiB" or "1GiB", or a number of bytes'

/** A hundred years: beyond it a number is a mistake, and timers could not hold it. */
const LONGEST_MS = 100 * 365 * 86_400_000

/** `"30s"` or 30 → 30000; undefined for anything that is no duration, negative ones too. */
export function parseDuration(value: string | number): number | undefined {
  const parts = typeof value === 'number' ? [value, 's'] : splitUnit(value.trim())
  if (parts === undefined) return undefined
  const [amount, unit] = parts
  const scale = DURATION_UNITS.get(String(unit) === '' ? 's' : String(unit))
  return scale === undefined ? undefined : whole(Number(amount) * scale, LONGEST_MS)
}

/** `"64MiB"` or 67108864 → bytes; undefined for anything that is no size. */
export function parseSize(value: string | number): number | undefined {
  const parts = typeof value === 'number' ? [value, ''] : splitUnit(value.trim())
  if (parts === undefined) return undefined
  const [amount, unit] = parts
  const scale = SIZE_UNITS.get(String(unit))
  return scale === undefined ? undefined : whole(Number(amount) * scale, Number.MAX_SAFE_INTEGER)
}

/** 90000 → `"90s"`: with the largest unit that leaves no fraction, as `parseDuration` reads it. */
export function spellDuration(ms: number): string | number {
  return spell(ms, DURATION_UNITS)
}

/** 67108864 → `"64MiB"`, as `parseSize` reads it. */
export function spellSize(bytes: number): string | number {
  return spell(bytes, SIZE_UNITS)
}

function spell(value: number, units: ReadonlyMap<string, number>): string | number {
  if (value === 0) return 0
  const [smallest = ['', 1] as const, ...others] = [...units].filter(([unit]) => unit !== '')
  const fits = ([, scale]: readonly [string, number]): boolean => value % scale === 0
  const [unit, scale] = others
    .filter(fits)
    .reduce((best, each) => (each[1] > best[1] ? each : best), smallest)
  return `${value / scale}${unit}`
}

function splitUnit(text: string): [string, string] | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*([A-Za-z]*)$/.exec(text)
  return match === null ? undefined : [match[1] ?? '', match[2] ?? '']
}

function whole(value: number, most: number): number | undefined {
  return Number.isFinite(value) && value >= 0 && value <= most ? Math.round(value) : undefined
}
