import assert from 'node:assert/strict'
import { test } from 'node:test'
import { VERBS } from '../../src/contract/verbs.ts'
import { ask } from '../support/raw-http.ts'
import { shareDaemon } from '../support/shared-daemon.ts'

const daemon = shareDaemon()

interface Operation {
  readonly operationId: string
  readonly summary: string
  readonly 'x-effect': string
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: Content
  readonly responses: Readonly<Record<string, Content & { readonly description: string }>>
}

interface Parameter {
  readonly name: string
  readonly in: string
  readonly required: boolean
  readonly schema: object
}

interface Content {
  readonly content: Readonly<Record<string, { readonly schema: object }>>
}

interface Document {
  readonly openapi: string
  readonly info: { readonly title: string; readonly version: string }
  readonly servers: readonly { readonly url: string }[]
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
}

test('D3: the API describes itself: every verb with its effect, what it takes and what it answers', async () => {
  const { openapi, info, paths } = await read()
  assert.match(openapi, /^3\.1\.\d$/)
  assert.equal(info.title, 'curfew')
  assert.match(info.version, /^\d+\.\d+\.\d+/)
  assert.equal(Object.keys(paths).length, Object.keys(VERBS).length)
  for (const [name, verb] of Object.entries(VERBS)) {
    const operation = paths[verb.path]?.[verb.method.toLowerCase()]
    assert.ok(operation, `${name} is not described`)
    assert.equal(operation.operationId, name)
    assert.equal(operation['x-effect'], verb.effect)
    assert.notEqual(operation.summary, '')
    assert.ok(Object.hasOwn(operation.responses, '200'))
    assert.ok(Object.hasOwn(operation.responses, 'default'))
  }
})

test('D3: every schema stands for itself and is one that machines understand', async () => {
  const document = await read()
  const text = JSON.stringify(document)
  assert.doesNotMatch(text, /"\$ref"/)
  for (const schema of schemasOf(document)) checkSchema(schema, 'schema')
})

test('D3: parameters say their type and bounds', async () => {
  const parameters = (await read()).paths['/v1/events']?.['get']?.parameters ?? []
  assert.deepEqual(parameters.map(({ name }) => name).toSorted(), ['after', 'before', 'limit'])
  for (const { in: where, required } of parameters)
    assert.deepEqual([where, required], ['query', false])
  const limit = parameters.find(({ name }) => name === 'limit')
  assert.partialDeepStrictEqual(limit?.schema, { type: 'integer', minimum: 1, maximum: 1000 })
})

test('D3: what it describes is what it does: a status has every field that its schema demands', async () => {
  const { paths } = await read()
  const schema = paths['/v1/status']?.['get']?.responses['200']?.content['application/json']?.schema
  const required: unknown = Reflect.get(schema ?? {}, 'required')
  const answer = (await ask(daemon.socket(), '/v1/status')).json()
  assert.ok(Array.isArray(required) && required.length > 5)
  for (const field of required) assert.ok(Object.hasOwn(answer, String(field)), String(field))
})

async function read(): Promise<Document> {
  const answer = await ask(daemon.socket(), '/v1/openapi.json')
  assert.equal(answer.status, 200)
  return JSON.parse(answer.text)
}

function schemasOf({ paths }: Document): object[] {
  return Object.values(paths)
    .flatMap((item) => Object.values(item))
    .flatMap(({ parameters = [], requestBody, responses }) => [
      ...parameters.map(({ schema }) => schema),
      ...[requestBody, ...Object.values(responses)].flatMap((part) =>
        Object.values(part?.content ?? {}).map(({ schema }) => schema),
      ),
    ])
}

const TYPES = new Set(['object', 'array', 'string', 'number', 'integer', 'boolean', 'null'])

/** As far as a schema can be wrong in ways that a reader of it stumbles over. */
function checkSchema(schema: unknown, where: string): void {
  assert.ok(typeof schema === 'object' && schema !== null && !Array.isArray(schema), where)
  const parts = new Map<string, unknown>(Object.entries(schema))
  const type = parts.get('type')
  for (const each of Array.isArray(type) ? type : [type ?? 'null']) {
    assert.ok(TYPES.has(String(each)), `${where}: type ${String(each)}`)
  }
  const properties = Object.entries(parts.get('properties') ?? {})
  for (const [name, inner] of properties) checkSchema(inner, `${where}.${name}`)
  const required = parts.get('required') ?? []
  assert.ok(Array.isArray(required))
  const known = new Set(properties.map(([name]) => name))
  for (const name of required)
    assert.ok(known.has(String(name)), `${where} demands ${String(name)}`)
  for (const key of ['items', 'propertyNames', 'additionalProperties']) {
    const inner = parts.get(key)
    if (inner !== undefined && typeof inner !== 'boolean') checkSchema(inner, `${where}.${key}`)
  }
  for (const key of ['anyOf', 'oneOf', 'allOf']) {
    const inner = parts.get(key) ?? []
    assert.ok(Array.isArray(inner))
    for (const each of inner) checkSchema(each, `${where}.${key}`)
  }
}
