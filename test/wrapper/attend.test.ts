import assert from 'node:assert/strict'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { heartbeatSchema } from '../../src/formats/heartbeat.ts'
import { selfIdentity } from '../../src/host/identity.ts'
import { attend } from '../../src/wrapper/attend.ts'
import { onEnd } from '../support/cleaning.ts'
import { needsSmallDisk, startOnSmallDisk } from '../support/small-disk.ts'
import { type Program, programPath, startCommand, startProgram } from '../support/program.ts'
import { tempDir } from '../support/temp-dir.ts'
import { waitFor } from '../support/wait-for.ts'

const REFRESH_MS = 20

test('a wrapper is known at once, by all that tells its process from others', (t) => {
  const home = tempDir(t)
  const wrapper = attend({ home, label: 'tester', session: 'S1' })
  onEnd(t, () => wrapper.leave())
  const heartbeat = heartbeatSchema.parse(read(wrapper.path))
  const { pid, processStart, bootId } = selfIdentity()
  assert.equal(wrapper.path, join(home, 'wrappers', `heartbeat-${pid}-${wrapper.uuid}.json`))
  assert.equal(wrapper.problem(), undefined)
  assert.deepEqual(
    [heartbeat.pid, heartbeat.process_start, heartbeat.boot_id, heartbeat.uuid],
    [pid, processStart, bootId, wrapper.uuid],
  )
  assert.deepEqual([heartbeat.label, heartbeat.session], ['tester', 'S1'])
  assert.equal(heartbeat.last_activity, undefined, 'W7: being there is activity')
  assert.match(heartbeat.last_refresh, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
})

test('what it writes is private to the user', (t) => {
  const home = join(tempDir(t), 'home')
  const wrapper = attend({ home })
  onEnd(t, () => wrapper.leave())
  const modes = [home, join(home, 'wrappers'), wrapper.path, join(home, 'wake')]
  assert.deepEqual(modes.map(modeOf), [0o700, 0o700, 0o600, 0o700])
})

test('W9: the file is refreshed on a timer of its own', async (t) => {
  const wrapper = attend({ home: tempDir(t), refreshMs: REFRESH_MS })
  onEnd(t, () => wrapper.leave())
  const first = read(wrapper.path)
  const later = await waitFor(
    () => read(wrapper.path).last_refresh !== first.last_refresh && read(wrapper.path),
    { what: 'a refresh' },
  )
  assert.deepEqual({ ...later, last_refresh: '' }, { ...first, last_refresh: '' })
})

test('W9: leaving removes the file, and no refresh brings it back', async (t) => {
  const home = tempDir(t)
  const wrapper = attend({ home, refreshMs: 1 })
  const stays = attend({ home, refreshMs: 1 })
  onEnd(t, () => stays.leave())
  wrapper.leave()
  wrapper.activity()
  wrapper.leave()
  const first = read(stays.path).last_refresh
  await waitFor(() => read(stays.path).last_refresh !== first, { what: 'refreshes of another' })
  assert.deepEqual(readdirSync(join(home, 'wrappers')).filter(isHeartbeat), [
    stays.path.split('/').at(-1),
  ])
})

test('leaving is what `using` does', async (t) => {
  const home = tempDir(t)
  const paths: string[] = []
  {
    using wrapper = attend({ home })
    paths.push(wrapper.path)
  }
  {
    await using wrapper = attend({ home })
    paths.push(wrapper.path)
  }
  assert.deepEqual(paths.map(existsSync), [false, false])
})

test('W9: a home that cannot be made or written is survived, and said', (t) => {
  const folder = tempDir(t)
  const file = join(folder, 'file')
  writeFileSync(file, '')
  for (const home of [file, join(file, 'below'), '/proc/home', '\0']) {
    const wrapper = attend({ home })
    assert.match(wrapper.problem() ?? '', /./, home)
    wrapper.activity()
    wrapper.leave()
  }
})

test('W9: labels and sessions that are too long or of a wrong type are survived', (t) => {
  const wild = { label: 17, session: 'x'.repeat(10_000) } as unknown as { session: string }
  const wrapper = attend({ ...wild, home: tempDir(t) })
  onEnd(t, () => wrapper.leave())
  const heartbeat = heartbeatSchema.parse(read(wrapper.path))
  assert.deepEqual([heartbeat.label, heartbeat.session?.length], ['17', 256])
})

test('W9: a home that goes away is not made again, and used again when it returns', async (t) => {
  const home = join(tempDir(t), 'home')
  const wrapper = attend({ home, refreshMs: REFRESH_MS })
  onEnd(t, () => wrapper.leave())
  rmSync(home, { recursive: true })
  await waitFor(() => wrapper.problem() !== undefined, { what: 'the wrapper to notice' })
  assert.equal(existsSync(home), false)
  mkdirSync(home)
  await waitFor(() => existsSync(wrapper.path), { what: 'the heartbeat to return' })
  assert.equal(wrapper.problem(), undefined)
})

test(
  'W9: a full disk is survived, and mended when there is room',
  { skip: needsSmallDisk() },
  async (t) => {
    const program = startOnSmallDisk(t, 64, 'attend.ts')
    await program.nextLine()
    await ask(program, 'fill')
    await ask(program, 'leave')
    assert.equal(await ask(program, 'read'), null, 'leaving needs no room')
    await program.kill()
    const late = startOnSmallDisk(t, 64, 'attend-on-full-disk.ts')
    assert.match(await late.nextLine(), /ENOSPC/)
    assert.equal(await late.nextLine(), 'mended')
  },
)

test('W9: it does not keep the program alive', async (t) => {
  const home = tempDir(t)
  const code = `const { attend } = await import(${JSON.stringify(attendModule())})
    attend({ home: ${JSON.stringify(home)}, refreshMs: 1 })`
  const program = startCommand(t, process.execPath, ['--input-type=module', '-e', code])
  assert.deepEqual(await program.ended, { code: 0, signal: null })
  assert.deepEqual(heartbeatsIn(home), [])
})

for (const [order, code] of [
  ['exit', 3],
  ['throw', 1],
] as const) {
  test(`W9: a program that ends by ${order} leaves no file`, async (t) => {
    const home = tempDir(t)
    const program = startProgram(t, programPath('attend.ts'), [home])
    await program.nextLine()
    assert.equal(heartbeatsIn(home).length, 1)
    program.send(order)
    assert.deepEqual(await program.ended, { code, signal: null })
    assert.deepEqual(heartbeatsIn(home), [])
  })
}

test('W7: activity is told with the next refresh', async (t) => {
  const wrapper = attend({ home: tempDir(t), tellsActivity: true, refreshMs: REFRESH_MS })
  onEnd(t, () => wrapper.leave())
  const { started_at, last_activity } = read(wrapper.path)
  assert.equal(last_activity, started_at, 'it counts as idle from the start')
  await waitFor(() => read(wrapper.path).last_refresh !== started_at, { what: 'a refresh' })
  assert.equal(read(wrapper.path).last_activity, started_at, 'refreshing is no activity')
  wrapper.activity()
  await waitFor(() => read(wrapper.path).last_activity !== started_at, { what: 'the activity' })
})

test('W7: activity after a rest is told at once, with a daemon to hear it; other activity costs no file', async (t) => {
  let ensured = 0
  const ensureDaemon = (): number => (ensured += 1)
  const home = tempDir(t)
  const wrapper = attend({ home, tellsActivity: true, refreshMs: 300, ensureDaemon })
  onEnd(t, () => wrapper.leave())
  await waitFor(() => ensured === 1, { what: 'a daemon at the start' })
  const { started_at, last_refresh } = read(wrapper.path)
  for (let times = 0; times < 100; times += 1) wrapper.activity()
  assert.equal(read(wrapper.path).last_refresh, last_refresh)
  await waitFor(() => Date.now() - Date.parse(started_at ?? '') > 700, { what: 'a rest' })
  wrapper.activity()
  assert.notEqual(read(wrapper.path).last_activity, started_at)
  await waitFor(() => ensured === 2, { what: 'a daemon for the activity' })
  assert.equal(existsSync(join(home, 'wake')), false)
})

test('who cannot start a daemon leaves a file in wake/', async (t) => {
  const fails = [
    undefined,
    () => Promise.reject(new Error('no')),
    () => {
      throw new Error('no')
    },
  ]
  for (const ensureDaemon of fails) {
    const home = tempDir(t)
    const wrapper = attend({ home, ...(ensureDaemon === undefined ? {} : { ensureDaemon }) })
    onEnd(t, () => wrapper.leave())
    const mark = join(home, 'wake', `wrapper-${wrapper.uuid}`)
    await waitFor(() => existsSync(mark), { what: 'the wake signal' })
  }
})

test('importing it loads no schema, store, daemon, client or door', async (t) => {
  const code = `
    import { registerHooks } from 'node:module'
    registerHooks({ load: (url, context, next) => (console.log(url), next(url, context)) })
    await import(${JSON.stringify(attendModule())})`
  const program = startCommand(t, process.execPath, ['--input-type=module', '-e', code])
  await program.ended
  const loaded = program.lines().map((url) => url.replace(/^.*\/(src|node_modules)\//, '$1/'))
  const foreign = loaded.filter((url) =>
    /zod|chokidar|pino|kysely|src\/(?!host|domain|wrapper|version)/.test(url),
  )
  assert.deepEqual(foreign, [])
  assert.ok(loaded.includes('src/wrapper/attend.ts'))
  assert.ok(loaded.length < 40, loaded.join('\n'))
})

async function ask(program: Program, order: string): Promise<unknown> {
  program.send(order)
  return JSON.parse(await program.nextLine())
}

function read(path: string): Record<string, string> {
  return JSON.parse(readFileSync(path, 'utf8'))
}

function modeOf(path: string): number {
  return statSync(path).mode & 0o777
}

function isHeartbeat(name: string): boolean {
  return name.startsWith('heartbeat-')
}

function heartbeatsIn(home: string): string[] {
  return readdirSync(join(home, 'wrappers'))
}

function attendModule(): string {
  return new URL('../../src/wrapper/attend.ts', import.meta.url).href
}
