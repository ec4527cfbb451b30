//! What pages are made of.

use crate::check;

#[test]
fn css() {
    check(
        "a.css",
        r#"@import "x.css";
.foo, .bar > #id { color: red; }
@media (x) { .inner:hover { } }
:root { --main: 1; }
@keyframes spin { from {} }
@mixin mx($a) { }
$var: 1;
"#,
        r"
css code
selector .foo 2-2
selector .bar 2-2
selector #id 2-2
selector .inner 3-3
variable --main 4-4
function spin 5-5
macro mx 6-6
import x.css
",
    );
}

#[test]
fn html() {
    check(
        "a.html",
        r#"<!DOCTYPE html><html><head><title>T</title><script src="a.js"></script><link href="b.css">
<script type="module">function f() {}</script></head>
<body><h1 id="top">Hello <b>x</b></h1><div id='d' class="c"></div><my-el></my-el></body></html>
"#,
        r"
html code
section T 1-1
function f 2-2
section Hello x 3-3
selector d 3-3
import a.js
import b.css
",
    );
}

#[test]
fn typescript() {
    check(
        "a.ts",
        r"import React, { useState as s } from 'react'
const fs = require('fs')
export { a } from './a'
/** Doc. */
export default class Foo<T> extends Bar {
  static x = 1
  private handler = () => { const local = 1 }
  constructor(a: string) { super() }
  get size(): number { return 1 }
}
export const add = (a: number, b: number) => a + b
export interface Shape { area(): number; name: string; on: (e: E) => void }
export type Id = string | number
export enum Color { Red, Green = 'g' }
namespace N { export function inner() {} }
declare module 'x' { function f(): void }
exports.old = function () {}
Foo.prototype.extra = function extra() {}
const table = { run() {}, stop: function () {}, nested: { deep: () => 1 } }
app.get('/', function handle(req) {})
'a,b'.split(',').test('x')
/x/.test('it')
describe('adding', () => {
  it.each([1])('works %i', () => {})
  test('calls', async () => {})
})
",
        r"
typescript code
class Foo 5-10 # Doc.
property Foo / x 6-6
method Foo / handler 7-7
method Foo / constructor 8-8
method Foo / size 9-9
function add 11-11
interface Shape 12-12
method Shape / area 12-12
method Shape / on 12-12
type Id 13-13
enum Color 14-14
variant Color / Red 14-14
variant Color / Green 14-14
module N 15-15
function N / inner 15-15
module x 16-16
function x / f 16-16
function old 17-17
method Foo / extra 18-18
constant table 19-19
method table / run 19-19
method table / stop 19-19
method table.nested / deep 19-19
function handle 20-20
import react {React, useState}
import fs
import ./a {a}
test adding > works %i 24-24
test adding > calls 25-25
",
    );
}

#[test]
fn vue() {
    check(
        "a.vue",
        r#"<template><div id="app"></div></template>
<script setup lang="ts">
import x from './x'
const run = (): void => {}
function go() {}
</script>
<style>.a { color: red }</style>
"#,
        r"
vue code
selector app 1-1
function run 4-4
function go 5-5
import ./x {x}
",
    );
}
