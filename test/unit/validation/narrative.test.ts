/** Narrative: basic formatting passes, whatever a browser would run does not. */
import { describe, expect, it } from 'vitest'
import { narrativeProblem } from '#api/validation/narrative.ts'

const div = (inner: string): string => `<div xmlns="http://www.w3.org/1999/xhtml">${inner}</div>`

describe('narrative', () => {
  it.each([
    ['<p>Ho, sốt 38&#176;C</p>'], ['<table border="1"><tr><td colspan="2">A</td></tr></table>'], ['<a href="https://example.org/x">x</a>'], ['<a href="#top">x</a>'], ['<a href="Patient/1">x</a>'], ['<br/>text'],
    ['<!-- a comment --><p>x</p>'], ['<img src="data:image/png;base64,AAAA" alt="x"/>'], ['<p style="color: red">x</p>'],
    ['<p>a &amp; b &lt; c &#x1F600;</p>'], ['<a href="https://example.org/x?a=1&amp;b=2">x</a>'], ['<p xmlns="http://www.w3.org/1999/xhtml">x</p>'], [`${'<b>'.repeat(63)}x${'</b>'.repeat(63)}`],
  ])('accepts %s', (inner) => {
    expect(narrativeProblem(div(inner))).toBeUndefined()
  })

  it.each([
    ['<script>alert(1)</script>'], ['<p onclick="alert(1)">x</p>'], ['<a href="javascript:alert(1)">x</a>'], ['<a href=" java\nscript:alert(1)">x</a>'], ['<a href="JAVASCRIPT:alert(1)">x</a>'], ['<a href="data:text/html,x">x</a>'],
    ['<iframe src="https://x"></iframe>'], ['<form><input/></form>'], ['<object data="x"></object>'], ['<svg><script/></svg>'], ['<style>p{}</style>'], ['<link href="x"/>'], ['<p style="background: url(https://x)">x</p>'], ['<p style="width: expression(1)">x</p>'],
    ['<p>x'], ['<p><b>x</p></b>'], ['x</div><div>y'], ['<p a=b>x</p>'], ['<p <b>x</p>'], ['<P>x</P>'], ['<br>x'], ['<p>a < b</p>'], [''], ['   '], ['<!-- only -->'], ['<![CDATA[x]]>'], ['<?xml x?>y'],
  ])('refuses %s', (inner) => {
    expect(narrativeProblem(div(inner))).toBeTypeOf('string')
  })

  // what JSON carries as a text must be able to stand in an XML document
  it.each([
    ['a & b'], ['a&nbsp;b'], ['&#0;x'], ['&#xFFFE;x'], ['<a href="https://example.org/x?a=1&b=2">x</a>'], ['<p class="a" class="b">x</p>'], ['<!-- a -- b -->x'], ['<!-- a --->x'], [']]>x'],
    ['<p xmlns="http://hl7.org/fhir">x</p>'], [`${'<b>'.repeat(64)}x${'</b>'.repeat(64)}`],
  ])('refuses %s, which no XML document could hold', (inner) => {
    expect(narrativeProblem(div(inner))).toBeTypeOf('string')
  })

  it.each([['text'], [''], ['<p>x</p>'], ['<div>a</div><div>b</div>'], ['x<div>a</div>'], ['<div']])('refuses %s as a whole', (whole) => {
    expect(narrativeProblem(whole)).toBeTypeOf('string')
  })

  it('answers at once, however long and broken the text', () => {
    const begun = performance.now()
    for (const long of [`<div ${'a="b" '.repeat(50_000)}`, `<div>${'<!-'.repeat(100_000)}`, `<div${' '.repeat(200_000)}x`, '<div>'.repeat(100_000), `<div>${'<p a="'.repeat(50_000)}`]) expect(narrativeProblem(long)).toBeTypeOf('string')
    expect(performance.now() - begun).toBeLessThan(2000)
  })
})
