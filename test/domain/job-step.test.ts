import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { ActiveJob, Intent } from '../../src/domain/job.ts'
import type { JobVerdict } from '../../src/domain/job-ending.ts'
import { newJob } from '../../src/domain/job-moves.ts'
import { pauseClock, startClock } from '../../src/domain/job-run.ts'
import { type Ending, type JobStep, type RunFacts, stepJob } from '../../src/domain/job-step.ts'
import { awake, draft, STARTED } from '../support/jobs.ts'
import { anyActive } from '../support/job-arbitraries.ts'

const GRACE = { killGraceMs: 100 }
const NOTHING_DONE: Ending = { state: 'none' }
const running: JobVerdict = { kind: 'running' }
const ended = (
  status: 'succeeded' | 'lost' | 'killed',
  exitCode: number | null = 0,
): JobVerdict => ({
  kind: 'ended',
  status,
  exitCode,
  signal: null,
  reason: 'why',
})

const {
  wait: _,
  unmet: _unmet,
  doomedBy: _doomedBy,
  ...common
} = newJob(draft(1, { timeoutMs: 500 }), { unmet: 0, doomedBy: null })
const job: ActiveJob = {
  ...common,
  status: 'running',
  run: { phase: 'started', startedMs: 0, clock: startClock(awake(1_000)), ...STARTED },
  intent: null,
}
const paused: ActiveJob = {
  ...job,
  status: 'paused',
  pausedBy: 'hand',
  run: { ...job.run, clock: pauseClock(job.run.clock, awake(1_200)) },
}
const intent = (why: Intent['why'], signal = 'SIGTERM'): Intent => ({
  why,
  signal,
  askedMs: 0,
  ...awake(2_000),
})

const step = (of: ActiveJob, more: Partial<RunFacts> = {}, nowMs = 1_100): JobStep => {
  const made = of.status === 'paused' ? 'stopped' : 'going'
  const facts = { isLaunching: false, verdict: running, began: true, ending: NOTHING_DONE }
  return stepJob(of, { ...facts, made, now: awake(nowMs), ...more }, GRACE)
}

test('J6: one that runs is left alone until its time is over', () => {
  assert.deepEqual(step(job), { do: 'wait', inMs: 400 })
  assert.deepEqual(step(paused, {}, 9_000), { do: 'wait', inMs: null })
  assert.deepEqual(step(job, {}, 1_600), { do: 'intend', why: 'timeout' })
})

const underWay = (signal: string): Ending => ({ state: 'under way', signal })
const over = (isGone: boolean): Ending => ({ state: 'over', isGone })

test('J6: one that is to end is told and given its grace, by one hand', () => {
  const doomed = { ...job, intent: intent('kill', 'SIGINT') }
  assert.deepEqual(step(doomed, {}, 2_000), { do: 'end it', signal: 'SIGINT', graceMs: 100 })
  assert.deepEqual(step({ ...paused, intent: doomed.intent }, {}, 2_000).do, 'end it')
  assert.deepEqual(step(doomed, { ending: underWay('SIGINT') }, 9_000), { do: 'wait', inMs: null })
  assert.deepEqual(step(doomed, {}, 2_040), { do: 'end it', signal: 'SIGINT', graceMs: 60 })
  assert.deepEqual(step(doomed, { ending: over(true) }, 9_000), { do: 'wait', inMs: null })
})

test('J6: haste that is asked for later is made, once; what withstood is killed again', () => {
  const hasty = { ...job, intent: intent('kill', 'SIGKILL') }
  const kill = { do: 'end it', signal: 'SIGKILL', graceMs: 0 } as const
  assert.deepEqual(step(hasty, { ending: underWay('SIGTERM') }, 2_000), kill)
  assert.deepEqual(step(hasty, { ending: underWay('SIGKILL') }, 2_000).do, 'wait')
  const told = { ...job, intent: intent('timeout') }
  assert.deepEqual(step(told, { ending: over(false) }, 2_000), kill)
})

test('J1: who it is is kept as soon as its waiter has said so, and nothing is done before', () => {
  const { clock, startedMs } = job.run
  const starting: ActiveJob = { ...job, run: { phase: 'starting', startedMs, clock } }
  assert.deepEqual(step(starting, {}, 9_999), { do: 'note start' })
  const doomed = { ...starting, intent: intent('kill') }
  assert.deepEqual(step(doomed, { began: false }, 9_999), { do: 'wait', inMs: null })
})

