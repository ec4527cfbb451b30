//! Languages of functions.

use crate::check;

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
