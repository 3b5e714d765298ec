import assert from 'node:assert/strict'
import { test } from 'node:test'
import { judgeEnding } from '../../src/domain/job-ending.ts'
import { stepJob } from '../../src/domain/job-step.ts'
import { createDice } from './dice.ts'
import { type JobDomain, JobWorld, TIMEOUT_MS } from './job-world.ts'

const LIVES = 100_000
const REAL: JobDomain = { judgeEnding, stepJob }

/** Lives through the life that belongs to a seed; throws where a promise is broken. */
function live(seed: number, domain: JobDomain): void {
  const dice = createDice(seed)
  const world = new JobWorld(dice, domain)
  for (let step = dice.between(0, 25); step > 0; step -= 1) {
    happen(world, dice.below(20), dice)
    if (dice.chance(0.8)) world.turn(true)
  }
  for (let quiet = 0; world.end === null && quiet < 200; quiet += 1) {
    world.start()
    if (quiet > 20) world.ask('resume')
    world.turn(false)
    world.pass(100)
  }
  check(world)
}

function happen(world: JobWorld, what: number, dice: ReturnType<typeof createDice>): void {
  if (what < 9) world.pass(dice.pick([10, 100, 1_000]))
  else if (what < 11) world.crash()
  else if (what < 15) world.start()
  else if (what === 15) world.ask(dice.pick(['kill', 'kill hard']))
  else if (what === 16) world.ask('pause')
  else if (what === 17) world.ask('resume')
  else if (what === 18 && dice.chance(0.4)) world.killWaiter()
  else if (what === 19 && dice.chance(0.3)) world.reboot()
}

function check({ attempt, end, job, truth }: JobWorld): void {
  assert.ok(end !== null, 'J2: what is over is told')
  assert.ok(truth.starts <= 1, 'J3: nothing runs twice')
  assert.equal(attempt.isAlive, false, 'J6: the end is told when nothing of it lives')
  const { written } = attempt
  if (end.status === 'lost')
    assert.ok(truth.isRebooted || truth.isWaiterKilled, 'J2: nothing is lost without need')
  if (end.status === 'killed') assert.ok(truth.isAsked, 'J2: what nobody killed was not killed')
  if (end.status === 'timed_out')
    assert.ok(
      attempt.ranMs + attempt.waitedMs >= TIMEOUT_MS,
      'J6: only its own running time counts',
    )
  if (written !== null && job.intent === null) {
    const code = written.kind === 'exited' ? written.code : null
    assert.equal(end.exitCode, code, 'J2: the code is the one it ended with')
    assert.equal(end.status, code === 0 ? 'succeeded' : 'failed', 'J2: so is the rest')
  }
  if (written?.kind === 'exited')
    assert.ok(end.exitCode === null || end.exitCode === written.code, 'J2: no number is invented')
  if (written === null && truth.starts > 0) assert.equal(end.exitCode, null, 'J2: nobody knows')
}

test(`J1–J3, J6: ${LIVES} lives of a job keep every promise`, () => {
  for (let seed = 1; seed <= LIVES; seed += 1) {
    try {
      live(seed, REAL)
    } catch (error) {
      throw new Error(`seed ${seed}: ${error instanceof Error ? error.message : String(error)}`, {
        cause: error,
      })
    }
  }
})

const MUTANTS: Record<string, JobDomain> = {
  'puts back what was begun': {
    ...REAL,
    judgeEnding: (facts) =>
      judgeEnding({ ...facts, fence: facts.waiter === 'alive' ? facts.fence : 'none' }),
  },
  'invents a success where nobody knows': {
    ...REAL,
    judgeEnding: (facts) => {
      const verdict = judgeEnding(facts)
      const isLost = verdict.kind === 'ended' && verdict.status === 'lost'
      return isLost ? { ...verdict, status: 'succeeded', exitCode: 0 } : verdict
    },
  },
  'waits for a waiter that is gone': {
    ...REAL,
    judgeEnding: (facts) => judgeEnding({ ...facts, waiter: 'alive' }),
  },
  'counts paused time': {
    ...REAL,
    stepJob: (job, facts, rules) => {
      const clock = { ranMs: facts.now.awakeMs - 1_000, since: job.run.clock.since }
      return stepJob({ ...job, run: { ...job.run, clock } }, facts, rules)
    },
  },
  'tells the end while something of it lives': {
    ...REAL,
    stepJob: (job, facts, rules) =>
      stepJob(job, { ...facts, ending: { state: 'over', isGone: true } }, rules),
  },
  'takes an end for a kill because somebody meant to': {
    ...REAL,
    judgeEnding: (facts) =>
      judgeEnding({ ...facts, intent: { kind: 'kill', signal: 'SIGTERM' }, signalSent: true }),
  },
}

for (const [mistake, domain] of Object.entries(MUTANTS)) {
  test(`the lives of a job find whoever ${mistake}`, () => {
    assert.throws(() => {
      for (let seed = 1; seed <= LIVES; seed += 1) live(seed, domain)
    })
  })
}
