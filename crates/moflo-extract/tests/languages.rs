//! One table per language: what is read from a small file of it.
//!
//! A case is a file and its outline as text, so that a change of the outline shows as a change of
//! lines here. It is one file because it is one table.

use std::fmt::Write as _;

use moflo_extract::{Options, Outline, extract};

/// The one place that knows how an outline is made and shown.
#[track_caller]
fn check(path: &str, source: &str, expected: &str) {
    let extract =
        extract(path, source.as_bytes(), &Options::default()).expect("a file that is read");
    assert_eq!(show(&extract.outline), expected.trim_start(), "{path}");
}

fn show(outline: &Outline) -> String {
    let mut text = format!("{} {}\n", outline.language.as_str(), outline.role.as_str());
    if let Some(title) = &outline.title {
        let _ = writeln!(text, "title {title}");
    }
    for symbol in &outline.symbols {
        let container =
            symbol.container.as_ref().map(|outer| format!("{outer} / ")).unwrap_or_default();
        let doc = symbol.doc.as_ref().map(|doc| format!(" # {doc}")).unwrap_or_default();
        let (kind, name) = (symbol.kind.as_str(), &symbol.name);
        let _ = writeln!(
            text,
            "{kind} {container}{name} {}-{}{doc}",
            symbol.start_line, symbol.end_line
        );
    }
    for import in &outline.imports {
        let names = if import.names.is_empty() {
            String::new()
        } else {
            format!(" {{{}}}", import.names.join(", "))
        };
        let _ = writeln!(text, "import {}{names}", import.module);
    }
    for test in &outline.tests {
        let _ = writeln!(text, "test {} {}-{}", test.name, test.start_line, test.end_line);
    }
    text
}

#[test]
fn java() {
    check(
        "ATest.java",
        r"package a;
import java.util.List;
import static a.B.c;
/** Doc. */
@Deprecated
public class ATest<T> extends Base {
  static final int K = 1;
  private int field;
  public ATest() {}
  @Test(timeout = 1)
  public void works() { Runnable r = new Runnable() { public void run() {} }; }
  enum E { A, B { void f() {} } }
  interface I { int g(); }
  record R(int a) {}
  @interface N { String value(); }
}
",
        r"
java code
class ATest 6-16 # Doc.
constant ATest / K 7-7
method ATest / ATest 9-9
method ATest / works 11-11
method ATest.works / run 11-11
enum ATest / E 12-12
variant ATest.E / A 12-12
variant ATest.E / B 12-12
method ATest.E.B / f 12-12
interface ATest / I 13-13
method ATest.I / g 13-13
class ATest / R 14-14
interface ATest / N 15-15
method ATest.N / value 15-15
import java.util.List {List}
import a.B.c {c}
test ATest > works 10-11
",
    );
}

#[test]
fn r() {
    check(
        "a.R",
        r#"library(dplyr)
foo <- function(a, b = 1) { inner <- function() 1 }
Stack <- R6Class("Stack", public = list(push = function(x) 1))
test_that("works", { expect_equal(1, 1) })
"#,
        r"
r code
function foo 2-2
function foo / inner 2-2
class Stack 3-3
method Stack / push 3-3
import dplyr
test works 4-4
",
    );
}

#[test]
fn bats() {
    check(
        "a.bats",
        r#"load test_helper
@test "adds two" {
  run foo
  [ "$status" -eq 0 ]
}
setup() { :; }
@test 'q "x"' { foo; }
"#,
        r#"
bash test
function setup 6-6
import test_helper
test adds two 2-5
test q "x" 7-7
"#,
    );
}

#[test]
fn c() {
    check(
        "a.c",
        r#"#include "x.h"
#define FOO 1
#define MAX(a, b) ((a) > (b))
typedef struct foo { int a; } foo_t;
typedef int (*callback)(int);
enum e { A, B };
/* Does it. */
static int *f(int a) { return 0; }
int g(void);
int
h(int a)
{
}
int table[3] = {1};
START_TEST(test_x)
{
}
END_TEST
"#,
        r"
c code
macro FOO 2-2
macro MAX 3-3
struct foo_t 4-4
struct foo 4-4
type callback 5-5
enum e 6-6
variant e / A 6-6
variant e / B 6-6
function f 8-8 # Does it.
function h 10-13
variable table 14-14
import x.h
test test_x 15-17
",
    );
}

