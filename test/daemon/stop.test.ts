import assert from 'node:assert/strict'
import { existsSync, readdirSync } from 'node:fs'
import { test, type TestContext } from 'node:test'
import { callDaemon } from '../../src/client/call.ts'
import type { EventView } from '../../src/contract/shapes.ts'
import { runCurfew, runJson, startCurfew } from '../support/cli.ts'
import { askHouse, launchDaemon, startDaemon } from '../support/daemon.ts'
import { type House, makeHouse } from '../support/house.ts'

const REMAINS = [
  '.lock.db',
  'curfew.db',
  'jobs',
  'lifecycle.json',
  'log',
  'reports',
  'wake',
  'wrappers',
]

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  test(`D1: ${signal} ends the daemon in order: exit 0, nothing held, nothing half written`, async (t) => {
    const { house, program } = await startDaemon(t)
    assert.deepEqual(await program.kill(signal), { code: 0, signal: null })
    assert.deepEqual(readdirSync(house.home).sort(), REMAINS)
    const [stopped, stopping] = await offlineEvents(house)
    assert.deepEqual([stopped?.type, stopping?.type], ['daemon_stopped', 'daemon_stopping'])
    assert.equal(stopping?.data['why'], `signal ${signal}`)
  })
}

test('D1: stop returns when the process is gone, and the daemon has exited with 0', async (t) => {
  const daemon = await startDaemon(t)
  const { code, stderr } = await runCurfew(daemon.house, ['stop'])
  assert.deepEqual([code, stderr], [0, `curfew has left (process ${daemon.pid})\n`])
  assert.equal(existsSync(daemon.house.paths.marker), false)
  assert.deepEqual(await daemon.program.ended, { code: 0, signal: null })
})

test('D1: stop with no daemon is a success and makes no home', async (t) => {
  const house = makeHouse(t)
  const { code, stderr } = await runCurfew(house, ['stop'])
  assert.deepEqual([code, stderr], [0, 'no daemon was running\n'])
  assert.deepEqual((await runJson(house, ['stop', '--json'])).value, { stopped: false })
  assert.equal(existsSync(house.home), false)
})

test('D1: four that stop the same daemon at once all succeed', async (t) => {
  const daemon = await startDaemon(t)
  const stops = await Promise.all([1, 2, 3, 4].map(() => runCurfew(daemon.house, ['stop'])))
  assert.deepEqual(
    stops.map(({ code }) => code),
    [0, 0, 0, 0],
    JSON.stringify(stops),
  )
  assert.equal((await daemon.program.ended).code, 0)
})

test('D1: restart ends the old process and starts a new one; with none it starts one', async (t) => {
  const house = makeHouse(t)
  const first = await runJson(house, ['restart', '--json'])
  const second = await runJson(house, ['restart', '--json'])
  assert.deepEqual([first.code, second.code], [0, 0])
  const { pid } = await askHouse(house, 'hello', {})
  assert.partialDeepStrictEqual(second.value, { pid })
  assert.notDeepEqual(first.value, second.value)
})

test('D1: what is asked while the daemon leaves is answered, or hears that there is none', async (t) => {
  const daemon = await startDaemon(t)
  const { socket } = daemon.house.paths
  const kinds = new Set<string>()
  const asking = Array.from({ length: 8 }, async () => {
    for (;;) {
      const { kind } = await callDaemon('status', {}, { socket })
      kinds.add(kind)
      if (kind !== 'ok') return
    }
  })
  await daemon.event('daemon_started')
  assert.equal((await daemon.stop()).code, 0)
  await Promise.all(asking)
  assert.deepEqual([...kinds].sort(), ['no_daemon', 'ok'])
})

test('D1: a client that listens or hangs half way does not hold the daemon up', async (t) => {
  const daemon = await startDaemon(t)
  const follower = startCurfew(t, daemon.house, ['events', '-f', '--json'])
  await follower.line('{')
  const { connect } = await import('node:net')
  const half = connect(daemon.house.paths.socket)
  half.on('error', () => half.destroy())
  half.write(
    'POST /v1/reload HTTP/1.1\r\nhost: curfew\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"',
  )
  await daemon.status()
  assert.deepEqual(await daemon.stop(), { code: 0, signal: null })
  const types = (await offlineEvents(daemon.house)).map(({ type }) => type)
  assert.deepEqual(types.slice(0, 2), ['daemon_stopped', 'daemon_stopping'])
  half.destroy()
})

test('D1: a terminal that was closed takes the daemon neither along nor down', async (t) => {
  const daemon = await startDaemon(t)
  daemon.program.child.stdout.destroy()
  daemon.program.child.stderr.destroy()
  await daemon.ask('reload')
  assert.deepEqual(await daemon.stop(), { code: 0, signal: null })
  assert.equal((await offlineEvents(daemon.house))[0]?.type, 'daemon_stopped')
})

test('D4: a storm of signals, before and while it leaves, corrupts nothing', async (t) => {
  const daemon = await startDaemon(t)
  const { house, program } = daemon
  for (let sent = 0; sent < 100; sent += 1) process.kill(daemon.pid, 'SIGHUP')
  await daemon.event('config_reloaded')
  let storms = 0
  while (program.child.exitCode === null && program.child.signalCode === null) {
    program.child.kill(storms % 3 === 0 ? 'SIGINT' : storms % 3 === 1 ? 'SIGTERM' : 'SIGHUP')
    storms += 1
    await new Promise(setImmediate)
  }
  assert.deepEqual(await program.ended, { code: 0, signal: null })
  assert.ok(storms > 3, `${storms} signals`)
  assert.deepEqual(readdirSync(house.home).sort(), REMAINS)
  const next = await startDaemon(t, { house })
  assert.equal((await runCurfew(house, ['doctor'])).code, 0)
  assert.deepEqual((await next.status()).warnings, [])
})

test('D1: a signal at any step of starting leaves a home in which the next one starts', async (t) => {
  const moments: number[] = []
  for (let names = 0; names < 12; names += 4) {
    const four = [0, 1, 2, 3].map((more) => endWhileStarting(t, names + more))
    moments.push(...(await Promise.all(four)))
  }
  assert.ok(new Set(moments).size > 3, `hit ${moments.join()}`)
})

async function endWhileStarting(t: TestContext, names: number): Promise<number> {
  const house = makeHouse(t)
  const program = launchDaemon(t, { house })
  const seen = await untilNames(house, names)
  const { code, signal } = await program.kill('SIGTERM')
  assert.ok(code === 0 || signal === 'SIGTERM', `${code} ${signal} ${program.stderr()}`)
  const daemon = await startDaemon(t, { house })
  assert.deepEqual((await daemon.status()).warnings, [])
  assert.equal((await daemon.stop()).code, 0)
  assert.deepEqual(readdirSync(house.home).sort(), REMAINS)
  return seen
}

/** Waits until so many files and folders are there: each start makes them in the same order. */
async function untilNames(house: House, count: number): Promise<number> {
  const names = (): number => (existsSync(house.home) ? readdirSync(house.home).length : 0)
  for (;;) {
    const seen = names()
    if (seen >= count) return seen
    await new Promise(setImmediate)
  }
}

async function offlineEvents(house: House): Promise<EventView[]> {
  const { code, value } = await runJson(house, ['events', '--json'])
  assert.equal(code, 0)
  return value as EventView[]
}
