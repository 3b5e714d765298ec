const UNITS: readonly (readonly [name: string, ms: number])[] = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
]

/** A duration for people, in its one or two largest units: `2 h 30 m`, `45 s`, `0.4 s`. */
export function durationText(ms: number): string {
  const known = Math.max(0, ms)
  if (known < 10_000) return `${Math.round(known / 100) / 10} s`
  const rounded = Math.round(known / 1_000) * 1_000
  const first = UNITS.findIndex(([, unit]) => rounded >= unit)
  let rest = rounded
  const parts = UNITS.slice(first, first + 2).flatMap(([name, unit]) => {
    const count = Math.floor(rest / unit)
    rest -= count * unit
    return count === 0 ? [] : [`${count} ${name}`]
  })
  return parts.join(' ')
}