#[test]
fn clojure() {
    check(
        "a.clj",
        r#"(ns foo.bar
  (:require [clojure.test :refer :all]))
(defn add
  "Adds."
  [a b] (+ a b))
(def ^:private limit 3)
(deftest adds (is (= 1 1)))
"#,
        r"
clojure code
module foo.bar 1-2
function add 3-5
variable limit 6-6
import clojure.test :refer :all
test adds 7-7
",
    );
}

#[test]
fn cmake() {
    check(
        "a.cmake",
        r#"include(Foo)
find_package(Boost)
function(my_func a b)
  set(x 1)
endfunction()
macro(my_macro)
endmacro()
set(TOP 1)
add_executable(app main.c)
add_library(lib::x STATIC a.c)
add_test(NAME t COMMAND x)
option(OPT "desc" ON)
add_custom_target(docs)
"#,
        r"
cmake code
function my_func 3-5
macro my_macro 6-7
variable TOP 8-8
target app 9-9
target lib::x 10-10
variable OPT 12-12
target docs 13-13
import Foo
import Boost
test t 11-11
",
    );
}

#[test]
fn cpp() {
    check(
        "a.cpp",
        r#"namespace a::b {
template <typename T> class X : public Y { public: X(); ~X(); int f() const; T operator+(T o) { return o; } static int s; int z() const { return 1; } };
template <class T> int X<T>::f() const { return 1; }
using Q = int;
X::X() {}
inline namespace v1 {}
enum class E : int { A };
constexpr int K = 1;
template<class T> concept C = true;
}
TEST(Suite, Name) { int a; }
TEST_CASE("x y", "[t]") { SECTION("s") { } }
int X::operator()(int a) { return 0; }
FMT_API auto fn(int a) -> int { return 1; }
class EXPORT Foo final : public Bar { void m(); };
"#,
        r"
cpp code
module a / b 1-10
class a::b / X 2-2
method a::b::X / X 2-2
method a::b::X / ~X 2-2
method a::b::X / f 2-2
method a::b::X / operator+ 2-2
method a::b::X / z 2-2
method a::b::X / f 3-3
type a::b / Q 4-4
method a::b::X / X 5-5
module a::b / v1 6-6
enum a::b / E 7-7
variant a::b::E / A 7-7
variable a::b / K 8-8
type a::b / C 9-9
method X / operator() 13-13
function fn 14-14
class Foo 15-15
method Foo / m 15-15
test Suite.Name 11-11
test x y 12-12
test s 12-12
",
    );
}

#[test]
fn c_sharp() {
    check(
        "a.cs",
        r"using System;
using static A.B;
namespace X.Y;
[Serializable]
public class Foo<T> : Bar {
  public const int K = 1;
  public string Name { get; set; }
  public event EventHandler E;
  public Foo() {}
  [Fact] public async Task DoIt(int a) { void Local() {} }
  public static Foo operator +(Foo a, Foo b) => a;
  public int this[int i] => 1;
  delegate void D();
}
public record R(int A);
enum En { A, B }
",
        r"
csharp code
module X / Y 3-3
class Foo 5-14
constant Foo / K 6-6
property Foo / Name 7-7
property Foo / E 8-8
method Foo / Foo 9-9
method Foo / DoIt 10-10
function Foo.DoIt / Local 10-10
method Foo / operator + 11-11
method Foo / this[] 12-12
type Foo / D 13-13
class R 15-15
enum En 16-16
variant En / A 16-16
variant En / B 16-16
import System
import A.B
test Foo > DoIt 10-10
",
    );
}

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
fn dart() {
    check(
        "a.dart",
        r"library foo;
import 'package:a/b.dart' show X;
part 'x.dart';
/// Doc
abstract class A<T> extends B with M implements I {
  final int x = 1;
  static const y = 2;
  A(this.x);
  A.named();
  factory A.f() => A();
  int get z => 1;
  set z(int v) {}
  Future<void> go(int a) async { void inner() {} }
  int operator +(o) => 1;
}
mixin M on B {}
enum E { a, b; void f() {} }
extension Ext on String { int len() => 1; }
typedef F = void Function();
const k = 1;
final top = 2;
void main() { test('does', () {}); group('g', () { testWidgets('w', (t) async {}); }); }
",
        r"
dart code
class A 5-15 # Doc
property A / x 6-6
constant A / y 7-7
method A / A 8-8
method A / A.named 9-9
method A / A.f 10-10
method A / z 11-11
method A / z 12-12
method A / go 13-13
method A / operator + 14-14
trait M 16-16
enum E 17-17
variant E / a 17-17
variant E / b 17-17
method E / f 17-17
extension Ext 18-18
method Ext / len 18-18
type F 19-19
constant k 20-20
variable top 21-21
function main 22-22
import package:a/b.dart
import x.dart
test does 22-22
test g > w 22-22
",
    );
}

