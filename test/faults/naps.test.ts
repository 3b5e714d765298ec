import assert from 'node:assert/strict'
import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { type Client, createClient } from '../../src/client/client.ts'
import { startCurfew } from '../support/cli.ts'
import { CURFEW, type House, makeHouse } from '../support/house.ts'
import { configure } from '../support/night.ts'
import { rounds } from '../support/rounds.ts'
import { waitFor } from '../support/wait-for.ts'

const HOUSES = 6
const ROUNDS = rounds(17)
const SHORTEST_NIGHT_MS = 600
/** Of what six starts at once take here and now: a slow turn on a busy machine takes in a call before it is old. */
const NIGHT_PER_START = 0.5

interface Napper {
  readonly house: House
  readonly client: Client
  asleepAfterMs: number
  /** How long the last daemon lived after it was woken. */
  lifeMs: number
  readonly met: { alive: number; gone: number }
}

test(`X2, S5: ${HOUSES * ROUNDS} calls around the moment of leaving: each is answered, and none is lost`, async (t) => {
  const nappers = Array.from({ length: HOUSES }, () => makeNapper(t))
  await Promise.all(nappers.map((napper) => callAroundNaps(t, napper)))
  for (const { met } of nappers) {
    t.diagnostic(`${met.alive} calls met a daemon that was still there, ${met.gone} none`)
  }
})

async function callAroundNaps(t: TestContext, napper: Napper): Promise<void> {
  const calls = [callByRequest, callByFile, callByHold]
  const began = performance.now()
  await napper.client.start()
  const nightMs = Math.round(NIGHT_PER_START * (performance.now() - began))
  napper.asleepAfterMs = Math.max(SHORTEST_NIGHT_MS, nightMs)
  napper.lifeMs = 1.3 * napper.asleepAfterMs
  configure(napper.house, {
    tick: '50ms',
    drowsyAfter: 0,
    bedtimeAfter: `${napper.asleepAfterMs - 50}ms`,
    asleepAfter: `${napper.asleepAfterMs}ms`,
    systemIdle: false,
  })
  await napper.client.demand('reload', {})
  for (let round = 0; round < ROUNDS; round += 1) {
    await untilAboutToLeave(napper)
    const call = calls[round % calls.length] ?? callByRequest
    await call(t, napper, `call-${round}`)
  }
}

function makeNapper(t: TestContext): Napper {
  const house = makeHouse(t)
  const client = createClient({
    paths: house.paths,
    command: { argv: CURFEW, home: house.home },
    environment: house.env,
    mayStart: async () => true,
  })
  return { house, client, asleepAfterMs: 0, lifeMs: 0, met: { alive: 0, gone: 0 } }
}

/** Wakes it, and resolves at some moment from a little before it leaves until a little after. */
async function untilAboutToLeave(napper: Napper): Promise<void> {
  const { house, client, met } = napper
  await client.demand('wake', { by: 'the test' })
  const began = performance.now()
  const atMs = napper.lifeMs * (0.7 + 0.6 * Math.random())
  let isGone = false
  await waitFor(
    () => {
      const lifeMs = performance.now() - began
      if (!isGone && !existsSync(house.paths.marker)) {
        isGone = true
        napper.lifeMs = lifeMs
      }
      return lifeMs >= atMs
    },
    { what: 'the moment', everyMs: 1 },
  )
  if (!isGone) napper.lifeMs *= 1.05
  met[isGone ? 'gone' : 'alive'] += 1
}

async function callByRequest(_t: TestContext, { client }: Napper, by: string): Promise<void> {
  const { state, daemon } = await client.demand('wake', { by })
  assert.deepEqual([state, daemon.running], ['WAKE', true])
}

/** As a service would: whoever finds a call in the spool starts the next. */
async function callByFile(_t: TestContext, { client, house }: Napper, name: string): Promise<void> {
  const { wake } = house.paths
  writeFileSync(join(wake, name), '')
  await waitFor(() => !existsSync(house.paths.marker) || !readdirSync(wake).includes(name), {
    what: `${name} to be taken, or the daemon to be gone`,
    everyMs: 2,
  })
  if (readdirSync(wake).includes(name)) await client.start()
  await waitFor(() => isToldOf(client, name), { what: `a word of ${name}` })
  assert.deepEqual(readdirSync(wake), [])
}

async function callByHold(t: TestContext, napper: Napper, why: string): Promise<void> {
  const { client, house, asleepAfterMs } = napper
  const command = ['sh', '-c', 'echo begun; read x; exit 7']
  const holder = startCurfew(t, house, ['hold', '--why', why, '--', ...command])
  await holder.line('begun')
  let swaps = -1
  let since = 0
  let holdsIt: number | null | undefined
  await waitFor(
    async () => {
      const status = await client.ask('status', {})
      const isHeld = status?.state === 'WAKE' && status.holds.some((hold) => hold.why === why)
      const by = isHeld ? status.daemon.pid : undefined
      if (by !== undefined && by !== holdsIt) [since, swaps] = [performance.now(), swaps + 1]
      holdsIt = by
      return by !== undefined && performance.now() - since > 1.5 * asleepAfterMs
    },
    { what: `${why} to be held for more than a night` },
  )
  assert.ok(swaps <= 1, 'one that was leaving, then one that stays')
  holder.send('go on')
  assert.deepEqual(await holder.ended, { code: 7, signal: null })
  assert.equal(holder.stderr(), '')
}

async function isToldOf(client: Client, name: string): Promise<boolean> {
  if ((await client.ask('hello', {})) === undefined) await client.start()
  const events = await client.ask('events', { limit: 1000 })
  return events?.some(({ type, message }) => type === 'woken' && message.includes(name)) === true
}
