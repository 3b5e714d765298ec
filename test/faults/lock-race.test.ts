import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import {
  closeSync,
  constants,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import os from 'node:os'
import { test, type TestContext } from 'node:test'
import { bootId, lookAt } from '../../src/host/identity.ts'
import { onEnd } from '../support/cleaning.ts'
import { type Program, programPath, startProgram } from '../support/program.ts'
import { rounds } from '../support/rounds.ts'
import { tempDir } from '../support/temp-dir.ts'

const CONTENDERS = 16
const ROUNDS = rounds(200)
const KILLS = rounds(100)
/** Rounds without a single winner take seconds each: enough of them are enough. */
const MOST_BAD_ROUNDS = 5

interface Result {
  readonly pid: number
  readonly held: boolean
  readonly holder?: { readonly pid: number } | null
  readonly previous?: { readonly verdict: string } | null
}

type Seed = (home: string, round: number, contenders: readonly Program[]) => string[]

/** How each home looks before the race, and which verdicts on the previous marker are right. */
const SITUATIONS: Record<string, Seed> = {
  nothing: (home, round) => {
    leaveLockFiles(home, round)
    return ['free']
  },
  'a stale marker': (home, round) => {
    leaveLockFiles(home, round)
    const full = { process_start: '1', boot_id: bootId() }
    writeMarker(home, { pid: deadPid(), ...(round % 2 === 0 ? full : {}) })
    return ['dead']
  },
  'a recycled pid': (home, round) => {
    const full = { process_start: '1', boot_id: bootId() }
    writeMarker(home, { pid: process.pid, ...(round % 2 === 0 ? full : {}) })
    return ['dead']
  },
  'the own pid of before a restart': (home, round, contenders) => {
    const pid = contenders[round % CONTENDERS]?.pid
    const sameBoot = { process_start: '1', boot_id: bootId() }
    const otherBoot = {
      process_start: startOf(pid),
      boot_id: '00000000-0000-0000-0000-000000000000',
    }
    writeMarker(home, { pid, ...[sameBoot, otherBoot, {}][round % 3] })
    return ['dead']
  },
  'another host': (home, round) => {
    leaveLockFiles(home, round)
    writeMarker(home, { pid: process.pid, hostname: 'elsewhere' })
    return ['foreign']
  },
}

for (const [name, seed] of Object.entries(SITUATIONS)) {
  test(`L2: ${CONTENDERS} starters at once find ${name}: one wins in each of ${ROUNDS} rounds`, async (t) => {
    const folder = tempDir(t)
    const { contenders, release } = await standReady(t, folder)
    let exactlyOne = 0
    for (let round = 0; round < ROUNDS && round - exactlyOne < MOST_BAD_ROUNDS; round += 1) {
      const home = `${folder}/${round}`
      mkdirSync(home, { mode: 0o700 })
      const verdicts = seed(home, round, contenders)
      for (const contender of contenders) contender.send(`race ${home}`)
      await Promise.all(contenders.map((contender) => contender.nextLine()))
      release()
      const results = await Promise.all(contenders.map(readResult))
      if (judgeRound(home, results, verdicts)) exactlyOne += 1
      await letGo(contenders, results)
      assert.deepEqual(readdirSync(home), ['.lock.db'], 'nothing but the lock file is left')
    }
    t.diagnostic(`${exactlyOne} of ${ROUNDS} rounds had exactly one winner`)
    assert.equal(exactlyOne, ROUNDS)
  })
}

test(`L3: a holder is killed ${KILLS} times, and the next one holds each time`, async (t) => {
  const home = tempDir(t)
  const tookMs: number[] = []
  let holder = startProgram(t, programPath('lock-standing.ts'))
  await holder.nextLine()
  await take(holder, home)
  for (let kills = 0; kills < KILLS; kills += 1) {
    const next = startProgram(t, programPath('lock-standing.ts'))
    await next.nextLine()
    const began = performance.now()
    process.kill(holder.pid, 'SIGKILL')
    const result = await take(next, home)
    tookMs.push(performance.now() - began)
    assert.equal(result.held, true, `after kill ${kills}: ${JSON.stringify(result)}`)
    assert.equal(result.previous?.verdict, 'dead')
    await holder.ended
    holder = next
  }
  tookMs.sort((a, b) => a - b)
  t.diagnostic(
    `from the kill to the next holder: median ${tookMs[KILLS >> 1]?.toFixed(1)} ms, worst ${tookMs.at(-1)?.toFixed(1)} ms`,
  )
})

test('L9: killed at any step of taking and releasing, nothing needs cleaning by hand', async (t) => {
  const home = tempDir(t)
  for (let kills = 0; kills < 40; kills += 1) {
    const victim = startProgram(t, programPath('lock-standing.ts'))
    await victim.nextLine()
    victim.send(`churn ${home}`)
    await victim.nextLine()
    await afterSomeChanges(home, kills)
    await victim.kill()
  }
  const next = startProgram(t, programPath('lock-standing.ts'))
  await next.nextLine()
  assert.equal((await take(next, home)).held, true)
  assert.deepEqual(readdirSync(home).sort(), ['.lock.db', '.locked'])
})

/** The contenders read one byte each from a pipe that is filled in one go. */
async function standReady(
  t: TestContext,
  folder: string,
): Promise<{ contenders: Program[]; release: () => void }> {
  const barrier = `${folder}/barrier`
  execFileSync('mkfifo', [barrier])
  const fd = openSync(barrier, constants.O_RDWR)
  onEnd(t, () => closeSync(fd))
  const script = programPath('lock-standing.ts')
  const contenders = Array.from({ length: CONTENDERS }, () => startProgram(t, script, [barrier]))
  await Promise.all(contenders.map((contender) => contender.nextLine()))
  return { contenders, release: () => void writeSync(fd, Buffer.alloc(CONTENDERS)) }
}

async function readResult(contender: Program): Promise<Result> {
  const line: unknown = JSON.parse(await contender.nextLine())
  return { ...(line as Result), pid: contender.pid }
}

function judgeRound(
  home: string,
  results: readonly Result[],
  verdicts: readonly string[],
): boolean {
  const winners = results.filter((result) => result.held)
  const [winner] = winners
  if (winner === undefined || winners.length > 1) return false
  const marker: unknown = JSON.parse(readFileSync(`${home}/.locked`, 'utf8'))
  assert.equal((marker as { pid: number }).pid, winner.pid, 'the marker names the winner')
  assert.ok(verdicts.includes(winner.previous?.verdict ?? 'free'), JSON.stringify(winner))
  for (const { held, holder } of results)
    if (!held) assert.equal(holder?.pid, winner.pid, 'losers name the winner')
  return true
}

async function letGo(contenders: readonly Program[], results: readonly Result[]): Promise<void> {
  for (const [index, result] of results.entries()) {
    if (!result.held) continue
    contenders[index]?.send('release')
    await contenders[index]?.nextLine()
  }
}

async function take(program: Program, home: string): Promise<Result> {
  program.send(`take ${home}`)
  return await readResult(program)
}

/** Waits for a number of looks that found something else than the look before. */
async function afterSomeChanges(home: string, count: number): Promise<void> {
  let before = ''
  for (let changes = 0; changes <= count;) {
    const now = readdirSync(home).sort().join()
    if (now !== before) changes += 1
    before = now
    await new Promise(setImmediate)
  }
}

function writeMarker(home: string, fields: Record<string, unknown>): void {
  const old = {
    pid: 1,
    hostname: os.hostname(),
    started_at: '2020-01-01T00:00:00Z',
    schema_version: 1,
  }
  writeFileSync(`${home}/.locked`, JSON.stringify({ ...old, ...fields }), { mode: 0o600 })
}

/** What an earlier holder may have left: nothing, its empty file, or a journal that nobody finished. */
function leaveLockFiles(home: string, round: number): void {
  if (round % 3 > 0) writeFileSync(`${home}/.lock.db`, '', { mode: 0o600 })
  if (round % 3 > 1) writeFileSync(`${home}/.lock.db-journal`, Buffer.alloc(1024, 0xd9))
}

function deadPid(): number {
  for (let pid = 4_000_000; ; pid -= 1) if (lookAt(pid).state === 'gone') return pid
}

function startOf(pid: number | undefined): string {
  const look = lookAt(pid ?? 0)
  return look.state === 'alive' ? look.processStart : ''
}
