import assert from 'node:assert/strict'
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { test } from 'node:test'
import { runCurfew } from '../support/cli.ts'
import { askHouse } from '../support/daemon.ts'
import { type House, makeHouse } from '../support/house.ts'

const LOOSE = ['sh', '-c', 'umask 000; exec "$@"', 'sh']

test('after a full scenario under umask 000 every file in home is 0600 and every folder 0700', async (t) => {
  const house = makeHouse(t)
  await liveAWhile(house)
  assert.ok(everything(house).length > 10)
  for (const path of everything(house)) {
    const stats = lstatSync(path)
    const wanted = stats.isDirectory() ? 0o700 : 0o600
    assert.equal(stats.mode & 0o777, wanted, path)
  }
})

test('D5: what lies in the environment of a starter or a client is nowhere in home', async (t) => {
  const house = makeHouse(t)
  const canary = 'c4n4ry-9b1d'
  const env = {
    API_TOKEN: canary,
    CURFEW_SESSION: canary,
    CURFEW_AGENT: canary,
    CURFEW_JOB: canary,
  }
  await liveAWhile({ ...house, env: { ...house.env, ...env } })
  for (const path of everything(house)) {
    if (!lstatSync(path).isFile()) continue
    assert.equal(readFileSync(path).includes(canary), false, path)
  }
})

/** Every name that a daemon writes, with what a start does when a link lies there. */
const NAMES: Record<string, 'replaced' | 'refused'> = {
  '.locked': 'replaced',
  '.lock.db': 'refused',
  '.lock.db-journal': 'replaced',
  'curfew.db': 'refused',
  'curfew.db-wal': 'refused',
  'curfew.db-shm': 'refused',
  'curfew.sock': 'refused',
  'lifecycle.json': 'replaced',
  'wake.signal': 'replaced',
  'log/curfew.log': 'refused',
  'log/daemon.stderr': 'refused',
}

for (const [name, outcome] of Object.entries(NAMES)) {
  test(`a link planted at ${name} is ${outcome}, its victim is untouched`, async (t) => {
    const house = makeHouse(t)
    const victim = join(house.folder, 'victim')
    writeFileSync(victim, 'precious', { mode: 0o644 })
    chmodSync(victim, 0o644)
    const path = join(house.home, name)
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    symlinkSync(victim, path)
    const { code, stderr } = await runCurfew(house, ['start'])
    if (outcome === 'refused')
      assert.match(
        stderr,
        new RegExp(`^curfew: [^\n]*${basename(path).replaceAll('.', '\\.')}[^\n]*\n$`),
      )
    assert.equal(code === 0, outcome === 'replaced', stderr)
    if (code === 0) assert.equal((await runCurfew(house, ['stop'])).code, 0)
    assert.equal(readFileSync(victim, 'utf8'), 'precious')
    assert.equal(lstatSync(victim).mode & 0o777, 0o644)
    assert.equal((await runCurfew(house, ['doctor', '--fix'])).signal, null)
    assert.equal(lstatSync(victim).mode & 0o777, 0o644, 'doctor --fix follows no link either')
  })
}

for (const name of ['wake', 'wrappers', 'reports', 'jobs', 'log']) {
  test(`a link planted at the folder ${name}: refused, and nothing behind it is touched`, async (t) => {
    const house = makeHouse(t)
    const victim = join(house.folder, 'victim')
    mkdirSync(house.home, { mode: 0o700 })
    mkdirSync(victim)
    chmodSync(victim, 0o755)
    writeFileSync(join(victim, 'file'), 'precious', { mode: 0o644 })
    chmodSync(join(victim, 'file'), 0o644)
    symlinkSync(victim, join(house.home, name))
    const { code, stderr } = await runCurfew(house, ['start'])
    assert.equal(code, 6, stderr)
    assert.match(
      stderr,
      new RegExp(`^curfew: \\S+/${name} is not a folder of its own; move it away\n$`),
    )
    await runCurfew(house, ['doctor', '--fix'])
    assert.deepEqual(readdirSync(victim), ['file'])
    assert.equal(lstatSync(victim).mode & 0o777, 0o755)
    assert.equal(lstatSync(join(victim, 'file')).mode & 0o777, 0o644)
  })
}

/** Start, use, kill, recover, reload, wake, look, restart, stop; all with no umask. */
async function liveAWhile(house: House): Promise<void> {
  const curfew = async (...args: string[]): Promise<void> => {
    const { code, stderr } = await runCurfew(house, args, { under: LOOSE })
    assert.equal(code, 0, `${args.join(' ')}: ${stderr}`)
  }
  await curfew('start')
  process.kill((await askHouse(house, 'hello', {})).pid, 'SIGKILL')
  await curfew('start')
  writeFileSync(house.paths.config, '{"reportsKept": 3}', { mode: 0o600 })
  await askHouse(house, 'reload', {})
  for (const args of [['status'], ['events'], ['config'], ['paths'], ['doctor'], ['restart']])
    await curfew(...args)
  await curfew('stop')
  await curfew('status')
  await curfew('events')
}

function everything(house: House): string[] {
  const inside = readdirSync(house.home, { recursive: true, encoding: 'utf8' })
  return [house.home, ...inside.map((name) => join(house.home, name))]
}