#[test]
fn erlang() {
    check(
        "a.erl",
        r#"-module(foo).
-export([bar/1]).
-include("x.hrl").
-include_lib("y/z.hrl").
-import(lists, [map/2]).
-record(rec, {a, b}).
-define(MAC(X), X).
-type t() :: integer().
-spec bar(integer()) -> integer().
bar(1) -> 1;
bar(X) -> X.
baz_test() -> ok.
-callback go() -> ok.
"#,
        r"
erlang code
module foo 1-1
struct rec 6-6
macro MAC 7-7
type t 8-8
function bar 10-11
function baz_test 12-12
method go 13-13
import x.hrl
import y/z.hrl
import lists {map}
test baz_test 12-12
",
    );
}

#[test]
fn elixir() {
    check(
        "a.ex",
        r#"defmodule Foo.Bar do
  @moduledoc """
  Module doc.
  """
  use GenServer
  import Ecto.Query, only: [from: 2]
  alias Foo.{A, B}
  alias X.Y, as: Z
  require Logger
  @type t :: %__MODULE__{}
  @callback go(x :: integer) :: atom
  @doc "Says hi."
  @spec hi(a) :: b
  def hi(a) when is_atom(a), do: a
  def hi(%{b: c} = x, y \\ 1) do
    y
  end
  defp priv, do: 1
  defmacro mac(x) do
    quote do: unquote(x)
  end
  defguard is_foo(x) when x > 1
  defdelegate go(x), to: Other
  defstruct [:a, :b]
  defprotocol P do
    def size(x)
  end
  defimpl P, for: Atom do
    def size(_), do: 1
  end
  def a + b, do: 1
end
defmodule FooTest do
  use ExUnit.Case
  describe "group" do
    test "adds two", %{conn: conn} do
      assert 1
    end
  end
end
"#,
        r"
elixir code
module Foo / Bar 1-32 # Module doc.
type Foo.Bar / t 10-10
method Foo.Bar / go 11-11
function Foo.Bar / hi 14-17 # Says hi.
function Foo.Bar / priv 18-18
macro Foo.Bar / mac 19-21
macro Foo.Bar / is_foo 22-22
function Foo.Bar / go 23-23
struct Foo / Bar 24-24
interface Foo.Bar / P 25-27
function Foo.Bar.P / size 26-26
extension Foo.Bar.P / Atom 28-30
function Foo.Bar.P.Atom / size 29-29
function Foo.Bar / + 31-31
module FooTest 33-40
import GenServer {GenServer}
import Ecto.Query {Query}
import Foo {A, B}
import X.Y {Y}
import Logger {Logger}
import ExUnit.Case {Case}
test FooTest > group > adds two 36-38
",
    );
}

#[test]
fn graphql() {
    check(
        "a.graphql",
        r"type Q implements N { a(x: Int): String! }
input I { a: Int }
enum E { A B }
interface N { id: ID }
union U = A | B
scalar D
directive @d on FIELD
extend type Q { z: Int }
query GetX($a: Int) { q { a } }
fragment F on Q { a }
",
        r"
graphql code
class Q 1-1
property Q / a 1-1
class I 2-2
enum E 3-3
variant E / A 3-3
variant E / B 3-3
interface N 4-4
property N / id 4-4
union U 5-5
type D 6-6
macro d 7-7
class Q 8-8
property Q / z 8-8
function GetX 9-9
function F 10-10
",
    );
}