test('J8: what is paused is stopped and what is not goes on, also for a daemon that took it over', () => {
  assert.deepEqual(step(paused, { made: 'going' }), { do: 'stop' })
  assert.deepEqual(step(paused, { made: null }), { do: 'stop' })
  assert.deepEqual(step(job, { made: 'stopped' }), { do: 'let go on' })
  assert.equal(step(job, { made: null }).do, 'wait', 'it was never paused')
  const clock = { ...job.run.clock, ranMs: 50 }
  const resumed: ActiveJob = { ...job, run: { ...job.run, clock } }
  assert.deepEqual(step(resumed, { made: null }), { do: 'let go on' })
  assert.equal(step(resumed, { made: 'going' }).do, 'wait')
})

test('J2: one that ended by itself has ended, although its time is over by now', () => {
  assert.equal(step(job, { verdict: ended('succeeded') }, 9_999).do, 'end')
})

test('J6: one that was to end is not said to have before nothing of it is left', () => {
  const doomed = { ...job, intent: intent('timeout') }
  const verdict = ended('killed', 3)
  assert.equal(step(doomed, { verdict }, 2_000).do, 'end it', 'a daemon that took over cannot know')
  assert.equal(step(doomed, { verdict, ending: underWay('SIGTERM') }, 2_000).do, 'wait')
  assert.equal(step(doomed, { verdict, ending: over(false) }, 2_000).do, 'end it')
  assert.deepEqual(step(doomed, { verdict, ending: over(true) }, 2_000), {
    do: 'end',
    end: { status: 'killed', exitCode: 3, signal: null, reason: 'why' },
  })
})

test('J2: what is left of one whose waiter is gone is ended, kept in mind first', () => {
  const verdict = ended('lost', null)
  assert.deepEqual(step(job, { verdict }), { do: 'intend', why: 'lost' })
  const doomed = { ...job, intent: intent('lost') }
  assert.equal(step(doomed, { verdict }, 2_000).do, 'end it')
  assert.equal(step(doomed, { verdict, ending: over(true) }).do, 'end')
})

test('J2: where nothing can be left, or nothing can be found, one is lost at once', () => {
  const verdict = ended('lost', null)
  assert.equal(step(job, { verdict, began: false }).do, 'end')
  assert.equal(step(job, { verdict, now: awake(5, 'boot-b') }).do, 'end')
  const doomed = { ...job, intent: intent('kill') }
  assert.equal(step(doomed, { verdict, now: awake(5, 'boot-b') }).do, 'end')
})

test('J3: one that never became a process goes back, or has been killed before it could', () => {
  const verdict = { kind: 'not_started' } as const
  assert.deepEqual(step(job, { verdict }), { do: 'put back' })
  assert.deepEqual(step({ ...job, intent: intent('timeout') }, { verdict }), { do: 'put back' })
  const killed = step({ ...job, intent: intent('kill') }, { verdict })
  assert.equal(killed.do === 'end' && killed.end.status, 'killed')
})

test('J3: while it is being handed over nothing is done about it', () => {
  const isLaunching = true
  const verdicts: JobVerdict[] = [running, { kind: 'not_started' }, ended('lost', null)]
  for (const verdict of verdicts) {
    assert.deepEqual(step(job, { isLaunching, verdict }, 9_999), { do: 'wait', inMs: null })
  }
})

test('J6: whatever is known, nobody is signalled without an intent that was kept, and no end is said too early', () => {
  const verdict = fc.constantFrom<JobVerdict>(
    running,
    { kind: 'not_started' },
    ended('succeeded'),
    ended('killed', null),
    ended('lost', null),
  )
  const ending = fc.constantFrom<Ending>(
    { state: 'none' },
    underWay('SIGTERM'),
    underWay('SIGKILL'),
    over(true),
    over(false),
  )
  fc.assert(
    fc.property(
      anyActive,
      verdict,
      ending,
      fc.boolean(),
      fc.nat(2e9),
      (of, judged, done, began, nowMs) => {
        const next = step(of, { verdict: judged, ending: done, began }, nowMs)
        if (next.do === 'end it') assert.notEqual(of.intent, null)
        if (next.do === 'intend') assert.equal(of.intent, null)
        if (next.do === 'end') assert.notEqual(judged.kind, 'running')
        const mustBeGone =
          judged.kind === 'ended' && (of.intent !== null || judged.status === 'lost')
        if (next.do === 'end' && mustBeGone && began) assert.deepEqual(done, over(true))
      },
    ),
  )
})
