//! Languages with a virtual machine below them.

use crate::check;

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