#[test]
fn groovy() {
    check(
        "a.groovy",
        r#"import b.C
class FooSpec extends Specification {
    def "adds two"() {
        expect: 1 == 1
    }
    void helper() { }
}
"#,
        r"
groovy code
class FooSpec 2-7
method FooSpec / helper 6-7
import b.C
test adds two 3-5
",
    );
}

#[test]
fn haskell() {
    check(
        "a.hs",
        r#"{-# LANGUAGE X #-}
module Data.Foo (bar, Baz(..)) where
import qualified Data.Map as M
import Data.List (sort, nub)
-- | Doc
bar :: Int -> Int
bar x = x + 1
  where go = 2
data Baz a = Baz { f :: Int, g :: a } | Qux deriving (Show)
newtype N = N { unN :: Int }
type Syn = Int
class Foo a where
  foo :: a -> Int
  foo _ = 1
instance Foo Int where
  foo x = x
type family Fam a where
  Fam Int = Bool
pattern P x = (x, 1)
(+++) :: Int -> Int -> Int
a +++ b = a
spec :: Spec
spec = describe "thing" $ do
  it "works" $ do
    1 `shouldBe` 1
  prop "p" $ \x -> x
tests = testGroup "g" [ testCase "tc" $ foo, testProperty "tp" prop_x ]
prop_x :: Int -> Bool
prop_x = undefined
foreign import ccall "sin" c_sin :: Double -> Double
"#,
        r"
haskell code
module Data / Foo 2-2
function bar 6-8 # Doc
struct Baz 9-9
variant Baz / Baz 9-9
property Baz / f 9-9
property Baz / g 9-9
variant Baz / Qux 9-9
struct N 10-10
type Syn 11-11
interface Foo 12-14
method Foo / foo 13-14
extension Foo Int 15-16
type Fam 17-18
variant P 19-19
function +++ 20-21
function spec 22-26
function tests 27-27
function prop_x 28-29
function c_sin 30-30
import Data.Map
import Data.List {sort, nub}
test thing > works 24-25
test thing > p 26-26
test g > tc 27-27
test g > tp 27-27
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
fn julia() {
    check(
        "a.jl",
        r"module Foo
using Bar
struct P
    x::Int
end
function area(p::P)
    1
end
end
",
        r"
julia code
module Foo 1-2
struct P 3-5
function area 6-9
import Bar
",
    );
}

#[test]
fn kotlin() {
    check(
        "a.kt",
        r#"package a.b
import x.y.Z as Q
import x.y.*
/** Doc. */
@Deprecated("use b")
data class Foo<T>(val a: Int, private val b: String) : Bar(), Baz {
    companion object {
        const val X = 1
        fun make(): Foo = Foo()
    }
    constructor(a: Int) : this(a, "")
    @Test(timeout = 1)
    fun `does a thing`() { val q = 1 }
    override val size: Int get() = 3
    enum class E { A, B(1) }
    interface I {
        fun g()
    }
}
object O {
    fun h() = 1
}
typealias Handler = (Int) -> Unit
fun String.ext(x: Int): Int = x
"#,
        r"
kotlin code
class Foo 6-19 # Doc.
constant Foo / X 8-8
method Foo / make 9-9
method Foo / constructor 11-11
method Foo / does a thing 13-13
property Foo / size 14-14
enum Foo / E 15-15
variant Foo.E / A 15-15
variant Foo.E / B 15-15
interface Foo / I 16-18
method Foo.I / g 17-17
object O 20-22
method O / h 21-21
type Handler 23-23
function String / ext 24-24
import x.y.Z {Z}
import x.y.*
test Foo > does a thing 12-13
",
    );
}

#[test]
fn lua() {
    check(
        "a.lua",
        r#"local m = require("a.b")
local M = {}
--- Doc of foo.
function M.foo(a) end
function M:bar() end
local function baz() end
M.x = function(y) end
M.T = { go = function(self) end }
describe("s", function() it("works", function() end) end)
return M
"#,
        r"
lua code
variable M 2-2
method M / foo 4-4 # Doc of foo.
method M / bar 5-5
function baz 6-6
method M / x 7-7
variable M / T 8-8
method M.T / go 8-8
import a.b
test s > works 9-9
",
    );
}

#[test]
fn objective_c() {
    check(
        "a.m",
        r#"#import "X.h"
#import <Foundation/Foundation.h>
@protocol P <NSObject>
- (void)req;
@end
@interface A : B <P>
@property (nonatomic) int x;
- (instancetype)initWithX:(int)x y:(int)y;
+ (void)cls;
@end
@implementation A
- (instancetype)initWithX:(int)x y:(int)y { return self; }
+ (void)cls {}
- (void)testFoo {}
@end
@interface A (Cat)
@end
static int f(int a) { return 1; }
typedef enum { X } T;
"#,
        r"
objc code
interface P 3-5
method P / req 4-4
class A 6-10
property A / x 7-7
method A / initWithX:y: 8-8
method A / cls 9-9
class A 11-15
method A / initWithX:y: 12-12
method A / cls 13-13
method A / testFoo 14-14
extension A 16-17
function f 18-18
enum T 19-19
variant T / X 19-19
import X.h
import Foundation/Foundation.h
test testFoo 14-14
",
    );
}

#[test]
fn make() {
    check(
        "a.mk",
        r"include x.mk
VAR := 1
.PHONY: all
# Builds.
all: a b
	echo
define macro
 x
endef
$(OBJ): %.o : %.c
	cc
",
        r"
make code
variable VAR 2-2
target all 5-6 # Builds.
macro macro 7-9
target $(OBJ) 10-11
import x.mk
",
    );
}

#[test]
fn ocaml() {
    check(
        "a.ml",
        r"open Base
type 'a t = { x : 'a }
let rec walk x =
  let local = 1 in
  local
module M = struct
  let inner = 1
end
",
        r"
ocaml code
type t 2-2
function walk 3-5
module M 6-8
function M / inner 7-8
import Base
",
    );
}

#[test]
fn nix() {
    check(
        "a.nix",
        r"{ pkgs, lib }:
let f = x: x; y = import ./foo.nix; in {
  packages.default = 1;
  g = { a, b }: a;
  services.nginx = { enable = true; };
}
",
        r"
nix code
function f 2-2
property y 2-2
property packages.default 3-3
function g 4-4
property services.nginx 5-5
property services.nginx / enable 5-5
import ./foo.nix
",
    );
}

#[test]
fn php() {
    check(
        "a.php",
        r"<?php
namespace A\B;
use C\D; use E\{F, G as H}; use function x\y;
#[Attr]
final class Foo extends Bar implements I {
  use T1;
  const K = 1;
  public ?int $p = 1;
  public static function m(int $a): string { }
  /** @test */ public function works() {}
  #[Test] function attr() {}
}
interface I { function g(); }
trait T { function h() {} }
enum E: string { case A = 'a'; }
function top() {}
define('X', 1);
const Y = 2;
it('does', function () {});
require __DIR__ . '/x.php';
",
        r"
php code
module A\B 2-2
class Foo 5-12
constant Foo / K 7-7
property Foo / p 8-8
method Foo / m 9-9
method Foo / works 10-10
method Foo / attr 11-11
interface I 13-13
method I / g 13-13
trait T 14-14
method T / h 14-14
enum E 15-15
variant E / A 15-15
function top 16-16
constant X 17-17
constant Y 18-18
import C\D {D}
import E {F, G}
import x\y {y}
import /x.php
test Foo > attr 11-11
test does 19-19
",
    );
}

#[test]
fn perl() {
    check(
        "a.pl",
        r"package Foo::Bar;
use strict;
# Doc.
sub new { 1 }
sub run {
    my $x = 1;
}
subtest 'adds' => sub {
    1;
};
",
        r"
perl code
module Foo::Bar 1-2
function new 4-4 # Doc.
function run 5-7
import strict
test adds 8-10
",
    );
}

#[test]
fn proto() {
    check(
        "a.proto",
        r#"syntax = "proto3";
package a.b;
import "x/y.proto";
message M { string a = 1; enum E { A = 0; } message N {} oneof o { int32 x = 2; } }
service S { rpc Get (M) returns (M); }
enum Top { T = 0; }
"#,
        r"
proto code
struct M 4-4
enum M / E 4-4
variant M.E / A 4-4
struct M / N 4-4
interface S 5-5
method S / Get 5-5
enum Top 6-6
variant Top / T 6-6
import x/y.proto
",
    );
}

#[test]
fn power_shell() {
    check(
        "a.ps1",
        r#"using module Foo
Import-Module Bar
function Get-Thing { param($a) 1 }
filter Fil { }
class C : B { [int]$x; [void] Go([int]$a) { } C() {} }
enum E { A; B }
Describe "x" { Context "c" { It "works" { 1 } } }
"#,
        r"
powershell code
function Get-Thing 3-3
function Fil 4-4
class C 5-5
property C / x 5-5
method C / Go 5-5
method C / C 5-5
enum E 6-6
variant E / A 6-6
variant E / B 6-6
import Foo
import Bar
test x > c > works 7-7
",
    );
}

#[test]
fn python() {
    check(
        "a.py",
        r#""""Module doc."""
import os, a.b as c
from .x import y as z, w

LIMIT = 3
_T = TypeVar("T")

@decorate(
    1,
)
class Foo(Base):
    """Does things."""

    attr: int = 1

    async def go(self, a=(1, 2)):
        def inner():
            pass
        local = 1

class TestFoo:
    def test_go(self):
        pass

if True:
    def late(): pass
"#,
        r"
python code
title Module doc.
constant LIMIT 5-5
constant _T 6-6
class Foo 11-19 # Does things.
variable Foo / attr 14-14
method Foo / go 16-19
function Foo.go / inner 17-18
class TestFoo 21-23
method TestFoo / test_go 22-23
function late 26-26
import os
import a.b
import .x {y, w}
test TestFoo > test_go 22-23
",
    );
}

#[test]
fn ruby() {
    check(
        "a.rb",
        r#"require 'x'
require_relative "y"
module A::B
  class C < D
    include E
    attr_accessor :a, :b
    K = 1
    S = Struct.new(:x)
    def self.cls(a) end
    def inst; end
    define_method(:dyn) { }
    alias_method :z, :inst
    alias q inst
    class << self
      def eig; end
    end
    scope :act, -> { }
  end
end
RSpec.describe Foo do
  context "when" do
    it "works" do
    end
  end
end
class T < Minitest::Test
  test "a thing" do end
  def test_x; end
end
"#,
        r"
ruby code
module A / B 3-19
class A::B / C 4-18
property A::B::C / a 6-6
property A::B::C / b 6-6
constant A::B::C / K 7-7
struct A::B::C / S 8-8
method A::B::C / cls 9-9
method A::B::C / inst 10-10
method A::B::C / dyn 11-11
method A::B::C / z 12-12
method A::B::C / q 13-13
method A::B::C / eig 15-15
method A::B::C / act 17-17
class T 26-29
method T / test_x 28-28
import x
import ./y
test Foo > when > works 22-23
test T > a thing 27-27
test T > test_x 28-28
",
    );
}

#[test]
fn rust() {
    check(
        "a.rs",
        r#"//! Crate doc.
use std::{fs, io::Read as R};
mod other;
/// Doc.
#[derive(
    Debug,
)]
pub struct S<T> { a: T }
pub enum E { A, B(u8) }
impl<T> Trait for S<T> {
    const K: u8 = 1;
    fn method(&self) -> u8 { fn inner() {} 1 }
}
pub trait Trait { type X; fn method(&self) -> u8; }
macro_rules! m { () => {} }
pub static G: u8 = 1;
type Alias = u8;
#[cfg(test)]
mod tests {
    #[test]
    fn works() {}
    #[tokio::test(flavor = "x")]
    async fn later() {}
    fn helper() {}
}
"#,
        r"
rust code
title Crate doc.
struct S 8-8 # Doc.
enum E 9-9
variant E / A 9-9
variant E / B 9-9
constant S / K 11-11
method S / method 12-12
function S::method / inner 12-12
trait Trait 14-14
type Trait / X 14-14
method Trait / method 14-14
macro m 15-15
variable G 16-16
type Alias 17-17
module tests 19-25
function tests / works 21-21
function tests / later 23-23
function tests / helper 24-24
import std {fs, io::Read}
import self::other
test tests::works 21-21
test tests::later 23-23
",
    );
}

