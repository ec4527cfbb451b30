//! Languages compiled to machine code.

use crate::check;

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
