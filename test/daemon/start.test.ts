import assert from 'node:assert/strict'
import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import os from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { callDaemon } from '../../src/client/call.ts'
import { SHAPES } from '../../src/formats/shapes.ts'
import { lookAt } from '../../src/host/identity.ts'
import { runCurfew, runJson } from '../support/cli.ts'
import { askHouse, markerText, startDaemon } from '../support/daemon.ts'
import { type House, makeHouse } from '../support/house.ts'
import { needsLinux } from '../support/needs.ts'

const isRoot = process.getuid?.() === 0
const NOBODY = 65534

test(
  'L1: the first start in a clean home writes a marker that says who we are',
  { skip: needsLinux() },
  async (t) => {
    const daemon = await startDaemon(t)
    const { marker } = daemon.house.paths
    assert.equal(lstatSync(marker).mode & 0o777, 0o600)
    const { started_at, ...rest } = JSON.parse(readFileSync(marker, 'utf8'))
    const look = lookAt(daemon.pid)
    assert.deepEqual(rest, {
      pid: daemon.pid,
      hostname: os.hostname(),
      schema_version: 1,
      process_start: look.state === 'alive' ? look.processStart : 'it should live',
      boot_id: readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
      version: JSON.parse(readFileSync('package.json', 'utf8')).version,
    })
    assert.match(started_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  },
)

test('D1: the home is made with everything in it, private to us, also under a loose umask', async (t) => {
  const house = makeHouse(t)
  await startDaemon(t, { house, under: ['sh', '-c', 'umask 000; exec "$@"', 'sh'] })
  for (const path of [
    house.home,
    house.paths.wake,
    house.paths.wrappers,
    house.paths.reports,
    house.paths.jobs,
  ]) {
    assert.equal(lstatSync(path).mode & 0o777, 0o700, path)
  }
})

test('D1: start returns when the daemon answers, and says who it is', async (t) => {
  const house = makeHouse(t)
  const started = await runCurfew(house, ['start'])
  const hello = await callDaemon('hello', {}, { socket: house.paths.socket })
  assert.equal(hello.kind, 'ok')
  assert.ok(hello.kind === 'ok')
  assert.deepEqual([started.code, started.stdout], [0, ''])
  assert.equal(started.stderr, `curfew is awake (process ${hello.value.pid})\n`)
  assert.equal(JSON.parse(markerText(house)).pid, hello.value.pid)
})

test('D1: start beside a running daemon is a success and changes nothing; daemon beside one is refused', async (t) => {
  const daemon = await startDaemon(t)
  const before = markerText(daemon.house)
  const again = await runJson(daemon.house, ['start', '--json'])
  assert.equal(again.code, 0)
  assert.partialDeepStrictEqual(again.value, { outcome: 'running', pid: daemon.pid })
  const second = await runCurfew(daemon.house, ['daemon'])
  assert.equal(second.code, 5)
  assert.match(
    second.stderr,
    new RegExp(`^curfew: home \\S+ is already looked after by process ${daemon.pid} on `),
  )
  assert.equal(second.stderr.split('\n').length, 2, 'one line')
  assert.equal(markerText(daemon.house), before)
})

test(
  'D1: a daemon that a client started knows only the clean part of the environment, and stands in its home',
  { skip: needsLinux() },
  async (t) => {
    const house = makeHouse(t)
    const env = {
      AWS_SECRET: 'canary',
      CURFEW_SESSION: 'mine',
      CURFEW_AGENT: 'me',
      XDG_DATA_HOME: '/x',
      LD_X: '1',
    }
    await runCurfew(house, ['start'], { env })
    const { pid } = await askHouse(house, 'hello', {})
    const names = readFileSync(`/proc/${pid}/environ`, 'utf8')
      .split('\0')
      .map((pair) => pair.split('=')[0] ?? '')
    const strange = names.filter(
      (name) => !/^(HOME|USER|PATH|LANG|XDG_\w+|CURFEW_HOME|CURFEW_READY_FD|)$/.test(name),
    )
    assert.deepEqual(strange, [])
    assert.ok(names.includes('XDG_DATA_HOME'))
    assert.equal(readlinkSync(`/proc/${pid}/cwd`), house.home)
  },
)

interface Trouble {
  readonly make: (house: House) => void
  readonly code: number
  readonly says: RegExp
  readonly under?: readonly string[]
}

const TROUBLES: Record<string, Trouble> = {
  'a config with a mistake': {
    make: ({ paths }) => writeFileSync(paths.config, '{"tick": "soon"}'),
    code: 6,
    says: /config\.json: tick: expected a duration .*, got "soon"; mend it/,
  },
  'a folder where the config should be': {
    make: ({ paths }) => mkdirSync(paths.config),
    code: 6,
    says: /config file \S+config\.json: is not a file/,
  },
  'a link in the place of the log': {
    make: ({ paths, folder }) => {
      mkdirSync(paths.log)
      symlinkSync(join(folder, 'victim'), join(paths.log, 'curfew.log'))
    },
    code: 1,
    says: /opening log \S+curfew\.log: ELOOP/,
  },
  'a folder in the place of the store': {
    make: ({ paths }) => mkdirSync(paths.store),
    code: 6,
    says: /store \S+curfew\.db is not a file of its own/,
  },
  'a file in the place of the spool': {
    make: ({ paths }) => writeFileSync(paths.wake, ''),
    code: 6,
    says: /wake is not a folder/,
  },
  'a folder with something in it in the place of the lock file': {
    make: ({ paths }) => mkdirSync(join(paths.lockDatabase, 'x'), { recursive: true }),
    code: 6,
    says: /lock file \S+\.lock\.db is not a file of its own/,
  },
  'a home that cannot be written': {
    make: makeUnwritable,
    code: 6,
    says: /creating folder \S+: EACCES/,
    under: isRoot ? ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'] : [],
  },
}

for (const [name, trouble] of Object.entries(TROUBLES)) {
  test(`D1: the terminal that ran start gets to read about ${name}`, async (t) => {
    const house = troubled(t, trouble)
    const options = trouble.under === undefined ? {} : { under: trouble.under }
    for (const command of ['daemon', 'start']) {
      const { code, stdout, stderr } = await runCurfew(house, [command], options)
      assert.match(stderr, trouble.says, command)
      assert.match(stderr, /^curfew: [^\n]+\n$/, `one line from ${command}`)
      assert.deepEqual([code, stdout], [trouble.code, ''], command)
    }
    const { code, value } = await runJson(house, ['start', '--json'], options)
    assert.equal(code, trouble.code)
    assert.match(
      SHAPES.error.parse(value).error.message,
      new RegExp(trouble.says.source.split(';')[0] ?? ''),
    )
  })
}

test('D1: a start that failed leaves nothing that holds or answers', async (t) => {
  const house = makeHouse(t)
  mkdirSync(house.paths.store, { recursive: true, mode: 0o700 })
  chmodSync(house.home, 0o700)
  assert.equal((await runCurfew(house, ['start'])).code, 6)
  assert.equal(lstatSync(house.paths.marker, { throwIfNoEntry: false }), undefined)
  assert.equal(lstatSync(house.paths.socket, { throwIfNoEntry: false }), undefined)
})

function troubled(t: TestContext, { make }: Trouble): House {
  const house = makeHouse(t)
  mkdirSync(house.home, { mode: 0o700 })
  make(house)
  return house
}

function makeUnwritable({ home, folder }: House): void {
  if (isRoot) {
    chownSync(folder, NOBODY, NOBODY)
    chownSync(home, NOBODY, NOBODY)
  }
  chmodSync(home, 0o500)
}