#[test]
fn scala() {
    check(
        "a.scala",
        r#"package a.b
import x.{Y, Z => Q}
import x._
sealed trait T[A] extends B { def f(x: Int): Int; val v: Int = 1; type X = Int }
case class C(a: Int) extends T[Int] { def f(x: Int) = x; private lazy val q = 2 }
object O { implicit def conv(a: Int): C = ???; val K = 1; def apply() = 1 }
package object po { type Z = Int }
given ordInt: Ordering[Int] with { def compare(a: Int, b: Int) = 0 }
enum Color { case Red, Green; case Blue(x: Int) }
extension (s: String) def ext: Int = 1
def top(x: Int) = x
class FooSpec extends AnyFunSuite { test("does a thing") { assert(true) }; describe("x") { it("should y") { } }; "A stack" should "pop" in { } }
implicit class Rich(val x: Int) extends AnyVal { def y = 1 }
"#,
        r"
scala code
trait T 4-4
method T / f 4-4
property T / v 4-4
type T / X 4-4
class C 5-5
method C / f 5-5
property C / q 5-5
object O 6-6
method O / conv 6-6
constant O / K 6-6
method O / apply 6-6
object po 7-7
type po / Z 7-7
object ordInt 8-8
method ordInt / compare 8-8
enum Color 9-9
variant Color / Red 9-9
variant Color / Green 9-9
variant Color / Blue 9-9
method String / ext 10-10
function top 11-11
class FooSpec 12-12
class Rich 13-13
method Rich / y 13-13
import x {Y, Z}
import x._
test FooSpec > does a thing 12-12
test FooSpec > x > should y 12-12
test FooSpec > A stack should pop 12-12
",
    );
}

