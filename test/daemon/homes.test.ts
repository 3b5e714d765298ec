import assert from 'node:assert/strict'
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import { resolvePaths } from '../../src/host/paths.ts'
import { runCurfew, runJson } from '../support/cli.ts'
import { startDaemon } from '../support/daemon.ts'
import { type House, makeHouse } from '../support/house.ts'
import { needsRoot } from '../support/needs.ts'

interface BadHome {
  readonly make: (home: string, house: House) => void
  readonly says: RegExp
  readonly skip?: false | string
}

const BAD_HOMES: Record<string, BadHome> = {
  'a file': {
    make: (home) => writeFileSync(home, 'precious'),
    says: /is not a folder; move it away/,
  },
  'a symbolic link': {
    make: (home, { folder }) => {
      mkdirSync(join(folder, 'real'), { mode: 0o700 })
      symlinkSync(join(folder, 'real'), home)
    },
    says: /is a symbolic link; give the folder itself/,
  },
  'a dangling link': {
    make: (home) => symlinkSync('/nowhere', home),
    says: /is a symbolic link; /,
  },
  'the folder of another user': {
    make: (home) => {
      mkdirSync(home, { mode: 0o700 })
      chownSync(home, 65534, 65534)
    },
    says: /belongs to user 65534, we are 0; choose a home of your own/,
    skip: needsRoot(),
  },
  'writable by everybody': {
    make: (home) => loose(home, 0o777),
    says: /can be written by others \(mode 777\); chmod 700 /,
  },
  'writable by its group': {
    make: (home) => loose(home, 0o720),
    says: /can be written by others \(mode 720\); chmod 700 /,
  },
}

for (const [name, { make, says, skip = false }] of Object.entries(BAD_HOMES)) {
  test(
    `a home that is ${name} is refused with one line that says which and how to mend it`,
    { skip },
    async (t) => {
      const house = makeHouse(t)
      make(house.home, house)
      await refuses(house, says)
      const stats = lstatSync(house.home)
      if (stats.isDirectory())
        assert.deepEqual(readdirSync(house.home), [], 'nothing was put into it')
      const { code, stdout } = await runCurfew(house, ['doctor'])
      assert.equal(code, 2)
      assert.match(stdout, /^fail {2}home .*\n +→ /m)
    },
  )
}

test('a home below a file is refused', async (t) => {
  const house = makeHouse(t, 'file/home')
  writeFileSync(join(house.folder, 'file'), '')
  await refuses(house, /lies below a file; choose another/)
  assert.equal((await runCurfew(house, ['doctor'])).code, 2)
})

test('folders that programs share are refused', async (t) => {
  const house = makeHouse(t)
  for (const home of ['/tmp', '/']) {
    const there = { ...house, env: { ...house.env, CURFEW_HOME: home } }
    await refuses(
      there,
      /is a folder that programs share; choose a folder inside it|belongs to user 0/,
    )
  }
})

test('TMPDIR itself is refused as well, and doctor --fix leaves it and what lies in it alone', async (t) => {
  const house = makeHouse(t)
  const file = join(house.home, 'file')
  mkdirSync(house.home)
  writeFileSync(file, '')
  chmodSync(house.home, 0o777)
  chmodSync(file, 0o666)
  const shared = { ...house, env: { ...house.env, TMPDIR: house.home } }
  await refuses(shared, /is a folder that programs share/)
  assert.equal((await runCurfew(shared, ['doctor', '--fix'])).code, 2)
  assert.deepEqual(
    [house.home, file].map((path) => lstatSync(path).mode & 0o777),
    [0o777, 0o666],
  )
})

test('a home whose path makes the name of the socket too long is refused before anything is made', async (t) => {
  const house = makeHouse(t, 'x'.repeat(120))
  await refuses(
    house,
    /the socket's name \S+ has \d+ bytes, the system takes 10[37]; choose a home with a shorter path/,
  )
  assert.equal(existsSync(house.home), false)
})

test('the longest path that a socket can have is served', async (t) => {
  const { folder } = makeHouse(t)
  const longest = process.platform === 'darwin' ? 103 : 107
  const home = join(folder, 'x'.repeat(longest - `${folder}//curfew.sock`.length))
  const house = houseAt(makeHouse(t), home)
  const daemon = await startDaemon(t, { house })
  assert.equal(Buffer.byteLength(daemon.house.paths.socket), longest)
  assert.equal((await daemon.stop()).code, 0)
})

