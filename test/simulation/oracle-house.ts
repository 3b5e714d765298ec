import type { House } from '../../src/domain/house.ts'
import type { LifecycleState } from '../../src/domain/lifecycle.ts'
import type { TurnFacts } from '../../src/domain/turn.ts'
import { broken, type Decided } from './broken.ts'
import type { WrapperWatch } from './oracle-wrappers.ts'
import type { Life } from './sim-daemon.ts'
import type { SimWrapper } from './sim-wrapper.ts'
import { awakeOf, type World } from './world.ts'

export interface HouseWatch {
  began(life: Life): void
  noteWrappers(): void
  decided(life: Life, before: House, facts: TurnFacts, decided: Decided): void
  saved(life: Life): void
  kept(life: Life): void
}

const ROUNDING_MS = 40
const KEPT_WITHIN_MS = 11_000

/** Rules S1, S2, S3, S7 and W7: idleness as it really was, nobody put to bed, every change told. */
export function watchHouse(world: World, wrappers: WrapperWatch): HouseWatch {
  const { truth, settings } = world
  const told = new Map<object, number>()
  let savedState: LifecycleState | null = null

  function began(life: Life): void {
    if (world.disk.text === undefined) {
      truth.possibleActMs = world.trueMs
      return
    }
    const passedMs = world.trueMs - truth.savedAt.trueMs
    const setMs = world.wallOffsetMs - truth.savedAt.wallOffsetMs
    const isOtherBoot = world.boots !== truth.savedAt.boots
    truth.lostMs += ROUNDING_MS + Math.max(0, Math.min(passedMs, -setMs))
    truth.gainedMs += ROUNDING_MS + (isOtherBoot ? Math.max(0, setMs) : 0)
    life.takenMs = truth.savedActMs
  }

  /** Presence, and acts that a file tells only now, may count at this look. */
  function noteWrappers(): void {
    for (const wrapper of world.wrappers) {
      if (!wrapper.hasFile || wrapper.life === 'gone') continue
      const isNews = told.get(wrapper) !== wrapper.toldMs || wrappers.isFirstSight(wrapper)
      if (!wrapper.telling || isNews) truth.possibleActMs = world.trueMs
      told.set(wrapper, wrapper.toldMs)
    }
    if (world.hands.holds > 0) truth.possibleActMs = world.trueMs
  }

  function checkIdleness(life: Life, before: House, facts: TurnFacts, house: House): void {
    const isForced = before.lifecycle.bedtimeByHand?.force === true
    const { act, wrappers: there, holds } = facts
    if (act !== null && !act.by.startsWith('wrapper')) {
      life.takenMs = Math.max(life.takenMs, act.atMs + world.bootTrueMs)
    }
    if (!isForced && (there.present > 0 || holds.length > 0)) life.takenMs = world.trueMs
    if (life.facts?.systemIdle.kind === 'active') {
      life.takenMs = world.trueMs
      truth.possibleActMs = world.trueMs
    }
    const idleMs = facts.nowMs - house.lifecycle.lastAct.atMs
    const mostMs = world.trueMs - life.takenMs + truth.gainedMs + ROUNDING_MS
    if (idleMs > mostMs) broken('S2: idleness is never invented', { idleMs, mostMs })
    const leastMs = world.trueMs - truth.possibleActMs - truth.lostMs - ROUNDING_MS
    if (idleMs < leastMs) broken('S2: idleness is never forgotten', { idleMs, leastMs })
  }

  function checkNobodyUp(before: House, house: House): void {
    const { state, bedtimeByHand } = house.lifecycle
    const { hands } = world
    if (state === 'ASLEEP' && hands.queued + hands.pending > 0) {
      broken('S3: what is queued or owed holds sleep off', hands)
    }
    if (bedtimeByHand?.force === true && state !== 'ASLEEP') return
    if (hands.holds + hands.running + hands.reports > 0) {
      broken('S3: whoever holds bedtime off is not put to bed', { ...hands, state })
    }
    const isDeeper = before.lifecycle.state !== state && before.lifecycle.state !== 'ASLEEP'
    for (const wrapper of world.wrappers) {
      if (!wrapper.hasFile || wrapper.life !== 'runs') continue
      const ageMs = awakeOf(world) - wrapper.refreshed.awakeMs
      const isHeard = (wrappers.isKnown(wrapper) && !isShaken()) || isDeeper
      if (!wrapper.telling && ageMs <= settings.staleAfterMs && isHeard) {
        if (wrapper.lie === 'none' || wrappers.isKnown(wrapper)) {
          broken('S2: nobody who is present is put to bed', { state, pid: wrapper.pid, ageMs })
        }
      }
      const idleMs = world.trueMs - wrapper.toldMs
      const hasTold = wrapper.telling && wrappers.hasToldUs(wrapper) && hasSoundClock(wrapper)
      if (hasTold && bedtimeByHand === null && idleMs < settings.bedtimeAfterMs) {
        broken('S2: nobody who acts is put to bed', { state, pid: wrapper.pid, idleMs })
      }
    }
  }

  /** It acted between two refreshes; where its clock is wrong or was set meanwhile, nobody knows when. */
  function hasSoundClock({ lie, actedAwakeMs }: SimWrapper): boolean {
    return lie === 'none' && truth.setAwakeMs < actedAwakeMs - settings.staleAfterMs / 3
  }

  function checkReason({ takenMs }: Life, state: LifecycleState): void {
    const idleMs = world.trueMs - takenMs + truth.gainedMs + ROUNDING_MS
    const isTime = settings.bedtimeAfterMs > 0 && idleMs >= settings.bedtimeAfterMs
    if (isTime || truth.sentMs >= takenMs) return
    broken('S2: nobody is in bed too early', { state, idleMs })
  }

  /** Shortly after a sleep or a freeze nobody has been heard yet, and the house stays as it is. */
  function isShaken(): boolean {
    return awakeOf(world) - truth.disturbedMs < settings.staleAfterMs
  }

  function checkCalled(facts: TurnFacts, state: LifecycleState): void {
    const soonMs = settings.drowsyAfterMs || settings.bedtimeAfterMs
    const { act, nowMs } = facts
    const isCall = act !== null && !act.by.startsWith('wrapper') && nowMs - act.atMs < soonMs
    if (isCall && state !== 'WAKE') broken('S2: whoever calls wakes the house', { act, state })
  }

  return {
    began,
    noteWrappers,
    decided: (life, before, facts, { house, events, actions }) => {
      const { state } = house.lifecycle
      checkIdleness(life, before, facts, house)
      checkCalled(facts, state)
      if (state === 'BEDTIME' || state === 'ASLEEP') {
        checkNobodyUp(before, house)
        checkReason(life, state)
      }
      const moved = events.filter((event) => event.type === 'transition')
      const [first] = moved
      const isTold =
        first?.from === before.lifecycle.state && first.to === state && first.why !== ''
      if (state === before.lifecycle.state ? moved.length > 0 : !isTold || moved.length > 1) {
        broken('S7: every transition is told, once', { from: before.lifecycle.state, state, moved })
      }
      if (state !== 'ASLEEP' && actions.some((action) => action.do === 'leave')) {
        broken('S5: only a house that is asleep is left alone', { state })
      }
    },
    kept: ({ house, saved }) => {
      const writtenMs = saved?.house.lifecycle.lastAct.atMs ?? -Infinity
      const unsavedMs = house.lifecycle.lastAct.atMs - writtenMs
      if (unsavedMs >= KEPT_WITHIN_MS) broken('S2: activity is written down soon', { unsavedMs })
    },
    saved: (life) => {
      truth.savedActMs = life.takenMs
      truth.savedAt = {
        trueMs: world.trueMs,
        wallOffsetMs: world.wallOffsetMs,
        boots: world.boots,
      }
      const { state } = life.house.lifecycle
      const last = world.disk.log.findLast((event) => event.type === 'transition')
      if (state !== savedState && last?.to !== state) {
        broken('S7: no state is kept that was not told', { savedState, state, last })
      }
      savedState = state
    },
  }
}
