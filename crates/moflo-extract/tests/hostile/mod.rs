//! Texts that no person wrote, to see that reading them ends: what is left of a program when its
//! words are shuffled, its brackets never close, or a machine wrote it.
//!
//! Everything follows from a seed, so that a text that was slow once can be made again. Two thirds
//! of it are a sample of each language.

/// A program in each language that a parser reads, as short as its punctuation allows.
pub(crate) const SAMPLES: &[(&str, &str)] = &[
    (
        "sh",
        "#!/bin/bash\nset -e\nfoo() { local a=${1:-x}; if [[ $a == \"b\" ]]; then echo $(ls | wc -l); fi; }\ncase $x in a|b) cat <<EOF\ntext $y\nEOF\n;; *) for i in {1..3}; do echo $((i*2)) > /dev/null; done;; esac\n",
    ),
    (
        "c",
        "#include <stdio.h>\n#define A(x) ((x)+1)\ntypedef struct node { int v; struct node *next; } node_t;\nstatic int f(const char *s, int (*g)(int)) {\n  for (int i = 0; s[i] != '\\0'; i++) { if (g(i) > 3 && *s) return (int)s[i] << 2; }\n  return -1;\n}\nint t[3] = {1, 2, 0x3};\n",
    ),
    (
        "cmake",
        "cmake_minimum_required(VERSION 3.1)\nfunction(add_it name)\n  if(NOT DEFINED ${name})\n    set(X \"a;${b}\" PARENT_SCOPE)\n  endif()\nendfunction()\nadd_library(a STATIC a.c [[raw]] $<1:b>)\n",
    ),
    (
        "cs",
        "using System;\nnamespace A.B {\n  [Attr(1)] public class C<T> : D where T : new() {\n    public int P { get; set; } = 3;\n    async Task<int> M(T a, Func<int, bool> f) => await f?.Invoke(a switch { 1 => 2, _ => 3 }) ?? $\"x{a}\";\n    void N() { var q = from x in xs where x > 1 select new { x.Y }; foreach (var (a, b) in d) { if (a is { X: > 3 } y && b < c > (1)) throw new E(@\"s\"); } }\n  }\n}\n",
    ),
    (
        "cpp",
        "#include <vector>\ntemplate <typename T, int N = 3> class A : public B<T> {\n public:\n  explicit A(int x) noexcept : x_{x} {}\n  auto f(const T& a) const -> decltype(a + 1) { return [&](auto... xs) { return (xs + ...); }(a, 1); }\n  operator bool() && = delete;\n};\nnamespace n { constexpr auto v = std::vector<std::map<int, A<int>>>{{1, {2}}}; }\nint main() { a < b > c; x = y ? (T)z : *p->q; }\n",
    ),
    (
        "css",
        "@import url('a.css');\n:root { --x: calc(1px + 2%); }\n.a > .b + #c ~ d[e=\"f\"]:not(.g)::before { color: #fff; margin: -1px 2em !important; }\n@media (min-width: 3px) and screen { a:hover { background: url(data:x) } }\n",
    ),
    (
        "dart",
        "import 'a.dart' show A;\nabstract class B<T extends C> extends D with E implements F {\n  final int x;\n  const B(this.x, {required this.y}) : assert(x > 0);\n  Future<T> f(List<int> a) async { await for (var b in c) { yield* d?.e ?? 'x${b}y'; } return switch (a) { [1, ...] => 2, _ => 3 }; }\n}\n",
    ),
    (
        "ex",
        "defmodule A.B do\n  @doc \"x\"\n  use GenServer, a: 1\n  def f(%{a: a} = b, [h | t]) when is_integer(a) do\n    case h do\n      {:ok, x} -> x |> g(&(&1 + 1)) |> Enum.map(fn y -> \"#{y}\" end)\n      _ -> <<1::8, rest::binary>>\n    end\n  end\n  test \"it\", do: assert ~r/x/ =~ \"y\"\nend\n",
    ),
    (
        "erl",
        "-module(a).\n-export([f/1]).\n-record(r, {x = 1 :: integer()}).\n-spec f(any()) -> ok.\nf(X) when is_list(X), length(X) > 1 -> case X of [{a, Y} | T] -> fun(Z) -> Z#r.x end; <<A:8/binary>> -> ?MODULE:g(T) end;\nf(_) -> receive {M, $a} -> \"s\" after 10 -> ok end.\n",
    ),
    (
        "go",
        "package a\nimport ( \"fmt\"; b \"c/d\" )\ntype T[K comparable] struct { A map[string][]*K `json:\"a\"`; io.Reader }\nfunc (t *T[K]) F(x int, ys ...func() (int, error)) (err error) {\n  for i, v := range ys { go func() { ch <- v }() ; if a, ok := b.(C); ok && i < 3 { switch { case x > 1: fallthrough; default: return fmt.Errorf(\"%w\", err) } } }\n  select { case <-ch: }\n  return nil\n}\n",
    ),
    (
        "graphql",
        "schema { query: Q }\n\"\"\"doc\"\"\"\ntype Q implements A & B @d(x: 1) { f(a: [Int!]! = [1], b: I): String @deprecated }\nunion U = A | B\nenum E { X Y }\nquery G($a: Int = 3) { f(a: $a) { ...F @include(if: true) } }\nfragment F on Q { f }\n",
    ),
    (
        "hs",
        "{-# LANGUAGE GADTs #-}\nmodule A.B (f, T(..)) where\nimport qualified Data.Map as M (Map, (!))\ndata T a where { C :: Int -> T a }\nclass (Eq a) => K a where\n  m :: a -> [a]\n  m x = [y | y <- [x, x ..], let z = 1, z > 0]\ninstance K Int where m = \\x -> case x of { 1 | x > 0 -> []; _ -> do { a <- b; let {c = d}; pure $ if a then c else e `f` g } }\nf :: forall a. Show a => a -> String\nf x | otherwise = show x ++ \"s\" where y = -1\n",
    ),
    (
        "tf",
        "terraform { required_version = \">= 1\" }\nresource \"aws_x\" \"y\" {\n  for_each = { for k, v in var.z : k => v if v != null }\n  name = \"a-${each.key}\"\n  dynamic \"b\" { content { c = [1, true, local.d[*].e] } }\n  f = <<-EOT\n  text %{ if x }y%{ endif }\n  EOT\n  g = a ? b(c...) : -d\n}\n",
    ),
    (
        "html",
        "<!DOCTYPE html>\n<html lang=\"en\"><head><script>let a = 1 < 2;</script><style>a{b:c}</style></head>\n<body><div id=\"x\" class='y'>t &amp; u<br/><p>open<ul><li>a<li>b</ul></div><!-- c --></body></html>\n",
    ),
    (
        "java",
        "package a.b;\nimport static c.D.*;\n@Anno(x = {1, 2}) public sealed class A<T extends B & C> extends D implements E permits F {\n  private final Map<String, List<? super T>> m = new HashMap<>() {{ put(\"a\", null); }};\n  <R> R f(Function<? super T, R> g, int... xs) throws X { try (var r = g.h()) { return switch (xs) { case 1, 2 -> r::i; default -> (T) (a) -> a < b ? c : d[1]; }; } catch (Y | Z e) { throw e; } }\n  record P(int a) { P { assert a > 1; } }\n}\n",
    ),
    (
        "js",
        "import a, { b as c } from 'd';\nexport default class E extends F { static #g = 1; get h() { return this?.i ?? `x${j}y`; } async *k({ l = 1, ...m }, [n]) { for await (const o of p) yield* q(r => ({ s: r / 2 })); } }\nconst t = /u[/]v/g.test(w) ? <X y={z}>a {b}</X> : function () { return a < b > (c); };\nif (a) b: for (;;) { break b }\n",
    ),
    (
        "kt",
        "package a.b\nimport c.*\n@A(1) data class B<out T : C>(val x: Int = 3, private var y: T?) : D by e, F() {\n  companion object { const val G = \"h${i}j$k\" }\n  suspend inline fun <reified R> T.f(g: (R) -> Unit = {}): R where R : Any = when (val z = x) { is Int, in 1..3 -> l!!.m?.n ?: o; else -> { p@ for ((q, r) in s) return@p } }\n  val t by lazy { a < b > (c) }\n}\n",
    ),
    (
        "lua",
        "local M = {}\nfunction M.f(a, ...)\n  local t <const> = { [1] = \"x\", y = function() return a end; 3 }\n  for i, v in ipairs(t) do if not a and v ~= nil or #t >= 2 then goto z end end ::z::\n  repeat a = a .. [[long]] until a == 'b'\n  return M:g{1}\nend\nreturn M\n",
    ),
    (
        "mk",
        "A := $(shell ls | sort)\nB ?= $(patsubst %.c,%.o,$(A))\n.PHONY: all\nall: $(B) | dir\n\t@echo $@ $< $$x && for i in a; do echo $$i; done\nifeq ($(C),d)\ninclude e.mk\nendif\ndefine F\n\ttext $(1)\nendef\n%.o: %.c\n\t$(CC) -c $<\n",
    ),
    (
        "nix",
        "{ pkgs ? import <nixpkgs> {}, a, ... }@args:\nlet f = x: y: x // { inherit (y) z; w.v = \"s${toString 1}\"; }; in\nrec { b = if a == null then [ 1 ./p ] else with pkgs; assert true; f a ''\n  multi ${b}\n''; c = a.b or (-d); }\n",
    ),
    (
        "m",
        "#import <A/B.h>\n@protocol P <Q>\n@optional\n- (void)f:(int)a with:(NSString *)b;\n@end\n@interface C : D <P> { int x; }\n@property (nonatomic, copy) void (^g)(int);\n@end\n@implementation C\n- (instancetype)init { if (self = [super init]) { [self f:1 with:@\"s\"]; x = @{@\"a\": @[@1]}; ^(int y) { return y < 2; }(3); @try { } @catch (E *e) { } } return self; }\n@end\n",
    ),
    (
        "php",
        "<?php\nnamespace A\\B;\nuse C\\{D, E as F};\n#[Attr(1)] final class G extends H implements I { use T; const X = 1; public function __construct(private readonly ?int $a = null) {} static fn(int|string $x): ?array => match(true) { $x > 1 => [...$y, 'k' => \"v{$z->w['u']} $a[0]\"], default => new class { } }; }\nif ($a): foreach ($b as $k => &$v) echo <<<EOT\n text $v\nEOT;\nendif ?>\n<p><?= $x ?></p>\n",
    ),
    (
        "ps1",
        "param([Parameter(Mandatory)][string]$A = \"x$(1+1)\")\nfunction Get-B { [CmdletBinding()] param() process { if ($A -match 'y' -and -not $b) { $c | Where-Object { $_.D -gt 3 } | ForEach-Object { @{ k = $_; l = @(1,2) } } } else { throw \"e\" } } }\nclass E : F { [int]$G; E([int]$x) { $this.G = $x } }\nswitch ($x) { 1 { 'a' } default { $env:PATH[0..2] } }\n",
    ),
    (
        "proto",
        "syntax = \"proto3\";\npackage a.b;\nimport public \"c.proto\";\noption java_package = \"d\";\nmessage M { reserved 1, 3 to 5; map<string, N.O> m = 2 [deprecated = true]; oneof x { int32 a = 6; } enum E { Z = 0; } repeated P p = 7; }\nservice S { rpc F (stream M) returns (M) { option (h) = { get: \"/v1\" }; } }\n",
    ),
    (
        "py",
        "from a.b import (c as d, e)\n@f(1)\nclass G(H[T], metaclass=I):\n    \"\"\"doc\"\"\"\n    x: int = 1\n    async def j(self, *a: int, k=None, **kw) -> dict[str, list]:\n        with l() as m, n: yield {**o, 'p': [q for r in s if r < 2]}\n        return f\"{x!r:>{w}}\" if not y else lambda z: z @ w ** -1\n    match v:\n        case {'a': [1, *_]} | B(c=d): pass\n",
    ),
    (
        "R",
        "library(a)\nf <- function(x, ..., y = c(1L, NA)) {\n  if (is.null(x) && y[[1]] > 2) return(x$a@b) else for (i in seq_len(3)) { x <<- x %>% g(~ .x + 1) }\n  z = \\(w) w^2 |> h()\n  repeat { break }\n}\nsetClass('A', representation(b = \"numeric\"))\n",
    ),
    (
        "rb",
        "require 'a'\nmodule A::B\n  class C < D\n    attr_reader :x, :y\n    def self.f(a, *b, k: 1, **o, &blk)\n      return unless a&.b? or c[:d] =~ /e#{f}/i\n      g.each { |h, (i, j)| puts \"k#{l}m\" if n <=> o }\n      x = <<~EOS\n        text #{y}\n      EOS\n      case z when 1..3 then %w[a b] else -> (q) { q ** 2 } end\n    rescue E => e\n      raise\n    end\n  end\nend\n",
    ),
    (
        "rs",
        "use a::{b::C, d as e};\n#[derive(Debug)] pub struct S<'a, T: ?Sized + 'a, const N: usize> where T: Fn(&u8) -> Option<T> { x: &'a mut [T; N], }\nimpl<T> A for B<T> { async unsafe fn f(&self, y: impl C) -> Result<(), Box<dyn E>> { let Some(z) = w?.v::<Vec<_>>() else { return Err(r#\"s\"#.into()) }; match z { 1..=3 | 5 if a < b => |c| c as u8 >> 2, _ => panic!(\"{x:?}\") } } }\nmacro_rules! m { ($($e:expr),*) => { $($e)+* }; }\n",
    ),
    (
        "scala",
        "package a.b\nimport c.{d => e, _}\nsealed trait A[+T <: B] extends C with D { self: E =>\n  implicit def f[F[_]: G](x: => Int)(using y: H): F[T] = for { z <- w; v = z if v > 1 } yield s\"u${v + 1}$t\"\n  val q = r match { case S(t, _*) if t < 2 => { case x: Int => x } case _ => new I { type J = K#L } }\n}\ncase class M(n: Int = 3)(implicit o: P)\nobject Q extends App:\n  given R = ???\n",
    ),
    (
        "sol",
        "// SPDX\npragma solidity ^0.8.0;\nimport {A} from \"./a.sol\";\ncontract B is C(1), D { using E for uint256; mapping(address => uint[]) public m; event F(address indexed a, uint b); modifier g() { require(msg.sender == o, \"x\"); _; }\n function f(uint a) external payable virtual override(C, D) g returns (bytes memory) { unchecked { a++; } try this.h{value: 1}(a) returns (uint r) { emit F(o, r); } catch { revert(); } assembly { let x := mload(0x40) } } }\n",
    ),
    (
        "sql",
        "CREATE TABLE a (id SERIAL PRIMARY KEY, b VARCHAR(10) NOT NULL DEFAULT 'c', FOREIGN KEY (d) REFERENCES e (f));\nWITH g AS (SELECT h.*, count(*) FILTER (WHERE i > 1) OVER (PARTITION BY j ORDER BY k DESC) FROM l LEFT JOIN m ON n = o WHERE p IN (1, 2) AND q LIKE '%r' GROUP BY 1 HAVING sum(s) > 3) INSERT INTO t SELECT CASE WHEN u THEN v ELSE -w::int END FROM g;\nCREATE FUNCTION x() RETURNS int AS $$ BEGIN RETURN 1; END; $$ LANGUAGE plpgsql;\n",
    ),
    (
        "swift",
        "import A\n@available(iOS 13, *) public final class B<T: C>: D, E where T.F == G {\n  @Published private(set) var x: [String: Int?] = [:] { didSet { y?.z() } }\n  init?(_ a: Int..., b c: inout T) throws { guard let d = e as? F, d > 1 else { return nil } }\n  func f() async -> some View { switch g { case .h(let i) where i < 2: try await j { $0 ?? k! }; default: \"l\\(m)n\" } }\n}\nextension O { enum P: Int { case q = 1, r } }\nlet s = t ? u : #selector(v)\n",
    ),
    (
        "tsx",
        "import type { A } from 'b';\nexport const C: React.FC<D<E>> = ({ f, ...g }: H & { i?: J[] }) => { const [k, l] = useState<M | null>(null); return <N.O p={q as const} {...g}>{k && <>t{l!.m}</>}<P<Q> r=\"s\" /></N.O>; };\n",
    ),
    (
        "ts",
        "import { A, type B } from 'c';\n@D() export abstract class E<T extends keyof F = G> implements H { constructor(private readonly i?: J<K>[]) { super(); } get l(): m is N { return <O>p as unknown as Q; } }\ntype R<S> = S extends (infer U)[] ? { readonly [K in keyof U]-?: U[K] } : never;\ndeclare module 'v' { interface W { (x: number): string; [k: string]: any } }\nenum X { Y = 1 << 2 }\nfunction f<T>(a: T, b = c < d > (e)): asserts a is NonNullable<T> { for (const g of h!) { i?.[j] ??= `k${l}`; } }\n",
    ),
    (
        "vue",
        "<template>\n  <div v-if=\"a > b\" :c=\"d\" @e=\"f($event)\">{{ g | h }}<slot name=\"i\"/></div>\n</template>\n<script setup lang=\"ts\">\nimport { ref } from 'vue'\nconst a = ref<number>(1)\n</script>\n<style scoped>.a { b: c }</style>\n",
    ),
    (
        "zig",
        "const std = @import(\"std\");\npub fn F(comptime T: type) type { return struct { const Self = @This(); x: ?*T = null, pub fn f(self: *Self, a: []const u8) !usize { defer g(); for (a, 0..) |b, i| { if (h(b)) |c| return c catch |e| switch (e) { error.A => 1, else => unreachable }; } while (j) : (k += 1) {} return x orelse .{ .y = 1 }; } }; }\ntest \"it\" { try std.testing.expect(1 < 2); }\n",
    ),
];

