/**
 * The reference of what the package exports, made from its declarations and their TSDoc. They are shown as they are written: the names that
 * they are given here say more than what a type checker makes of them.
 */
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import ts from '@typescript/typescript6'

type Declaration = ts.FunctionDeclaration | ts.InterfaceDeclaration | ts.TypeAliasDeclaration | ts.VariableStatement

/** A declaration under the name that it is exported by. */
interface Export {
  name: string
  file: string
  node: Declaration
}

/** By path from the root of the project. */
const files = new Map<string, ts.SourceFile>()
function parsed(file: string): ts.SourceFile {
  const known =
    files.get(file) ??
    ts.createSourceFile(file, readFileSync(new URL(`../${file}`, import.meta.url), 'utf8'), ts.ScriptTarget.ESNext, true)
  files.set(file, known)
  return known
}

const isDeclaration = (node: ts.Node): node is Declaration =>
  ts.isFunctionDeclaration(node) ||
  ts.isInterfaceDeclaration(node) ||
  ts.isTypeAliasDeclaration(node) ||
  ts.isVariableStatement(node)

const namesOf = (node: Declaration): string[] =>
  ts.isVariableStatement(node) ? node.declarationList.declarations.map(({ name }) => name.getText()) : [node.name?.text ?? '']

const beside = (file: string, { text }: { text: string }): string => join(dirname(file), text)

/** Where a name of a file is declared, whichever files hand it on; undefined for what is not ours. */
function find(file: string, name: string): Export | undefined {
  for (const node of parsed(file).statements) {
    if (isDeclaration(node) && namesOf(node).includes(name)) return { name, file, node }
    const given = ts.isExportDeclaration(node)
      ? node.exportClause
      : ts.isImportDeclaration(node)
        ? node.importClause?.namedBindings
        : undefined
    const from = ts.isExportDeclaration(node) || ts.isImportDeclaration(node) ? node.moduleSpecifier : undefined
    if (given === undefined || from === undefined || !ts.isStringLiteral(from) || !from.text.startsWith('.')) continue
    if (!ts.isNamedExports(given) && !ts.isNamedImports(given)) continue
    const one = given.elements.find((element) => element.name.text === name)
    if (one !== undefined) return find(beside(file, from), (one.propertyName ?? one.name).text)
  }
  return undefined
}

/** All that a file exports, as it lists them. */
function exportsOf(file: string): Export[] {
  return parsed(file).statements.flatMap((node) => {
    if (ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined && ts.isStringLiteral(node.moduleSpecifier)) {
      const from = beside(file, node.moduleSpecifier)
      if (node.exportClause === undefined) return exportsOf(from)
      if (!ts.isNamedExports(node.exportClause)) return []
      return node.exportClause.elements.map((one) => {
        const found = find(from, (one.propertyName ?? one.name).text)
        if (found === undefined) throw new Error(`${file}: ${one.name.text} is not to be found`)
        return { ...found, name: one.name.text }
      })
    }
    const isExported = isDeclaration(node) && node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)
    return isExported ? namesOf(node).map((name) => ({ name, file, node })) : []
  })
}

/** What is inferred from a value says nothing here: settings, thresholds and targets have pages of their own. */
const isInferred = (node: Declaration): boolean => ts.isTypeAliasDeclaration(node) && /\btypeof\b/.test(node.type.getText())

/** Types of ours that a declaration names, or a part of it. */
function named({ file, node }: Export, within: readonly ts.Node[] = [node]): Export[] {
  const found: Export[] = []
  if (isInferred(node)) return found
  const visit = (part: ts.Node): void => {
    const name = ts.isTypeReferenceNode(part)
      ? part.typeName
      : ts.isExpressionWithTypeArguments(part)
        ? part.expression
        : undefined
    const type = name !== undefined && ts.isIdentifier(name) ? find(file, name.text) : undefined
    if (type !== undefined && !isInferred(type.node)) found.push(type)
    if (!ts.isBlock(part)) ts.forEachChild(part, visit)
  }
  within.forEach(visit)
  return found
}

const bases = (one: Export): Export[] => named(one, ts.isInterfaceDeclaration(one.node) ? (one.node.heritageClauses ?? []) : [])

const byName = (a: Export, b: Export): number => a.name.localeCompare(b.name, 'en')
const isType = ({ node }: Export): boolean => ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)

/** Types that are not exported, but named by what is; of what such a one names, its bases and what stands in its own file. */
function alsoNamed(exported: readonly Export[]): Export[] {
  const seen = new Set(exported.map(({ node }) => node))
  const take = (types: readonly Export[]): Export[] =>
    types.flatMap((type) => {
      if (seen.has(type.node)) return []
      seen.add(type.node)
      return [type, ...take([...bases(type), ...named(type).filter(({ file }) => file === type.file)])]
    })
  return take(exported.flatMap((one) => named(one))).sort(byName)
}

