import { z } from 'zod'
import { NDJSON, operationUrl } from './api.ts'
import type { Operation } from './operation.ts'
import type { Route } from './route.ts'

const API_VERSION = '0.1.0'

/** What opens a route; the names are those of the least role. */
function securityOf({ access, bearer }: Pick<Route, 'access' | 'bearer'>): readonly object[] {
  switch (access) {
    case 'public':
      return []
    case 'local':
      return [{ login: ['operator'] }]
    case 'scrape':
      return [{ token: ['viewer'] }]
    default:
      return [bearer ? { token: [access] } : { login: [access] }]
  }
}

/** All that the server answers, as an OpenAPI 3.1 document; operations and routes are its source. */
export function openApiDocument(
  routes: readonly Route[],
  operations: readonly Operation[],
  serverUrl: string,
): object {
  const paths: Record<string, Record<string, object>> = {}
  for (const route of routes) {
    const path = pathOf(route.url)
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: describeRoute(route, path) }
  }
  for (const operation of operations)
    paths[operationUrl(operation)] = { post: describeOperation(operation) }
  return {
    openapi: '3.1.1',
    info: {
      title: 'Daily Dose',
      version: API_VERSION,
      description:
        'Every command of `dose` is an operation here: same names, same input, same answers.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: serverUrl }],
    paths,
    components: {
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'The setting API_TOKEN.' },
        login: { type: 'http', scheme: 'basic', description: 'User admin, ADMIN_PASSWORD.' },
      },
      schemas: { Line: LINE },
      responses: {
        Refused: {
          description: 'Not served, and why.',
          content: { 'application/json': { schema: REFUSAL } },
        },
      },
    },
  }
}

/** Fastify's `:name(pattern)` as OpenAPI's `{name}`. */
const pathOf = (url: string): string => url.replace(/:(\w+)(?:\([^)]*\))?/g, '{$1}')

function describeRoute(route: Route, path: string) {
  const { method, summary, type, takes } = route
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
  return {
    operationId: `${method.toLowerCase()} ${path}`,
    summary,
    security: securityOf(route),
    ...(names.length > 0 && {
      parameters: names.map((name) => ({
        name,
        in: 'path',
        required: true,
        schema: { type: 'string' },
      })),
    }),
    ...(takes && { requestBody: { content: { 'application/json': { schema: schemaOf(takes) } } } }),
    responses: {
      200: { description: summary, content: { [type]: {} } },
      default: { $ref: '#/components/responses/Refused' },
    },
  }
}

function schemaOf(type: z.ZodType) {
  const { $schema: _, ...schema } = z.toJSONSchema(type, { io: 'input', unrepresentable: 'any' })
  return schema
}

function describeOperation({ name, summary, changes, needs, schema }: Operation) {
  return {
    operationId: name,
    summary,
    tags: [name.split(' ')[0]],
    description: changes ? 'Changes rows; written to the audit log.' : 'Changes nothing.',
    security: securityOf({ access: needs, bearer: true }),
    requestBody: { content: { 'application/json': { schema: schemaOf(schema) } } },
    responses: {
      200: {
        description: 'A line for each row and note; the last line holds the exit code.',
        content: { [NDJSON]: { schema: { $ref: '#/components/schemas/Line' } } },
      },
      400: {
        description: 'The input is wrong; the line says where.',
        content: { [NDJSON]: { schema: { $ref: '#/components/schemas/Line' } } },
      },
      default: { $ref: '#/components/responses/Refused' },
    },
  }
}

/** One line of an operation's answer. */
const LINE = {
  oneOf: [
    object({ row: { type: 'object' } }),
    object({ note: { type: 'string' } }),
    object({
      error: object({
        code: { type: 'string' },
        message: { type: 'string' },
        exit: { type: 'integer' },
      }),
    }),
    object({
      exit: { type: 'integer', description: '0 done, 1 in part, 2 wrong use, 3 no service' },
    }),
  ],
}

const REFUSAL = object({
  error: object({
    status: { type: 'integer' },
    code: { type: 'string' },
    message: { type: 'string' },
    request: { type: 'string' },
  }),
})

function object(properties: Readonly<Record<string, object>>) {
  return { type: 'object', properties, required: Object.keys(properties) }
}
