/**
 * Code of a general language as a tree without order: what is computed from what. Branches, loops and handlers are all
 * `do`, because what may run is judged as if it ran.
 */

export type Literal = string | number | boolean | null

export type Node =
  | { readonly kind: 'literal'; readonly value: Literal }
  /** `isOwn`: surely no global name of the language. */
  | { readonly kind: 'name'; readonly name: string; readonly isOwn?: true }
  /** A thing of the language's library by its name. */
  | { readonly kind: 'entity'; readonly name: string }
  | { readonly kind: 'member'; readonly of: Node; readonly name: string }
  | { readonly kind: 'index'; readonly of: Node; readonly at: Node }
  | { readonly kind: 'call'; readonly callee: Node; readonly args: readonly Argument[] }
  | {
      readonly kind: 'binary'
      readonly operator: string
      readonly left: Node
      readonly right: Node
    }
  /** Text put together from all parts. */
  | { readonly kind: 'text'; readonly parts: readonly Node[] }
  | { readonly kind: 'list'; readonly items: readonly Argument[] }
  | { readonly kind: 'map'; readonly entries: readonly MapEntry[] }
  /** As many times `value` as the loops in `body` say. */
  | { readonly kind: 'bag'; readonly body: readonly Node[]; readonly value: Node }
  | FunctionNode
  | { readonly kind: 'assign'; readonly target: Target; readonly value: Node }
  /** One of these. */
  | { readonly kind: 'any'; readonly of: readonly Node[] }
  /** Plain data computed from these. */
  | { readonly kind: 'data'; readonly of: readonly Node[] }
  /** All of these, in some order, any number of times; its value is that of the last. */
  | { readonly kind: 'do'; readonly of: readonly Node[] }
  /** What a loop over it gives. */
  | { readonly kind: 'element'; readonly of: Node }
  | { readonly kind: 'return'; readonly value: Node }
  | { readonly kind: 'yield'; readonly value: Node }
  /** A module by its name; the value is the module. */
  | { readonly kind: 'import'; readonly name: string }
  /** Something that is not understood. */
  | { readonly kind: 'unknown'; readonly reason: string; readonly of: readonly Node[] }

export interface FunctionNode {
  readonly kind: 'function'
  readonly params: readonly Param[]
  readonly body: Node
  /** It returns what its body is. */
  readonly isExpression: boolean
}

export interface Param {
  readonly target: Target
  /** What it is when it is left out. */
  readonly fallback: Node | null
  /** It takes all arguments from here on. */
  readonly isRest: boolean
}

export interface Argument {
  readonly value: Node
  /** Of a keyword argument. */
  readonly name: string | null
  /** Its elements are the arguments. */
  readonly isSpread: boolean
}

export interface MapEntry {
  /** Null: all entries of the value. */
  readonly key: Node | null
  readonly value: Node
}

export type Target =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'member'; readonly of: Node; readonly name: string }
  | { readonly kind: 'index'; readonly of: Node; readonly at: Node }
  /** Parts by position. */
  | {
      readonly kind: 'parts'
      readonly parts: readonly (Target | null)[]
      readonly rest: Target | null
    }
  /** Parts by name. */
  | {
      readonly kind: 'fields'
      readonly fields: readonly { readonly name: Node; readonly target: Target }[]
      readonly rest: Target | null
    }
  /** Nothing keeps it. */
  | { readonly kind: 'nothing'; readonly of: readonly Node[] }

export const literal = (value: Literal): Node => ({ kind: 'literal', value })
export const all = (of: readonly Node[]): Node => ({ kind: 'do', of })
export const unread = (reason: string, of: readonly Node[] = []): Node => ({
  kind: 'unknown',
  reason,
  of,
})
export const argument = (value: Node): Argument => ({ value, name: null, isSpread: false })
export const calling = (callee: Node, ...args: readonly Node[]): Node => ({
  kind: 'call',
  callee,
  args: args.map(argument),
})
