import type { ActiveJob, JobEnd } from '../../src/domain/job.ts'
import { intentOf } from '../../src/domain/job-end.ts'
import type { EndFacts, EndWritten, judgeEnding } from '../../src/domain/job-ending.ts'
import { newJob, pauseJob, resumeJob, settleIntent } from '../../src/domain/job-moves.ts'
import { type AwakeTime, startClock } from '../../src/domain/job-run.ts'
import type { Ending, RunFacts, stepJob } from '../../src/domain/job-step.ts'
import { draft } from '../support/jobs.ts'
import type { Dice } from './dice.ts'

/** The decisions under test, or one of them with a mistake in it. */
export interface JobDomain {
  readonly judgeEnding: typeof judgeEnding
  readonly stepJob: typeof stepJob
}

/** What is really so of one attempt. */
interface Attempt {
  fence: EndFacts['fence']
  /** The launcher has it and has not come to it yet. */
  isHanded: boolean
  waiter: 'none' | 'alive' | 'gone'
  isAlive: boolean
  isStopped: boolean
  isDeaf: boolean
  ranMs: number
  /** How long it stood still because somebody died over letting it go on, which counts as well. */
  waitedMs: number
  readonly endsAfterMs: number
  readonly code: number
  written: EndWritten | null
  wasSignalled: boolean
}

/** What a daemon knows beside the record. */
interface Memory {
  isLaunching: boolean
  ending: Ending
  killAtMs: number
  made: RunFacts['made']
  mayBeSignalled: boolean
}

export interface Truth {
  starts: number
  isRebooted: boolean
  isWaiterKilled: boolean
  isAsked: boolean
}

const BOOT = 'boot'
const GRACE_MS = 500
export const TIMEOUT_MS = 4_000
const PROCESS = { pid: 7, processStart: '7' }

/** One job, from its start to its end, whatever becomes of daemon, launcher, waiter and machine. */
export class JobWorld {
  readonly truth: Truth = { starts: 0, isRebooted: false, isWaiterKilled: false, isAsked: false }
  job: ActiveJob
  attempt: Attempt
  end: JobEnd | null = null
  private memory: Memory | null = newMemory(false)
  private awakeMs = 1_000
  private boots = 0
  private readonly dice: Dice
  private readonly domain: JobDomain

  constructor(dice: Dice, domain: JobDomain) {
    this.dice = dice
    this.domain = domain
    this.attempt = this.newAttempt()
    this.job = this.begin(1)
    this.launch()
  }

  now(): AwakeTime {
    return { awakeMs: this.awakeMs, bootId: `${BOOT}-${this.boots}` }
  }

  /** Time in which programs run. */
  pass(ms: number): void {
    this.awakeMs += ms
    const { attempt, memory } = this
    const isLetGo = attempt.isStopped && this.job.status === 'running'
    if (attempt.isHanded || isLetGo) attempt.waitedMs += ms
    if (attempt.isHanded && this.dice.chance(0.7)) this.waiterBegins()
    if (attempt.isAlive && !attempt.isStopped) {
      attempt.ranMs += ms
      if (attempt.ranMs >= attempt.endsAfterMs)
        this.processEnds({ kind: 'exited', code: attempt.code })
    }
    const isDue = memory?.ending.state === 'under way' && this.awakeMs >= memory.killAtMs
    if (isDue) this.killAll()
  }

  crash(): void {
    this.memory = null
    // Its launcher goes with it, now or a little later.
    if (this.dice.chance(0.5)) this.attempt.isHanded = false
  }

  start(): void {
    this.memory ??= newMemory(this.job.intent !== null)
  }

  reboot(): void {
    this.crash()
    this.truth.isRebooted = true
    this.boots += 1
    const { attempt } = this
    Object.assign(attempt, { isHanded: false, isAlive: false, isStopped: false })
    if (attempt.waiter === 'alive') attempt.waiter = 'gone'
  }

  killWaiter(): void {
    const { attempt } = this
    if (attempt.waiter !== 'alive') return
    attempt.waiter = 'gone'
    this.truth.isWaiterKilled = true
  }

  ask(what: 'kill' | 'kill hard' | 'pause' | 'resume'): void {
    if (this.memory === null || this.end !== null) return
    if (what === 'pause' || what === 'resume') {
      const move = what === 'pause' ? pauseJob : resumeJob
      const changed = move(this.job, 'hand', this.now())
      if (changed !== undefined) this.job = changed as ActiveJob
      return
    }
    this.truth.isAsked = true
    const { awakeMs, bootId } = this.now()
    const signal = what === 'kill' ? 'SIGTERM' : 'SIGKILL'
    const intent = { why: 'kill', signal, askedMs: 0, awakeMs, bootId } as const
    this.job = { ...this.job, intent: settleIntent(this.job.intent, intent) }
  }

  /** One turn of a daemon, which may be killed between any two of its acts. */
  turn(mayCrash: boolean): void {
    for (let round = 0; round < 8 && this.memory !== null && this.end === null; round += 1) {
      if (mayCrash && this.dice.chance(0.1)) return this.crash()
      if (!this.act(this.memory)) return
    }
  }

