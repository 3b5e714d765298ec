import type { Config } from '../../config.ts'
import type { ClockTurn } from '../../domain/clock-watch.ts'
import type { EventBody } from '../../domain/event.ts'
import {
  type Batch,
  type FollowUp,
  type FollowUpRules,
  nextTryMs,
  planDeliveries,
} from '../../domain/follow-up.ts'
import type { Clock } from '../../host/clock.ts'
import { readOutputEnds } from '../../host/jobs/output-ends.ts'
import { runPaths } from '../../host/jobs/run-paths.ts'
import type { Paths } from '../../host/paths.ts'
import { reasonOf } from '../../host/system-error.ts'
import type { FollowUpDesk } from '../../operations/follow-up-desk.ts'
import { viewFollowUps } from '../../operations/follow-ups.ts'
import type { FollowUpCounts } from '../../store/follow-up-store.ts'
import type { Store } from '../../store/store.ts'
import type { Step } from '../loop.ts'
import { createWaiters } from '../waiters.ts'
import { handOver, type HandOverEnd, type Way, wayOf } from './hand-over.ts'

export interface FollowUpKeeper {
  readonly step: Step['run']
  readonly desk: FollowUpDesk
  /** What the house has to know: what can still be handed over keeps it from sleep. */
  facts(): { readonly pending: number }
  /** Whoever waits is answered as it stands. */
  letWaitersGo(): void
  /** Ends what is being handed over; what was heard meanwhile counts. */
  leave(): Promise<void>
}

export interface FollowUpKeeperDeps {
  readonly paths: Paths
  readonly clock: Clock
  readonly config: () => Config
  readonly store: () => Store
  readonly emit: (body: EventBody) => void
  readonly wake: () => void
  /** From 0 up to 1. */
  readonly chance: () => number
}

/** So many sessions are told at the same time. */
const MOST_AT_ONCE = 4
const MOST_LOOKED_AT = 1_000