#[test]
fn bash() {
    check(
        "a.sh",
        r"source ./x.sh
. y.sh
# Doc
foo() { local a=1; inner() { :; }; }
function bar { :; }
export VAR=1
X=2
readonly R=3
declare -r D=1
alias ll='ls'
",
        r"
bash code
function foo 4-4 # Doc
function foo / inner 4-4 # Doc
function bar 5-5
variable VAR 6-6
variable X 7-7
constant R 8-8
variable D 9-9
function ll 10-10
import ./x.sh
import y.sh
",
    );
}

#[test]
fn solidity() {
    check(
        "a.sol",
        r#"import "./X.sol"; import {A} from "b";
contract C is B { uint public x; event E(uint a); error Er(); modifier m() { _; } struct S { uint a; } enum En { A } constructor() {} function f(uint a) public returns (uint) {} receive() external payable {} uint constant K = 1; mapping(uint => uint) mp; }
interface I { function g() external; }
library L { }
function free() pure {}
"#,
        r"
solidity code
class C 2-2
property C / x 2-2
type C / E 2-2
type C / Er 2-2
macro C / m 2-2
struct C / S 2-2
enum C / En 2-2
variant C.En / A 2-2
method C / constructor 2-2
method C / f 2-2
method C / receive 2-2
property C / K 2-2
property C / mp 2-2
interface I 3-3
method I / g 3-3
class L 4-4
function free 5-5
import ./X.sol
import b {A}
",
    );
}