  /** True when there is more to do at once. */
  private act(memory: Memory): boolean {
    const { attempt, job } = this
    const isOpen = attempt.fence === 'none' && !memory.isLaunching && job.run.phase === 'starting'
    if (isOpen) attempt.fence = 'cancelled'
    const verdict = this.domain.judgeEnding({
      written: attempt.written,
      fence: job.run.phase === 'started' ? 'started' : attempt.fence,
      began: attempt.waiter !== 'none',
      waiter: attempt.waiter === 'alive' ? 'alive' : 'gone',
      otherBoot: this.bootOfRun() !== this.now().bootId,
      intent: intentOf(job),
      signalSent: memory.mayBeSignalled,
      oomKills: null,
      command: 'x',
    })
    const { ending, isLaunching, made } = memory
    const began = attempt.waiter !== 'none'
    const facts = { now: this.now(), isLaunching, verdict, began, ending, made }
    const step = this.domain.stepJob(job, facts, { killGraceMs: GRACE_MS })
    switch (step.do) {
      case 'wait':
        return false
      case 'note start':
        this.job = this.noted()
        return true
      case 'stop':
        attempt.isStopped = attempt.isAlive
        memory.made = 'stopped'
        return true
      case 'let go on':
        attempt.isStopped = false
        memory.made = 'going'
        return true
      case 'intend': {
        const { awakeMs, bootId } = this.now()
        const signal = step.why === 'lost' ? 'SIGKILL' : 'SIGTERM'
        this.job = { ...job, intent: { why: step.why, signal, askedMs: 0, awakeMs, bootId } }
        return true
      }
      case 'end it':
        memory.ending = { state: 'under way', signal: step.signal }
        memory.mayBeSignalled = true
        memory.killAtMs = this.awakeMs + step.graceMs
        if (!attempt.isDeaf || step.signal === 'SIGKILL') this.signalAll(step.signal)
        return false
      case 'end':
        this.end = step.end
        return false
      case 'put back':
        this.attempt = this.newAttempt()
        this.job = this.begin(job.attempt + 1)
        this.memory = newMemory(false)
        this.launch()
        return false
    }
  }

  private begin(attempt: number): ActiveJob {
    const {
      wait: _wait,
      unmet: _unmet,
      doomedBy: _doomed,
      ...common
    } = newJob(draft(1, { timeoutMs: TIMEOUT_MS }), { unmet: 0, doomedBy: null })
    const run = { phase: 'starting', startedMs: 0, clock: startClock(this.now()) } as const
    return { ...common, attempt, status: 'running', run, intent: null }
  }

  private noted(): ActiveJob {
    const key = { ...PROCESS, bootId: this.now().bootId }
    const known = { waiter: key, process: key, reach: 'subreaper', place: null } as const
    return { ...this.job, run: { ...this.job.run, phase: 'started', ...known } }
  }

  private launch(): void {
    this.attempt.isHanded = true
    if (this.memory !== null) this.memory.isLaunching = true
  }

  /** Whoever makes the fence decides. */
  private waiterBegins(): void {
    const { attempt } = this
    attempt.isHanded = false
    if (attempt.fence === 'none') {
      Object.assign(attempt, { fence: 'started', waiter: 'alive', isAlive: true })
      this.truth.starts += 1
    }
    if (this.memory !== null) this.memory.isLaunching = false
  }

  private processEnds(how: EndWritten): void {
    const { attempt } = this
    if (!attempt.isAlive) return
    attempt.isAlive = false
    if (attempt.waiter !== 'alive') return
    attempt.written = how
    attempt.waiter = 'gone'
  }

  private signalAll(signal: string): void {
    if (this.attempt.isAlive) this.attempt.wasSignalled = true
    this.attempt.isStopped = false
    this.processEnds({ kind: 'signalled', signal })
    if (this.memory !== null) this.memory.ending = { state: 'over', isGone: true }
  }

  private killAll(): void {
    this.signalAll('SIGKILL')
  }

  private bootOfRun(): string {
    const { run } = this.job
    if (run.phase === 'started') return run.waiter.bootId
    return run.clock.since?.bootId ?? this.now().bootId
  }

  private newAttempt(): Attempt {
    const { dice } = this
    return {
      fence: 'none',
      isHanded: false,
      waiter: 'none',
      isAlive: false,
      isStopped: false,
      isDeaf: dice.chance(0.3),
      ranMs: 0,
      waitedMs: 0,
      endsAfterMs: dice.pick([0, 300, 2_000, 3_900, 4_500, 1e9]),
      code: dice.pick([0, 0, 7, 137]),
      written: null,
      wasSignalled: false,
    }
  }
}

function newMemory(mayBeSignalled: boolean): Memory {
  return {
    isLaunching: false,
    ending: { state: 'none' },
    killAtMs: Infinity,
    made: null,
    mayBeSignalled,
  }
}
