import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import { resolvePaths } from '../src/host/paths.ts'
import { tempDir } from './support/temp-dir.ts'

const root = resolve(import.meta.dirname, '..')
const unit = readFileSync(join(root, 'systemd/curfew.service'), 'utf8')
const wakeUnit = readFileSync(join(root, 'systemd/curfew.path'), 'utf8')
const agent = readFileSync(join(root, 'launchd/dev.curfew.daemon.plist'), 'utf8')

const analyzer = '/usr/bin/systemd-analyze'
const noAnalyzer = existsSync(analyzer) ? false : `needs ${analyzer} (package systemd)`

test('X1: systemd finds nothing to say about the unit', { skip: noAnalyzer }, (t) => {
  const folder = tempDir(t)
  const said = verify(folder, unit)
  assert.equal(said, '')
})

test('X1: the check of the unit would see an unknown key', { skip: noAnalyzer }, (t) => {
  const said = verify(tempDir(t), unit.replace('KillMode', 'KilMode'))
  assert.match(said, /KilMode/)
})

test('X1: the unit keeps jobs alive, restarts a crash, and lets alone what would only fail again', () => {
  const settings = new Map(
    unit.split('\n').flatMap((line) => {
      const [, key, value] = /^(\w+)=(.*)$/.exec(line) ?? []
      return key === undefined || value === undefined ? [] : [[key, value] as const]
    }),
  )
  assert.match(settings.get('ExecStart') ?? '', /\/curfew daemon$/)
  assert.equal(settings.get('KillMode'), 'process')
  assert.equal(settings.get('OOMPolicy'), 'continue')
  assert.equal(settings.get('Restart'), 'on-failure')
  assert.equal(settings.get('RestartPreventExitStatus'), '2 5 6')
  assert.equal(settings.get('StartLimitIntervalSec'), '0')
  assert.ok(Number(settings.get('RestartSec')) >= 1)
  assert.equal(settings.get('UMask'), '0077')
})

test(
  'X2: systemd finds nothing to say about what wakes it, and it looks where signals are left',
  { skip: noAnalyzer },
  (t) => {
    const folder = tempDir(t)
    writeFileSync(join(folder, 'curfew.path'), wakeUnit)
    assert.equal(verify(folder, unit, 'curfew.path'), '')
    const home = join(homedir(), '.local/share/curfew')
    const { wake, wakeSignal } = resolvePaths(home, {})
    assert.match(wakeUnit, new RegExp(`^DirectoryNotEmpty=${wake.replace(homedir(), '%h')}$`, 'm'))
    assert.match(wakeUnit, new RegExp(`^PathExists=${wakeSignal.replace(homedir(), '%h')}$`, 'm'))
  },
)

test('X1: the launchd agent is a property list that says the same', () => {
  const settings = readPropertyList(agent)
  assert.equal(settings.get('Label'), '<string>dev.curfew.daemon</string>')
  assert.match(settings.get('ProgramArguments') ?? '', /\/curfew<\/string> <string>daemon</)
  assert.equal(settings.get('AbandonProcessGroup'), '<true/>')
  assert.equal(settings.get('KeepAlive'), '<dict> <key>SuccessfulExit</key> <false/> </dict>')
  assert.equal(settings.get('Umask'), `<integer>${0o077}</integer>`)
  assert.match(settings.get('QueueDirectories') ?? '', /\/curfew\/wake<\/string>/)
})

const parsers = [
  ['plutil', ['-lint', '-']],
  ['python3', ['-c', 'import plistlib, sys; plistlib.loads(sys.stdin.buffer.read())']],
] as const
const parser = parsers.find(([command]) => spawnSync(command, ['--version']).error === undefined)

test(
  'X1: a real parser reads the launchd agent',
  { skip: parser ? false : 'needs plutil or python3' },
  () => {
    const [command, args] = parser ?? ['', []]
    const { status, stderr } = spawnSync(command, args, { input: agent, encoding: 'utf8' })
    assert.equal(status, 0, stderr)
  },
)

/** What systemd-analyze says of the unit, with a program in it that exists here. */
function verify(folder: string, text: string, name = 'curfew.service'): string {
  const file = join(folder, 'curfew.service')
  writeFileSync(file, text.replace(/^ExecStart=\S+/m, `ExecStart=${join(root, 'bin/curfew')}`))
  const { stderr } = spawnSync(analyzer, ['verify', '--user', join(folder, name)], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], HOME: folder, XDG_RUNTIME_DIR: folder },
  })
  return stderr
}

/** The outermost keys with their values as markup; fails on markup that is not balanced. */
function readPropertyList(text: string): Map<string, string> {
  const markup = text.replaceAll(/<!--.*?-->/gs, '').replaceAll(/\s*\n\s*/g, ' ')
  const inner = /<plist version="1.0"> <dict> (.*) <\/dict> <\/plist> ?$/.exec(markup)?.[1] ?? ''
  const entry = /<key>(\w+)<\/key> (<(\w+)>.*?<\/\3>|<\w+\/>) ?/gy
  const found = [...inner.matchAll(entry)]
  assert.equal(found.map(([whole]) => whole).join(''), inner, 'not a list of keys and values')
  return new Map(found.map(([, key = '', value = '']) => [key, value]))
}
