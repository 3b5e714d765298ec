import assert from 'node:assert/strict'
import { dirname, join, resolve } from 'node:path'
import { test } from 'node:test'
import { ProblemError } from '../../src/domain/problem.ts'
import { innerFolders, outerFolders, resolvePaths } from '../../src/host/paths.ts'

test('a chosen home holds everything, config and log too', () => {
  const paths = resolvePaths('/x/home', {})
  assert.equal(paths.home, '/x/home')
  for (const path of Object.values(paths)) assert.ok(path.startsWith('/x/home'), path)
  const { config, log, socket, marker, store, storeBackup, lockDatabase } = paths
  assert.deepEqual(
    [config, log, socket, marker, store, storeBackup, lockDatabase].map((path) =>
      path.slice('/x/home/'.length),
    ),
    ['config.json', 'log', 'curfew.sock', '.locked', 'curfew.db', 'curfew.db.bak', '.lock.db'],
  )
  assert.deepEqual(
    innerFolders(paths),
    ['wake', 'wrappers', 'reports', 'jobs'].map((name) => join('/x/home', name)),
  )
})

test('--home comes before CURFEW_HOME, and both are made absolute', () => {
  assert.equal(resolvePaths('/a', { CURFEW_HOME: '/b' }).home, '/a')
  assert.equal(resolvePaths(undefined, { CURFEW_HOME: '/b/../c/' }).home, '/c')
  assert.equal(resolvePaths('rel', {}).home, resolve('rel'))
})

test("with neither, data, config and log lie in the platform's own folders, each in one called curfew", () => {
  for (const environment of [{}, { CURFEW_HOME: '' }]) {
    const paths = resolvePaths(undefined, environment)
    for (const folder of [paths.home, ...outerFolders(paths)])
      assert.match(folder, /[/\\]curfew\b/i)
    assert.notEqual(dirname(paths.config), paths.home)
    assert.equal(dirname(paths.socket), paths.home)
  }
})

test('an empty name is no home', () => {
  assert.throws(
    () => resolvePaths('', { CURFEW_HOME: '/b' }),
    (error) => error instanceof ProblemError && error.problem.kind === 'usage',
  )
})
