/**
 * Redirections as actions: files read and written, `/dev/tcp` as a connection.
 */
import { normalHost } from '../base/host.ts'
import type { Analyser } from './analyser.ts'
import { addPathActions } from './path-actions.ts'
import type { Place } from './place.ts'
import type { Redirect } from './shell/walked.ts'

/** Adds what one redirection does. */
export function analyseRedirect(
  analyser: Analyser,
  redirect: Redirect,
  place: Place,
  range: { readonly start: number; readonly end: number },
): void {
  if (redirect.kind !== 'file' || place.isElsewhere) return
  const { target } = redirect
  if (target.kind === 'known' && target.text === '!') {
    // WHY: an agent's own shell may be zsh, where `>! FILE` overwrites FILE.
    analyser.draft.unknown('`>!` means another file in zsh', range.start, range.end)
  }
  const network =
    target.kind === 'known' ? /^\/dev\/(?:tcp|udp)\/([^/]+)\/(\d+)$/.exec(target.text) : null
  const origin = {
    parent: place.parent,
    operand: null,
    isFixed: false,
    isPossible: false,
    via: 'redirection',
  }
  if (
    network?.[1] !== undefined ||
    (target.kind === 'unknown' && /^\/dev\/(?:tcp|udp)/.test(target.prefix))
  ) {
    analyser.draft.add({
      kind: 'connect',
      host: network?.[1] === undefined ? null : normalHost(network[1]),
      port: network?.[2] === undefined ? null : Number(network[2]),
      ...origin,
      risks: [],
      unknown: null,
      start: range.start,
      end: range.end,
    })
    return
  }
  const reads = redirect.direction === 'read' || redirect.direction === 'read-write'
  const writes = redirect.direction !== 'read'
  const use = {
    word: target,
    cwds: place.cwds,
    isTree: false,
    range: { start: range.start, end: range.end },
    ...origin,
  }
  if (reads) addPathActions(analyser, { ...use, action: 'read' })
  if (writes) addPathActions(analyser, { ...use, action: 'write' })
}