#[test]
fn sql() {
    check(
        "a.sql",
        r"CREATE TABLE IF NOT EXISTS app.users (id INT PRIMARY KEY, name TEXT);
CREATE VIEW v AS SELECT 1;
CREATE OR REPLACE FUNCTION f(a int) RETURNS int AS $$ BEGIN RETURN 1; END; $$ LANGUAGE plpgsql;
CREATE INDEX idx ON users (id);
CREATE TYPE mood AS ENUM ('a');
CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();
CREATE MATERIALIZED VIEW mv AS SELECT 1;
CREATE SCHEMA s;
CREATE PROCEDURE p() LANGUAGE SQL AS $$ SELECT 1 $$;
CREATE SEQUENCE seq;
",
        r"
sql code
table users 1-1
table v 2-2
function f 3-3
table idx 4-4
type mood 5-5
function tr 6-6
table mv 7-7
module s 8-8
table seq 10-10
",
    );
}

#[test]
fn swift() {
    check(
        "a.swift",
        r#"import Foundation
@testable import Foo
/// Doc
public final class A<T>: B, C where T: D {
  let x: Int = 1
  static let shared = A()
  var y: Int { 3 }
  init(x: Int) {}
  deinit {}
  func f(_ a: Int, b: String) -> Int { func inner() {}; return 1 }
  subscript(i: Int) -> Int { 0 }
  enum E: String { case a, b = "x"; case c(Int) }
}
struct S { }
protocol P { associatedtype T; func g() ; var z: Int { get } }
extension A: P { func ext() {} }
actor Act {}
typealias X = Int
let global = 1
func top() {}
final class FooTests: XCTestCase { func testBar() {} }
@Test("named") func swiftTest() {}
@Suite struct SuiteA { @Test func t2() async throws {} }
operator infix +++
macro stringify() = #externalMacro(module: "a", type: "b")
"#,
        r"
swift code
class A 4-13 # Doc
property A / x 5-5
property A / shared 6-6
property A / y 7-7
method A / init 8-8
method A / deinit 9-9
method A / f 10-10
function A.f / inner 10-10
method A / subscript 11-11
enum A / E 12-12
variant A.E / a 12-12
variant A.E / b 12-12
variant A.E / c 12-12
struct S 14-14
interface P 15-15
type P / T 15-15
method P / g 15-15
property P / z 15-15
extension A 16-16
method A / ext 16-16
class Act 17-17
type X 18-18
variable global 19-19
function top 20-20
class FooTests 21-21
method FooTests / testBar 21-21
function swiftTest 22-22
struct SuiteA 23-23
method SuiteA / t2 23-23
import Foundation
import Foo
test FooTests > testBar 21-21
test named 22-22
test SuiteA > t2 23-23
",
    );
}

