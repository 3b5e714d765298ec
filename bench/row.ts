/** One line of the table: the least that this runtime could do for some work, and what we do. */
export interface Row {
  readonly name: string
  /** What is measured, in a few words. */
  readonly what: string
  readonly unit: 'ms' | 'MB'
  readonly aim: Aim
  measure(scale: Scale): Promise<Figures>
}

/** `ratio`: at most so many times the floor; `figure`: at most so much; `none`: only to be watched. */
export type Aim =
  | { readonly kind: 'ratio' | 'figure'; readonly most: number }
  | { readonly kind: 'none' }

/** How long to look: `quick` for a glance, where figures wobble. */
export interface Scale {
  readonly rounds: number
  readonly idleMs: number
  readonly settleMs: number
}

export const FULL: Scale = { rounds: 25, idleMs: 60_000, settleMs: 15_000 }
export const QUICK: Scale = { rounds: 9, idleMs: 30_000, settleMs: 12_000 }

export interface Figures {
  readonly floor: number
  readonly curfew: number
  /** The same ratio by processor time, which other programs on the machine disturb less. */
  readonly cpuRatio?: number
}

export interface Result extends Figures {
  readonly name: string
  readonly what: string
  readonly unit: Row['unit']
  readonly ratio: number
  readonly aim: Aim
  readonly verdict: 'ok' | 'miss' | '-'
}

export function judge(row: Row, figures: Figures): Result {
  const { name, what, unit, aim } = row
  const ratio = figures.curfew / figures.floor
  return { name, what, unit, aim, ...figures, ratio, verdict: verdictOn(aim, figures, ratio) }
}

function verdictOn(aim: Aim, figures: Figures, ratio: number): Result['verdict'] {
  if (aim.kind === 'none') return '-'
  return (aim.kind === 'ratio' ? ratio : figures.curfew) <= aim.most ? 'ok' : 'miss'
}
