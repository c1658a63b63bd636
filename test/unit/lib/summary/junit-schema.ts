/** What the schema of JUnit files that Jenkins publishes (xunit-plugin, junit-10.xsd) has of the elements that we write. */
import assert from 'node:assert/strict'
import { XMLParser, XMLValidator } from 'fast-xml-parser'

interface Rule {
  required: readonly string[]
  optional: readonly string[]
  children: readonly string[]
}

const COUNTS = ['tests', 'failures', 'errors']
const SECONDS = /^\d+(\.\d+)?$/
const RULES: Record<string, Rule> = {
  testsuites: { required: [], optional: ['name', 'time', ...COUNTS], children: ['testsuite'] },
  testsuite: { required: ['name', ...COUNTS], optional: ['time', 'timestamp'], children: ['properties', 'testcase'] },
  properties: { required: [], optional: [], children: ['property'] },
  property: { required: ['name', 'value'], optional: [], children: [] },
  testcase: { required: ['name'], optional: ['classname', 'time'], children: ['failure', 'error'] },
  failure: { required: [], optional: ['type', 'message'], children: ['#text'] },
  error: { required: [], optional: ['type', 'message'], children: ['#text'] },
}

type Node = Record<string, Node[]> & { ':@'?: Record<string, string> }

function check(name: string, node: Node): void {
  const rule = RULES[name] ?? assert.fail(`<${name}> is no element of the schema`)
  const attributes = node[':@'] ?? {}
  for (const attribute of rule.required) assert.ok(attribute in attributes, `<${name}> has no ${attribute}`)
  for (const [attribute, value] of Object.entries(attributes)) {
    assert.ok([...rule.required, ...rule.optional].includes(attribute), `<${name} ${attribute}>`)
    if (attribute === 'time') assert.match(value, SECONDS)
  }
  for (const child of node[name] ?? []) {
    const [tag = ''] = Object.keys(child).filter((key) => key !== ':@')
    if (tag === '#text' && String(child['#text']).trim() === '') continue
    assert.ok(rule.children.includes(tag), `<${tag}> in <${name}>`)
    if (tag !== '#text') check(tag, child)
  }
}

export function assertJunit(xml: string): void {
  assert.equal(XMLValidator.validate(xml), true, xml)
  const parser = new XMLParser({
    preserveOrder: true,
    ignoreAttributes: false,
    attributeNamePrefix: '',
    parseAttributeValue: false,
    ignoreDeclaration: true,
  })
  const [root, ...more] = parser.parse(xml) as Node[]
  assert.ok(root?.testsuites, 'the root is <testsuites>')
  assert.equal(more.length, 0)
  check('testsuites', root)
}
