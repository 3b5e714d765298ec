import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { mock, test, type TestContext } from 'node:test'
import { connectWith } from '../../src/client/connect.ts'
import { callDaemon } from '../../src/client/call.ts'
import { createClient } from '../../src/client/client.ts'
import { ProblemError } from '../../src/domain/problem.ts'
import { runCurfew, runJson } from '../support/cli.ts'
import { askHouse, startDaemon } from '../support/daemon.ts'
import { CURFEW, type House, makeHouse, untilAlone } from '../support/house.ts'
import { programPath, startProgram } from '../support/program.ts'
import { waitFor } from '../support/wait-for.ts'

test('D2: eight that start at once with no daemon: one daemon, eight answers', async (t) => {
  const house = makeHouse(t)
  const results = await Promise.all(
    Array.from({ length: 8 }, () => runJson(house, ['start', '--json'])),
  )
  const { pid } = await askHouse(house, 'hello', {})
  for (const { code, value } of results)
    assert.partialDeepStrictEqual({ code, value }, { code: 0, value: { pid } })
  await untilAlone(house)
})

test('D2: eight programs that start it at once through the library', async (t) => {
  const house = makeHouse(t)
  const programs = Array.from({ length: 8 }, () =>
    startProgram(t, programPath('library-start.ts'), [], { env: house.env, cwd: house.folder }),
  )
  await Promise.all(programs.map((program) => program.line('ready')))
  for (const program of programs) program.send('go')
  const lines = await Promise.all(programs.map((program) => program.line('{')))
  const answers = lines.map((line) => JSON.parse(line))
  const { pid } = await askHouse(house, 'hello', {})
  assert.deepEqual(
    answers.map((answer) => answer.pid),
    Array.from({ length: 8 }, () => pid),
  )
  assert.ok(answers.some(({ outcome }) => outcome === 'started'))
})

test('D2: eight that start at once on top of a daemon that was just killed', async (t) => {
  const daemon = await startDaemon(t)
  const { house } = daemon
  await daemon.kill()
  const results = await Promise.all(Array.from({ length: 8 }, () => runCurfew(house, ['start'])))
  assert.deepEqual(
    results.map(({ code }) => code),
    Array.from({ length: 8 }, () => 0),
    JSON.stringify(results),
  )
  assert.equal((await runCurfew(house, ['doctor'])).code, 0)
})

test('D2: starting and stopping at once ends in one of the two, and each is told the truth', async (t) => {
  const house = makeHouse(t)
  const verbs = ['start', 'stop', 'start', 'stop', 'start', 'restart']
  const results = await Promise.all(verbs.map((verb) => runCurfew(house, [verb])))
  for (const [index, { code, stderr }] of results.entries()) {
    const wasStoppedAtOnce =
      code === 1 && stderr.startsWith('curfew: the daemon left as soon as it was ready; ')
    assert.ok(
      code === 0 || (verbs[index] !== 'stop' && wasStoppedAtOnce),
      `${verbs[index]}: ${stderr}`,
    )
  }
  await untilAlone(house)
  assert.equal((await runCurfew(house, ['doctor'])).code, 0)
})

test('the library: nothing is opened before it is used, status and events without a daemon are undefined', async (t) => {
  const house = makeHouse(t)
  const connection = connectWith('/nowhere', { home: house.home })
  assert.equal(await connection.status(), undefined)
  assert.equal(await connection.events(), undefined)
  assert.deepEqual(await connection.stop('test'), { stopped: false })
  assert.deepEqual(readdirSync(house.folder), [])
})

test('the library: status, events, follow and stop of a running daemon', async (t) => {
  const daemon = await startDaemon(t)
  const connection = connectWith('/nowhere', { home: daemon.house.home })
  assert.equal(await connection.start(), 'running')
  assert.equal((await connection.status())?.daemon.pid, daemon.pid)
  const [first] = (await connection.events({ limit: 1 })) ?? []
  const stop = new AbortController()
  const heard = new Promise<string>((resolve) => {
    const { signal } = stop
    void connection.follow(first?.id ?? 0, ({ type }) => resolve(type), { signal })
  })
  await daemon.ask('reload')
  assert.equal(await heard, 'config_reloaded')
  stop.abort()
  assert.deepEqual(await connection.stop('test'), { stopped: true, pid: daemon.pid })
})

test('the library: follow waits for the next daemon, says so once, and ends when it is told to', async (t) => {
  const house = makeHouse(t)
  const connection = connectWith('/nowhere', { home: house.home })
  const stop = new AbortController()
  const heard: string[] = []
  const alone = mock.fn()
  const following = connection.follow(0, ({ type }) => heard.push(type), {
    signal: stop.signal,
    onAlone: alone,
  })
  await waitFor(() => alone.mock.callCount() > 0, { what: 'a word that nobody is there' })
  await startDaemon(t, { house })
  await waitFor(() => heard.length > 0, { what: 'the first event' })
  assert.deepEqual([heard[0], alone.mock.callCount()], ['daemon_started', 1])
  stop.abort()
  await following
})

test('a verb that changes something starts the daemon, unless config forbids it: exit 3', async (t) => {
  const house = makeHouse(t)
  const forbidden = clientOf(t, house, false)
  await assert.rejects(
    forbidden.demand('reload', {}),
    isProblem('no_daemon', /forbids starting one \(autostart\)/),
  )
  const result = await clientOf(t, house, true).demand('reload', {})
  assert.deepEqual(result, { reloaded: true, problem: null, changed: [] })
  assert.ok((await askHouse(house, 'hello', {})).pid > 1)
})

test('a verb that changes something shows why the daemon cannot start', async (t) => {
  const house = makeHouse(t)
  mkdirSync(house.home, { mode: 0o700 })
  writeFileSync(house.paths.config, '{"tick": 0}')
  await assert.rejects(
    clientOf(t, house, true).demand('reload', {}),
    isProblem('unusable', /config\.json: tick: expected between/),
  )
})

test('a program that is no curfew in its place is said, with its last words', async (t) => {
  const house = makeHouse(t)
  const client = createClient({
    paths: house.paths,
    environment: house.env,
    command: {
      argv: ['sh', '-c', 'echo "curfew: cannot go on" >&2; exit 9', 'sh'],
      home: house.home,
    },
    mayStart: () => Promise.resolve(true),
  })
  await assert.rejects(
    client.start(),
    isProblem('failed', /ended while starting \(exit code 9\): curfew: cannot go on/),
  )
  const missing = createClient({
    paths: house.paths,
    environment: house.env,
    command: { argv: ['/nowhere/curfew'], home: house.home },
    mayStart: () => Promise.resolve(true),
  })
  await assert.rejects(missing.start(), isProblem('failed', /ended while starting \(ENOENT\)/))
})

test('D4: a daemon that is killed under a client: the client hears that there is none, or gets its answer', async (t) => {
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
  await daemon.kill()
  await Promise.all(asking)
  assert.deepEqual([...kinds].sort(), ['no_daemon', 'ok'])
})

function clientOf(
  _t: TestContext,
  house: House,
  mayStart: boolean,
): ReturnType<typeof createClient> {
  return createClient({
    paths: house.paths,
    environment: house.env,
    command: { argv: CURFEW, home: house.home },
    mayStart: () => Promise.resolve(mayStart),
  })
}

function isProblem(kind: string, message: RegExp): (error: unknown) => true {
  return (error) => {
    assert.ok(error instanceof ProblemError, String(error))
    assert.equal(error.problem.kind, kind)
    assert.match(error.problem.message, message)
    return true
  }
}
