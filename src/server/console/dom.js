/**
 * Making elements. Foreign text goes in as text only, with every character made visible that hides or reorders others.
 */

const HIDDEN =
  /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cn}\u00a0\u2800]|\u034f|\u115f|\u1160|\u17b4|\u17b5|\u3164|\uffa0/u

/** An element with attributes and children; text children are foreign and shown as they are. */
export function make(name, attributes = {}, ...children) {
  const element = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(key, value)
    else if (value === true) element.setAttribute(key, '')
    else if (value !== false && value !== undefined) element.setAttribute(key, String(value))
  }
  element.append(...children.map((child) => (child instanceof Node ? child : shown(String(child)))))
  return element
}

/** Text in which a hidden character stands as a marked `\u{…}`. */
export function shown(text) {
  const parts = document.createDocumentFragment()
  let plain = ''
  for (const character of text) {
    if (!HIDDEN.test(character)) {
      plain += character
      continue
    }
    const mark = document.createElement('mark')
    mark.textContent = `\\u{${character.codePointAt(0).toString(16)}}`
    parts.append(plain, mark)
    plain = ''
  }
  parts.append(plain)
  return parts
}

/** A list of terms; what has no value is left out. */
export function terms(pairs) {
  return make(
    'dl',
    {},
    ...pairs
      .filter(([, value]) => value !== undefined && value !== null && value !== '')
      .flatMap(([term, value]) => [make('dt', {}, term), make('dd', {}, value)]),
  )
}