/// What is done to a sample, or instead of it.
pub(crate) const SHAPES: &[&str] = &[
    "whole",
    "words",
    "lines",
    "holes",
    "cut",
    "open",
    "nest",
    "close",
    "brackets",
    "operators",
    "quotes",
    "prose",
    "list",
    "names",
    "others",
    "generic",
    "interpolate",
    "indent",
];

/// Numbers that only look random.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end.max(1)
    }
}

/// Splits a text into words, marks and spaces.
fn tokens(text: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut start = 0;
    let mut before = None;
    for (at, character) in text.char_indices() {
        let kind = if character.is_alphanumeric() || character == '_' {
            0
        } else if character.is_whitespace() {
            1
        } else {
            2 + at
        };
        if before.is_some_and(|before| before != kind) {
            out.push(&text[start..at]);
            start = at;
        }
        before = Some(kind);
    }
    out.push(&text[start..]);
    out
}

/// Makes a text of about `bytes` bytes from the sample with this index.
pub(crate) fn text(sample: usize, shape: &str, bytes: usize, seed: u64) -> String {
    let source = SAMPLES[sample].1;
    let words = tokens(source);
    let lines: Vec<&str> = source.lines().collect();
    let mut numbers = Numbers(seed ^ (sample as u64) << 32);
    let mut out = String::with_capacity(bytes + 100);
    let mut line = 0;
    while out.len() < bytes {
        let before = out.len();
        let pick =
            |numbers: &mut Numbers, from: &[&str]| from[numbers.below(from.len())].to_owned();
        let piece = match shape {
            "whole" => source.to_owned(),
            "words" => pick(&mut numbers, &words) + " ",
            "lines" => pick(&mut numbers, &lines) + "\n",
            // Every twentieth word or mark is missing.
            "holes" => words.iter().filter(|_| numbers.below(20) > 0).copied().collect(),
            "cut" => {
                let end = numbers.below(source.len());
                source[..source.floor_char_boundary(end)].to_owned() + "\n"
            }
            "open" => "(".to_owned(),
            "nest" => words
                .iter()
                .filter(|word| !matches!(**word, ")" | "}" | "]" | "end"))
                .copied()
                .collect(),
            "close" => words
                .iter()
                .filter(|word| !matches!(**word, "(" | "{" | "[" | "do"))
                .copied()
                .collect(),
            "brackets" => pick(&mut numbers, &["(", ")", "[", "]", "{", "}", "<", ">", "a", ";"]),
            "operators" => pick(
                &mut numbers,
                &[
                    "a", " < ", " > ", "(", "- ", " & ", " * ", " ? ", " : ", "::", "->", " = ",
                    "!", "@", ", ",
                ],
            ),
            "quotes" => pick(
                &mut numbers,
                &["\"", "'", "`", "a ", "\\", "${", "#{", "}", "\"\"\"", "<<A\n"],
            ),
            "prose" => pick(
                &mut numbers,
                &[
                    "the ", "of ", "it's ", "is, ", "Word ", "for ", "in ", "not. ", "class ",
                    "to ", "- ", "if ",
                ],
            ),
            "list" => format!("0x{:02x}, ", numbers.below(256)),
            "names" => format!("a{} ", numbers.below(99)),
            "others" => SAMPLES[numbers.below(SAMPLES.len())].1.to_owned(),
            "generic" => "a<b<c<d(".to_owned(),
            "interpolate" => pick(&mut numbers, &["\"${", "`${", "\"#{", "$\"{", "s\"${", "\"\\("]),
            _ => format!(
                "\n{}{}",
                " ".repeat(line % 200),
                pick(&mut numbers, &["if a:", "where", "do", "- b", "x = y", "case z of", "let q"])
            ),
        };
        out.push_str(&piece);
        // No line is so long that the file counts as written by a machine.
        if out.len() / 100 != before / 100 && piece.len() < 80 && !out.ends_with('\n') {
            out.push('\n');
        }
        line += 1;
    }
    out
}
