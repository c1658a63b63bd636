/** What a target file says of an endpoint of its own. */
import {
  array,
  boolean,
  description,
  type InferOutput,
  integer,
  literal,
  maxValue,
  minLength,
  minValue,
  number,
  optional,
  picklist,
  pipe,
  record,
  regex,
  strictObject,
  string,
  union,
  unknown,
} from 'valibot'
import { baseUrl } from '../base/hosts.ts'

const STATUS = 'expected a status code from 100 to 599'
/** For overrides of endpoints of the contract, too. */
export const statusSchema = (about: string) =>
  optional(
    pipe(
      array(pipe(number(STATUS), integer(STATUS), minValue(100, STATUS), maxValue(599, STATUS))),
      minLength(1, 'expected at least one status code'),
      description(about),
    ),
  )
export const routeSchema = optional(
  pipe(
    union(
      [pipe(string(), minLength(1, 'expected the name of a route')), literal(false)],
      'expected the name of a route, or false where the counter does not count it',
    ),
    description(
      "Route under which the gateway's own counter has it (`reconciliation`), where that is not its path; false: its counter does not count it.",
    ),
  ),
)

export const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

const fileSchema = strictObject({
  file: pipe(string(), minLength(1, 'expected a file'), description('CSV, JSON, or one value a line; beside the target file.')),
  column: optional(
    pipe(string(), description('Of a CSV file with a line of names, or the member of each object of a JSON list.')),
  ),
  path: optional(pipe(string(), description('Where in a JSON file the list is, such as `data.orders`.'))),
})

export const describedValues = pipe(
  record(
    string(),
    union(
      [string(), array(union([string(), number(), boolean()])), fileSchema],
      'expected a list, a range such as "r-{0000..0499}", a generator such as "{uuid}", or {"file": …}',
    ),
  ),
  description('Values for placeholders: a list, a range, a generator, or a file.'),
)

export const expectationSchema = strictObject({
  status: statusSchema('Status codes of a valid answer. Default 200; 201 as well for POST, 204 for DELETE.'),
  type: optional(pipe(string(), description('Media type of a valid answer, such as `application/json`.'))),
  headers: optional(pipe(record(string(), unknown()), description('By header: a value, or checks such as {"matches": "^W/"}.'))),
  json: optional(
    pipe(
      record(string(), unknown()),
      description('By path (`id`, `lines[0].sku`, `lines[*].sku`): a value, or checks such as {"min_items": 1}.'),
    ),
  ),
  contains: optional(pipe(array(string()), description('Texts that the body contains.'))),
  schema: optional(
    pipe(
      union(
        [string(), boolean(), record(string(), unknown())],
        'expected a JSON Schema, or a reference such as #/components/schemas/Order',
      ),
      description('JSON Schema of the body, or a reference into this file.'),
    ),
  ),
})

export const describedSchema = strictObject({
  method: pipe(picklist(METHODS), description('HTTP method.')),
  path: pipe(
    string(),
    regex(/^\/\S*$/, 'expected a path that starts with /'),
    description('Path, with placeholders: `/orders/:id` or `/orders/{id}`.'),
  ),
  query: optional(
    pipe(record(string(), union([string(), number(), boolean()])), description('Query parameters, with placeholders.')),
  ),
  base_url: optional(pipe(baseUrl, description('Where this endpoint is, if not at the base URL of the target.'))),
  headers: optional(pipe(record(string(), string()), description('Headers, with placeholders.'))),
  body: optional(pipe(unknown(), description('JSON body, with placeholders; a text is sent as it is.'))),
  auth: optional(
    pipe(boolean(), description('Whether it wants the authorization of the target. Default: where the target has one.')),
  ),
  values: optional(describedValues),
  expect: optional(expectationSchema),
  take: optional(
    pipe(
      record(string(), string()),
      description('Values that an answer gives to later requests of the same VU: name -> path in the JSON body.'),
    ),
  ),
  refused: optional(
    pipe(
      union(
        [
          strictObject({ status: statusSchema('Status codes of a refusal. Default 401 and 403.'), route: routeSchema }),
          literal(false),
        ],
        'expected an object, or false where nobody is refused',
      ),
      description('How it answers who has no right to it; false: it answers everybody.'),
    ),
  ),
  route: routeSchema,
  weak: optional(
    pipe(
      string(),
      minLength(1, 'expected a sentence'),
      description('Why its answers are checked weakly, where they cannot be checked better.'),
    ),
  ),
})
export type DescribedFile = InferOutput<typeof describedSchema>
