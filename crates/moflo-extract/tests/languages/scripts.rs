//! Scripts and what grew out of them.

use crate::check;

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