/** A declaration without its body, as a declaration file has it. */
function signature({ name, node }: Export): string {
  const source = node.getSourceFile().text
  const upTo = (end: number): string =>
    source
      .slice(node.getStart(), end)
      .replace(/^export (async )?/, '')
      .trim()
  if (ts.isFunctionDeclaration(node)) return upTo(node.body?.getStart() ?? node.end)
  if (!ts.isVariableStatement(node)) return upTo(node.end)
  const { type, initializer } = node.declarationList.declarations.find((one) => one.name.getText() === name) ?? {}
  if (type !== undefined) return `const ${name}: ${type.getText()}`
  if (initializer === undefined || !ts.isArrowFunction(initializer)) throw new Error(`${name}: neither a type nor a function`)
  return `function ${name}${source.slice(initializer.getStart(), initializer.equalsGreaterThanToken.getStart()).trim()}`
}

/** Text for Markdown: what looks like a tag outside of code is none. */
const escaped = (text: string): string => text.replace(/(`[^`]*`)|</g, (_, inCode: string | undefined) => inCode ?? '&lt;')

/** Text of a comment for Markdown: indented code becomes a block that has a language. */
const markdown = (text: string): string =>
  text.replace(/((?:^ {4}.*\n?)+)|^.*$/gm, (line, code: string | undefined) =>
    code === undefined ? escaped(line) : `\`\`\`ts\n${code.replace(/^ {4}/gm, '').trimEnd()}\n\`\`\`\n`,
  )

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim().replace(/^- /, '')

/** The sentences before a declaration. */
function prose({ node }: Export): string {
  const [comment] = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc).slice(-1)
  return markdown(ts.getTextOfJSDocComment(comment?.comment) ?? '').trim()
}

function tags({ node }: Export): string[] {
  return ts.getJSDocTags(node).map((tag) => {
    const text = oneLine(escaped(ts.getTextOfJSDocComment(tag.comment) ?? ''))
    if (ts.isJSDocParameterTag(tag)) return `- \`${tag.name.getText()}\`: ${text}`
    const [, name, rest = ''] = /^(\w+) (.*)$/.exec(text) ?? []
    return tag.tagName.text === 'typeParam' ? `- \`${name}\`: ${rest}` : `- ${tag.tagName.text} ${text}`
  })
}

const titleOf = (one: Export): string => (isType(one) ? `${one.name} (type)` : one.name)
const anchorOf = (one: Export): string =>
  titleOf(one)
    .toLowerCase()
    .replace(/[^\w -]/g, '')
    .replaceAll(' ', '-')

/** @param shown what the page has a title for */
function entry(one: Export, shown: readonly Export[]): string {
  const types = named(one).filter(({ node }) => node !== one.node && shown.some((other) => other.node === node))
  const links = [...new Set(types.map((type) => `[${type.name}](#${anchorOf(type)})`))]
  return [
    `### ${titleOf(one)}`,
    prose(one),
    `\`\`\`ts\n${signature(one)}\n\`\`\``,
    tags(one).join('\n'),
    links.length === 0 ? '' : `Types: ${links.join(', ')}`,
  ]
    .filter((part) => part !== '')
    .join('\n\n')
}

/**
 * The sections of the reference, for its page.
 * @param endpoints names by which ready endpoints are exported
 * @param endpointsTable what is shown of them, made with the first sentences of each
 */
export function apiSections(
  endpoints: readonly string[],
  endpointsTable: (sentences: ReadonlyMap<string, string>) => string,
): string {
  const exported = exportsOf('lib/mod.ts')
  const types = exported.filter(isType).sort(byName)
  const values = exported.filter((one) => !isType(one))
  const ready = values.filter(({ name }) => endpoints.includes(name)).sort(byName)
  const rules = values.filter((one) => !ready.includes(one) && /\bRule\b/.test(signature(one))).sort(byName)
  const functions = values.filter((one) => !ready.includes(one) && !rules.includes(one))
  const also = alsoNamed([...functions, ...rules, ...types])
  const section = (title: string, all: readonly Export[]): string[] => [
    `## ${title}`,
    ...all.map((one) => entry(one, [...types, ...also])),
  ]
  return [
    ...section('Functions', functions),
    ...section('Rules for answers', rules),
    '## Ready endpoints',
    endpointsTable(new Map(ready.map((one) => [one.name, oneLine(prose(one).split('\n\n')[0] ?? '')]))),
    ...section('Types', types),
    ...section('Types that these name', also),
    ...section('Building scripts: loadgate/build', exportsOf('build/k6-scripts.d.mts')),
  ].join('\n\n')
}
