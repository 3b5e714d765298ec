/** A job that has ended, as far as its leaving is concerned. */
export interface Leaver {
  readonly id: number
  /** Null as long as its session is owed a word about it. */
  readonly acknowledgedMs: number | null
  readonly bytes: number
}

/** Null means no limit. */
export interface RetentionRules {
  readonly keepForMs: number | null
  readonly keepMost: number | null
  readonly keepBytes: number | null
}

export interface RetentionFacts {
  readonly nowMs: number
  /** All that have ended, also those that may not go. */
  readonly kept: { readonly jobs: number; readonly bytes: number }
  /** Those acknowledged first, first; not necessarily all. */
  readonly oldest: readonly Leaver[]
}

/**
 * Which of the ended jobs may be forgotten: what was acknowledged long enough ago, and of the rest the
 * oldest as long as there are too many or they take too much. What is still owed to somebody stays.
 */
export function chooseLeaving(facts: RetentionFacts, rules: RetentionRules): number[] {
  const leaving: number[] = []
  let { jobs, bytes } = facts.kept
  for (const leaver of facts.oldest.toSorted(byAcknowledgement)) {
    const { id, acknowledgedMs } = leaver
    if (acknowledgedMs === null) continue
    const isOld = isOver(facts.nowMs - acknowledgedMs, rules.keepForMs)
    if (!isOld && !isOver(jobs, rules.keepMost) && !isOver(bytes, rules.keepBytes)) break
    leaving.push(id)
    jobs -= 1
    bytes -= leaver.bytes
  }
  return leaving
}

/** What `clean` takes: whatever may go, at once. */
export const CLEAN: RetentionRules = { keepForMs: null, keepMost: 0, keepBytes: null }

/** The rules of a config, where 0 means no limit. */
export function retentionRules(config: {
  readonly keepFor: number
  readonly keepMost: number
  readonly keepBytes: number
}): RetentionRules {
  const limit = (value: number): number | null => (value === 0 ? null : value)
  return {
    keepForMs: limit(config.keepFor),
    keepMost: limit(config.keepMost),
    keepBytes: limit(config.keepBytes),
  }
}

function isOver(amount: number, most: number | null): boolean {
  return most !== null && amount > most
}

function byAcknowledgement(a: Leaver, b: Leaver): number {
  return (a.acknowledgedMs ?? Infinity) - (b.acknowledgedMs ?? Infinity) || a.id - b.id
}