#[test]
fn hcl() {
    check(
        "a.tf",
        r#"terraform { required_version = ">1" }
variable "region" { type = string }
resource "aws_s3_bucket" "b" { bucket = "x" }
module "vpc" { source = "./vpc" }
data "aws_ami" "ami" {}
output "o" { value = 1 }
locals { a = 1
 b = 2 }
provider "aws" { region = "x" }
"#,
        r"
hcl code
resource terraform 1-1
variable var / region 2-2
resource aws_s3_bucket / b 3-3
module module / vpc 4-4
resource data.aws_ami / ami 5-5
resource output / o 6-6
variable local / a 7-7
variable local / b 8-8
resource provider / aws 9-9
import ./vpc
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

#[test]
fn zig() {
    check(
        "a.zig",
        r#"const std = @import("std");
pub const Foo = struct {
    x: u32,
    pub fn init() Foo { return .{}; }
    const E = enum { a, b };
};
pub fn main(a: u8) !void { const z = 1; }
const U = union(enum) { a: u8 };
var global: u32 = 1;
test "adds" { }
test Foo { }
pub extern "c" fn printf() void;
pub fn Generic(comptime T: type) type { return struct { fn inner(self: T) void {} }; }
"#,
        r"
zig code
struct Foo 2-6
method Foo / init 4-4
enum Foo / E 5-5
function main 7-7
union U 8-8
variable global 9-9
function printf 12-12
function Generic 13-13
method Generic / inner 13-13
import std {std}
test adds 10-10
test Foo 11-11
",
    );
}

#[test]
fn go() {
    check(
        "a_test.go",
        r#"package a

import (
	"fmt"
	x "a/b"
)

// Doc of T.
type T struct{ a int }

type I interface {
	Do(a int) error
}

type Alias = string

const (
	A = iota
	B
)

var Global = 1

func (t *T) Method(a int) error { return nil }

func New[T any]() *T { return nil }

func TestNew(t *testing.T) {
	t.Run("sub", func(t *testing.T) {})
}

func Testify() {}
"#,
        r"
go test
struct T 9-9 # Doc of T.
interface I 11-13
method I / Do 12-12
type Alias 15-15
constant A 18-18
constant B 19-19
variable Global 22-22
method T / Method 24-24
function New 26-26
function TestNew 28-30
function Testify 32-32
import fmt
import a/b {x}
test TestNew 28-30
test TestNew > sub 29-29
",
    );
}