export function keepFollowUps(deps: FollowUpKeeperDeps): FollowUpKeeper {
  const { clock, emit, wake } = deps
  const waiters = createWaiters<'any'>()
  const leaving = new AbortController()
  const underWay = new Map<string, Promise<void>>()
  /** Heard, but not on record yet. */
  const heard = new Set<number>()
  let counts: FollowUpCounts = { pending: 0, givenUp: 0 }
  let isDue = true
  let dueAtMs = Infinity

  function changed(): void {
    isDue = true
    waiters.tell(['any'])
    wake()
  }

  const desk: FollowUpDesk = {
    counts: async () => {
      // Whoever asks how things stand is answered, whatever the store can do; the step tells what it cannot.
      if (isDue || underWay.size > 0) {
        counts = await deps
          .store()
          .followUps.counts()
          .catch(() => counts)
      }
      return counts
    },
    changed,
    next: (_session, withinMs, gone) => waiters.next(['any'], withinMs, gone),
    outputOf: (job, attempt) => readOutputEnds(runPaths(deps.paths.jobs, job, attempt)),
  }

  async function step({ watch }: Pick<ClockTurn, 'watch'>): Promise<number | undefined> {
    if (!isDue && clock.monotonicMs() < dueAtMs) return restMs()
    isDue = false
    try {
      await keepHeard()
      const againInMs = await look(watch.graceUntilMs - clock.monotonicMs())
      dueAtMs = againInMs === null ? Infinity : clock.monotonicMs() + againInMs
      counts = await deps.store().followUps.counts()
    } catch (error) {
      isDue = true
      throw error
    }
    return restMs()
  }

  function restMs(): number | undefined {
    return dueAtMs === Infinity ? undefined : Math.max(0, dueAtMs - clock.monotonicMs())
  }

  async function look(graceMs: number): Promise<number | null> {
    const rules = rulesOf(deps.config())
    const way = wayOf(deps.config())
    const nowMs = clock.wallMs()
    const plan = planDeliveries(
      {
        nowMs,
        graceMs: Math.max(0, graceMs),
        pending: await deps.store().followUps.pending(MOST_LOOKED_AT),
        canPush: way !== null,
        busy: new Set(underWay.keys()),
        free: MOST_AT_ONCE - underWay.size,
      },
      rules,
    )
    if (plan.giveUp.length > 0) await giveUp(plan.giveUp, nowMs)
    if (way !== null) for (const batch of plan.deliver) await begin(batch, way, rules)
    // Behind those there may be more.
    return plan.giveUp.length > 0 ? 0 : plan.againInMs
  }

  async function giveUp(ids: readonly number[], nowMs: number): Promise<void> {
    const { followUps } = deps.store()
    const known = new Map((await followUps.pending(MOST_LOOKED_AT)).map((each) => [each.id, each]))
    for (const id of await followUps.giveUp(ids, nowMs)) {
      const { session = '', attempts = 0 } = known.get(id) ?? {}
      const why = attempts > 0 ? `${attempts} tries failed` : 'nobody has fetched it in time'
      emit({ type: 'follow_up_given_up', id, session, why })
    }
  }

  /** The try is on record before it is made: whatever happens meanwhile, the next one waits its time. */
  async function begin(batch: Batch, way: Way, rules: FollowUpRules): Promise<void> {
    const nowMs = clock.wallMs()
    const attempt = (batch.followUps[0]?.attempts ?? 0) + 1
    const nextMs = nextTryMs(rules, attempt, nowMs, deps.chance())
    const tries = batch.followUps.map(({ id }) => ({ id, nextMs }))
    const still = new Set(await deps.store().followUps.tried(tries))
    const followUps = batch.followUps.filter(({ id }) => still.has(id))
    if (followUps.length === 0) return
    const { session } = batch
    const work = deliver(session, followUps, way, attempt)
      .catch((error: unknown) => {
        // What could not be kept is as it was before the try, and is tried again.
        const ids = followUps.map(({ id }) => id)
        emit({ type: 'follow_up_failed', session, ids, attempt, why: reasonOf(error) })
      })
      .finally(() => {
        underWay.delete(session)
        changed()
      })
    underWay.set(session, work)
  }

  async function deliver(
    session: string,
    followUps: readonly FollowUp[],
    way: Way,
    attempt: number,
  ): Promise<void> {
    const ids = followUps.map(({ id }) => id)
    const end = await tryToHandOver(session, followUps, way)
    if (end.kind === 'failed') {
      emit({ type: 'follow_up_failed', session, ids, attempt, why: end.why })
      await deps.store().followUps.failed(ids, end.why)
    } else if (end.kind === 'gone') {
      const settled = await deps.store().followUps.endSession(session, clock.wallMs())
      emit({ type: 'session_ended', session, settled: settled.length, why: end.why })
    } else {
      for (const id of ids) heard.add(id)
      emit({ type: 'follow_up_delivered', session, ids, way: way.name })
      await keepHeard().catch((error: unknown) => {
        // The next turn tries again, and says why where it cannot.
        emit({
          type: 'follow_up_failed',
          session,
          ids,
          attempt,
          why: `heard, but not kept: ${reasonOf(error)}`,
        })
      })
    }
  }

  async function tryToHandOver(
    session: string,
    followUps: readonly FollowUp[],
    way: Way,
  ): Promise<HandOverEnd> {
    try {
      const views = await viewFollowUps({ store: deps.store, followUps: desk }, followUps)
      const [job] = await deps.store().jobs.getMany([followUps[0]?.job ?? 0])
      const cwd = job?.spec.cwd ?? deps.paths.home
      const what = { paths: deps.paths, session, followUps: views, cwd, gone: leaving.signal }
      return await handOver(way, what)
    } catch (error) {
      return { kind: 'failed', why: reasonOf(error) }
    }
  }

  async function keepHeard(): Promise<void> {
    if (heard.size === 0) return
    const ids = [...heard]
    await deps.store().followUps.acknowledge(ids, clock.wallMs())
    for (const id of ids) heard.delete(id)
  }

  return {
    step,
    desk,
    facts: () => ({ pending: wayOf(deps.config()) === null ? 0 : counts.pending }),
    letWaitersGo: waiters.close,
    leave: async () => {
      waiters.close()
      leaving.abort()
      await Promise.allSettled(underWay.values())
    },
  }
}

function rulesOf({ followUp }: Config): FollowUpRules {
  const { tries, from, to, expire } = followUp
  return { tries, fromMs: from, toMs: to, expireMs: expire }
}