for (const name of ['with some blanks', 'ünïcødé 家', 'new\nline', 'quote"\'$HOME;', '-dash']) {
  test(`a home named ${JSON.stringify(name)} serves`, async (t) => {
    const house = makeHouse(t, name)
    const started = await runCurfew(house, ['start'])
    assert.equal(started.code, 0, started.stderr)
    const { code, value } = await runJson(house, ['status', '--json'])
    assert.partialDeepStrictEqual(
      { code, value },
      { code: 0, value: { daemon: { running: true } } },
    )
    assert.equal((await runCurfew(house, ['paths', '--socket'])).stdout, `${house.paths.socket}\n`)
    const second = await runCurfew(house, ['daemon'])
    assert.equal(second.code, 5)
    assert.equal(second.stderr.split('\n').length, 2, 'also a strange name keeps to one line')
    assert.equal((await runCurfew(house, ['doctor'])).code, 0)
    assert.equal((await runCurfew(house, ['stop'])).code, 0)
    assert.deepEqual(readdirSync(house.folder), [name])
  })
}

test('a home is chosen by --home before CURFEW_HOME, relative to where one stands; an empty one is wrong usage', async (t) => {
  const house = makeHouse(t)
  const { stdout } = await runCurfew(house, ['paths', '--home', 'other', '--json'])
  assert.equal(JSON.parse(stdout).home, join(house.folder, 'other'))
  const before = await runCurfew(house, ['--home', 'other', 'paths', '--json'])
  assert.equal(before.stdout, stdout)
  const empty = await runCurfew(house, ['status', '--home', ''])
  assert.equal(empty.code, 2)
  assert.match(empty.stderr, /^curfew: the home is given as an empty name; /)
})

test("without --home and CURFEW_HOME the platform's folders are used, config and log apart", async (t) => {
  const { folder, env } = makeHouse(t)
  const xdg = {
    XDG_DATA_HOME: join(folder, 'd'),
    XDG_CONFIG_HOME: join(folder, 'c'),
    XDG_STATE_HOME: join(folder, 's'),
  }
  const house = { ...makeHouse(t), env: { ...env, ...xdg, CURFEW_HOME: '' } }
  const { value } = await runJson(house, ['paths', '--json'])
  if (process.platform === 'linux') {
    assert.partialDeepStrictEqual(value, {
      home: join(folder, 'd/curfew'),
      config: join(folder, 'c/curfew/config.json'),
      log: join(folder, 's/curfew'),
    })
  }
  assert.equal((await runCurfew(house, ['start'])).code, 0)
  assert.equal((await runCurfew(house, ['doctor'])).code, 0)
  assert.equal((await runCurfew(house, ['stop'])).code, 0)
})

for (const [name, remove] of Object.entries({
  deleted: (home: string) => rmSync(home, { recursive: true }),
  'moved away': (home: string) => renameSync(home, `${home}.moved`),
  'deleted and made anew by somebody': (home: string) => {
    rmSync(home, { recursive: true })
    mkdirSync(home, { mode: 0o700 })
  },
})) {
  test(`L7: a daemon whose home is ${name} stops in order and says so`, async (t) => {
    const { house, program } = await startDaemon(t, { env: { CURFEW_TICK: '200ms' } })
    remove(house.home)
    assert.deepEqual(await program.ended, { code: 0, signal: null })
    assert.match(
      program.stderr(),
      /\ncurfew has left: lost the lock: .*\/(\.locked|\.lock\.db) (is gone|was replaced)\n$/,
    )
    const next = await startDaemon(t, { house })
    assert.equal((await next.stop()).code, 0)
  })
}

test('a folder of the home that is deleted while the daemon runs comes back', async (t) => {
  const daemon = await startDaemon(t, { env: { CURFEW_TICK: '200ms' } })
  for (const folder of [daemon.house.paths.wake, daemon.house.paths.log])
    rmSync(folder, { recursive: true })
  await daemon.ask('reload')
  await daemon.event('config_reloaded')
  mkdirSync(daemon.house.paths.wake, { recursive: true, mode: 0o700 })
  writeFileSync(join(daemon.house.paths.wake, 'up'), '')
  await daemon.event('woken')
})

async function refuses(house: House, says: RegExp): Promise<void> {
  for (const command of ['start', 'daemon', 'status', 'events']) {
    const { code, stdout, stderr } = await runCurfew(house, [command])
    assert.match(stderr, says, command)
    assert.match(stderr, /^curfew: [^\n]+\n$/, `one line from ${command}`)
    assert.deepEqual([code, stdout], [6, ''], command)
  }
}

function houseAt(house: House, home: string): House {
  return {
    ...house,
    home,
    paths: resolvePaths(resolve(home), {}),
    env: { ...house.env, CURFEW_HOME: home },
  }
}

function loose(home: string, mode: number): void {
  mkdirSync(home)
  chmodSync(home, mode)
}
