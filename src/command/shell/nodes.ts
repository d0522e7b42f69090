/**
 * The one door to the parser: unbash's syntax tree, its parser and its visitor. Nodes are parsed lazily, so nested
 * scripts carry their own `errors`.
 */
export type * from 'unbash'
export { forEachChild, parse } from 'unbash'
