/** `loadgate init`: the files of a load test of a gateway of the user's own. */
import { type InitOptions, init } from '../init/init.ts'
import { type Command, each, type Given, takeSettings } from './command.ts'

const HELP = `
Writes loadgate/target.json, limits, jobs for CI and a README; nothing that is there is overwritten.

Examples:
  loadgate init --openapi openapi.json
  loadgate init --har recording.har --include "POST /orders"
  loadgate init --base-url http://127.0.0.1:8080

Exit codes:
  0  written
  3  nothing answered at the URL
  2  wrong arguments, or a file that cannot be used; nothing was written
`

export const command: Command = {
  name: 'init',
  description: 'write the files of a load test of your own gateway, from OpenAPI or from a recording',
  takes(line) {
    line
      .option('--openapi <file|url>', 'OpenAPI 3.0 or 3.1, or Swagger 2.0, as JSON or YAML')
      .option('--har <file>', 'recording of a browser or a proxy (HTTP Archive)')
      .option(
        '--include <operation>',
        'operationId, or METHOD /path, that may be sent though it is no GET; may be repeated',
        each,
      )
      .option('--out <folder>', 'folder to write into', '.')
    takeSettings(line, ['BASE_URL', 'ALLOW_TARGET'])
    line.addHelpText('after', HELP)
  },
  run: (_, { options, project, terminal }: Given<InitOptions>) => init(options, project, terminal),
}
